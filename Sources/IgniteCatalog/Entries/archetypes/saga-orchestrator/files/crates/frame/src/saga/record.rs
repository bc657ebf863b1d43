use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a saga is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SagaState {
    /// Its steps are done one after the other.
    Running,
    /// What was done is being undone, last first.
    Compensating,
    /// All steps are done.
    Completed,
    /// All that was done is undone.
    Compensated,
    /// Something could not be undone: an operator must look.
    Parked,
}

impl SagaState {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Compensating => "compensating",
            Self::Completed => "completed",
            Self::Compensated => "compensated",
            Self::Parked => "parked",
        }
    }
}

/// Where a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// It has not begun.
    Waiting,
    /// It has begun, and nobody knows how it ended.
    Acting,
    /// It is done.
    Done,
    /// It was refused and had no effect.
    Refused,
    /// It is being undone.
    Compensating,
    /// It is undone.
    Compensated,
    /// It cannot be undone.
    Stuck,
}

/// What is known of a saga.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SagaRecord {
    /// Its id.
    pub id: Uuid,
    /// Where it is.
    pub state: SagaState,
    /// What it was started with.
    pub input: Value,
    /// Its steps in order.
    pub steps: Vec<StepRecord>,
    /// Why it did not complete.
    pub reason: Option<String>,
    /// The trace of the request that started it.
    pub traceparent: String,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// When its steps must be done.
    pub deadline: DateTime<Utc>,
}

/// What is known of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepRecord {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub state: StepState,
    /// How often it, or its compensation, was tried.
    pub attempts: u32,
    /// What it gave.
    pub output: Option<Value>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl SagaRecord {
    /// The step that is to be done next.
    pub(super) fn next_step(&self) -> Option<usize> {
        let open = |step: &StepRecord| matches!(step.state, StepState::Waiting | StepState::Acting);
        self.steps.iter().position(open)
    }

    /// The step that is to be undone next, the last one first.
    pub(super) fn next_compensation(&self) -> Option<usize> {
        self.steps.iter().rposition(|step| {
            use StepState::{Acting, Compensating, Done};
            matches!(step.state, Acting | Done | Compensating)
        })
    }

    /// The end of undoing: whether anything is stuck.
    pub(super) fn undone(&mut self) {
        let stuck = self.steps.iter().any(|step| step.state == StepState::Stuck);
        self.state = if stuck {
            SagaState::Parked
        } else {
            SagaState::Compensated
        };
    }
}

impl StepRecord {
    pub(super) fn waiting(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            state: StepState::Waiting,
            attempts: 0,
            output: None,
            error: None,
        }
    }
}
