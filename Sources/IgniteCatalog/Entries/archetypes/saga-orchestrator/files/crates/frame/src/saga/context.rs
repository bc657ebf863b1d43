use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Envelope, Error, Event, Result, TraceContext, id_of, now};

/// What a step knows.
#[derive(Debug, Clone, PartialEq)]
pub struct StepContext {
    /// The saga it is part of.
    pub saga: Uuid,
    /// The same in every attempt, and no other step's.
    pub key: String,
    /// Which attempt this is, the first being 1; an attempt may have been broken off by a kill.
    pub attempt: u32,
    /// What earlier steps gave, by their names.
    pub outputs: Map<String, Value>,
    pub(super) input: Value,
    pub(super) output: Option<Value>,
}

/// What a step replaces, so that it can be put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change<T> {
    /// What is changed.
    pub id: Uuid,
    /// What it must be before, and what a compensation makes of it again.
    pub from: T,
    /// What it becomes.
    pub to: T,
}

impl StepContext {
    /// What the saga was started with.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is something else.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T> {
        let input = T::deserialize(&self.input);
        input.map_err(|error| Error::Malformed(format!("the input of the saga: {error}")))
    }

    /// What this step gave, for its compensation; `None` when nobody knows how it ended.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is something else.
    pub fn output<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let output = self.output.as_ref().map(T::deserialize).transpose();
        output.map_err(|error| Error::Internal(format!("the output of the step: {error}")))
    }

    /// A command for whoever subscribes to its type, with the same id in every attempt.
    #[must_use]
    pub fn command(&self, source: &str, kind: &str, payload: Value) -> Envelope {
        Envelope {
            id: id_of(&[&self.key, kind]),
            kind: kind.to_owned(),
            version: 1,
            source: source.to_owned(),
            key: self.saga.to_string(),
            occurred_at: now(),
            traceparent: Some(TraceContext::current().traceparent()),
            tenant: None,
            payload,
        }
    }

    /// An event with the same id in every attempt.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn event<E: Event>(&self, source: &str, event: &E) -> Result<Envelope> {
        let mut envelope = Envelope::of(source, event)?;
        envelope.id = id_of(&[&self.key, &envelope.kind]);
        Ok(envelope)
    }
}
