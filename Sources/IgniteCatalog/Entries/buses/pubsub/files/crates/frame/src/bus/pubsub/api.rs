use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::super::BusError;
use crate::config::Variables;
use crate::google::{Google, Refusal};
use crate::{Error, Result};

/// How long a call may take; a pull waits for messages, but not as long.
const PATIENCE: Duration = Duration::from_secs(100);

/// Calls Pub/Sub.
pub(super) struct Api {
    google: Google,
    base: String,
}

impl From<Refusal> for BusError {
    fn from(refusal: Refusal) -> Self {
        // What is a matter of rights, names or load is not the event's fault.
        match refusal.status {
            400 | 413 => Self::Rejected(refusal.to_string()),
            _ => Self::Unavailable(refusal.to_string()),
        }
    }
}

impl Api {
    pub fn new(variables: &Variables) -> Result<Self> {
        let project = variables.get("PUBSUB_PROJECT");
        let project = project.ok_or_else(|| Error::Internal("PUBSUB_PROJECT is not set".to_owned()))?;
        let emulator = variables.get("PUBSUB_EMULATOR_HOST");
        let origin = match emulator {
            Some(host) => format!("http://{host}"),
            None => "https://pubsub.googleapis.com".to_owned(),
        };
        Ok(Self {
            google: Google::new(variables, emulator.is_some(), PATIENCE)?,
            base: format!("{origin}/v1/projects/{project}"),
        })
    }

    /// Does something with a topic or subscription, as `topics/name:publish`.
    pub async fn post(&self, path: &str, input: &Value) -> Result<Value, Refusal> {
        self.call(Method::POST, path, input).await
    }

    /// Makes a topic or subscription; one that is there is as good.
    pub async fn make(&self, path: &str, input: &Value) -> Result<(), Refusal> {
        match self.call(Method::PUT, path, input).await {
            Err(refusal) if refusal.status != StatusCode::CONFLICT.as_u16() => Err(refusal),
            _ => Ok(()),
        }
    }

    /// Asks for any answer at all.
    pub async fn ping(&self) -> Result<(), Refusal> {
        let url = self.base.split("/v1/").next().unwrap_or_default();
        self.google.ping(url).await
    }

    /// The full name of a topic, for what refers to one.
    pub fn name(&self, path: &str) -> String {
        let (_, project) = self.base.split_once("/v1/").unwrap_or_default();
        format!("{project}/{path}")
    }

    async fn call(&self, method: Method, path: &str, input: &Value) -> Result<Value, Refusal> {
        let url = format!("{}/{path}", self.base);
        self.google.call(method, &url, input).await.map_err(|refusal| {
            let message = if refusal.message.is_empty() { path.to_owned() } else { refusal.message };
            Refusal { message, ..refusal }
        })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn api(variables: &[(&'static str, &str)]) -> Result<Api> {
        let secret = |(name, value): &(&'static str, &str)| (*name, SecretString::from(*value));
        Api::new(&variables.iter().map(secret).collect())
    }

    #[tokio::test]
    async fn what_is_missing_is_told() {
        assert!(matches!(api(&[]).err(), Some(Error::Internal(_))));
        let nowhere = [("PUBSUB_PROJECT", "p"), ("GCE_METADATA_HOST", "127.0.0.1:1")];
        let api = api(&nowhere).unwrap();
        assert_eq!(api.name("topics/x"), "projects/p/topics/x");
        let refused = api.ping().await.unwrap_err();
        assert!(refused.message.starts_with("no token"), "{refused}");
        assert!(matches!(BusError::from(refused), BusError::Unavailable(_)));
        let bad = Refusal {
            status: 400,
            ..Refusal::unavailable("x")
        };
        assert!(matches!(BusError::from(bad), BusError::Rejected(_)));
    }
}
