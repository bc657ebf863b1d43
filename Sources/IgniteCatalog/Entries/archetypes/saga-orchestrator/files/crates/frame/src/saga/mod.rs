//! Work over several services that is done whole, or undone.
//!
//! A saga is a row. Every step and every compensation is written down before it acts, so that after
//! a kill at any point another run goes on where the last one was. One run leads a saga at a time:
//! it holds a lease, which another one takes over when it ends. What was under way at a kill is done
//! again: [`StepContext::key`] is the same each time, and whoever acts must count it once.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use std::time::Duration;
//! use async_trait::async_trait;
//! use frame::Error;
//! use frame::saga::{Saga, SagaOrchestrator, SagaSettings, SagaState, SagaStep, StepContext};
//! use serde_json::{Value, json};
//!
//! struct Reserve;
//!
//! #[async_trait]
//! impl SagaStep for Reserve {
//!     async fn act(&self, step: &StepContext) -> Result<Value, Error> {
//!         let quantity: u32 = step.input()?;
//!         Ok(json!({ "reserved": quantity }))
//!     }
//!
//!     async fn compensate(&self, _step: &StepContext) -> Result<(), Error> {
//!         Ok(())
//!     }
//! }
//!
//! let saga = Saga::new("place-order", Duration::from_secs(300)).step("reserve", Reserve);
//! let database = frame::testing::sqlite(None).await?;
//! let orchestrator = SagaOrchestrator::new((*database).clone(), saga, SagaSettings::default());
//! let id = orchestrator.start(&3).await?;
//! orchestrator.work().await?;
//! assert_eq!(orchestrator.find(id).await?.state, SagaState::Completed);
//! # Ok::<(), Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod context;
mod metrics;
mod operations;
mod orchestrator;
mod record;
mod rows;
mod settings;
mod transition;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

pub use context::{Change, StepContext};
pub use metrics::SagaMetrics;
pub use operations::operations;
pub use orchestrator::SagaOrchestrator;
pub use record::{SagaRecord, SagaState, StepRecord, StepState};
pub use settings::SagaSettings;

use crate::Result;

/// What a step does, and what undoes it.
#[async_trait]
pub trait SagaStep: Send + Sync {
    /// Does it; what it gives is there for later steps and for the compensation.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable) is tried again; everything else ends the saga. A
    /// refusal of the first attempt had no effect; after [`Internal`](crate::Error::Internal), and
    /// after a refusal of a later attempt, nobody knows, and the step is compensated.
    async fn act(&self, step: &StepContext) -> Result<Value>;

    /// Undoes it. It may not have happened, if nobody knows how it ended.
    ///
    /// # Errors
    /// Anything: it is tried again, and at last left to an operator.
    async fn compensate(&self, step: &StepContext) -> Result<()>;
}

/// The steps of a kind of saga.
#[derive(Clone)]
pub struct Saga {
    name: String,
    timeout: Duration,
    steps: Vec<Step>,
}

#[derive(Clone)]
struct Step {
    name: String,
    timeout: Duration,
    work: Arc<dyn SagaStep>,
}

/// How long an attempt of a step may take that is not told otherwise.
const STEP_TIMEOUT: Duration = Duration::from_secs(30);

impl Saga {
    /// A saga without steps, all of which must be done in `timeout`.
    #[must_use]
    pub fn new(name: &str, timeout: Duration) -> Self {
        Self {
            name: name.to_owned(),
            timeout,
            steps: Vec::new(),
        }
    }

    /// Adds a step after those before; an attempt may take 30 seconds.
    #[must_use]
    pub fn step(self, name: &str, work: impl SagaStep + 'static) -> Self {
        self.timed_step(name, STEP_TIMEOUT, work)
    }

    /// Adds a step, an attempt of which may take this long.
    #[must_use]
    pub fn timed_step(
        mut self,
        name: &str,
        timeout: Duration,
        work: impl SagaStep + 'static,
    ) -> Self {
        self.steps.push(Step {
            name: name.to_owned(),
            timeout,
            work: Arc::new(work),
        });
        self
    }

    fn find(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}
