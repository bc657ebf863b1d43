use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::form_urlencoded;

use super::super::BusError;
use crate::Result;
use crate::aws::{Aws, Refusal, Service};
use crate::config::Variables;

/// How long a call may take besides the time it waits for events.
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls SQS and SNS.
pub(super) struct Api {
    aws: Aws,
    sqs: Service,
    sns: Service,
}

/// Whether the same event would be refused again. What is a matter of rights, names or load is not
/// the event's fault, so events wait until somebody has mended it.
fn is_final(refusal: &Refusal) -> bool {
    ["InvalidParameter", "InvalidMessageContents", "BatchRequestTooLong", "TooLong"]
        .iter()
        .any(|code| refusal.code.contains(code))
}

impl From<Refusal> for BusError {
    fn from(refusal: Refusal) -> Self {
        if is_final(&refusal) {
            Self::Rejected(refusal.to_string())
        } else {
            Self::Unavailable(refusal.to_string())
        }
    }
}

impl From<BusError> for Refusal {
    fn from(error: BusError) -> Self {
        Self::unavailable(error.to_string())
    }
}

impl Api {
    pub fn new(variables: &Variables) -> Result<Self> {
        let aws = Aws::new(variables, PATIENCE)?;
        let (sqs, sns) = (aws.service("sqs", None)?, aws.service("sns", None)?);
        Ok(Self { aws, sqs, sns })
    }

    /// An action of SQS; `wait` is how long it may take on purpose.
    pub async fn sqs<T: DeserializeOwned>(
        &self,
        action: &str,
        input: &Value,
        wait: Duration,
    ) -> Result<T, Refusal> {
        let target = format!("AmazonSQS.{action}");
        self.aws.json(&self.sqs, &target, input, wait).await
    }

    /// An action of SNS; returns the XML it answers with.
    pub async fn sns(&self, action: &str, input: &[(String, String)]) -> Result<String, Refusal> {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", action)
            .append_pair("Version", "2010-03-31")
            .extend_pairs(input)
            .finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let called = self.aws.post(&self.sns, &headers, &body, Duration::ZERO);
        let (status, text) = called.await?;
        if status.is_success() {
            return Ok(text);
        }
        let code = element(&text, "Code").unwrap_or("Unknown");
        Err(Refusal::new(code, element(&text, "Message").unwrap_or_default()))
    }

    /// Asks for any answer at all.
    pub async fn ping(&self) -> Result<(), Refusal> {
        self.aws.ping(&self.sqs).await
    }
}

/// The text of the first element of this name.
pub(super) fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_final_or_not() {
        let missing = Refusal::new("QueueDoesNotExist", "gone");
        assert!(matches!(BusError::from(missing), BusError::Unavailable(_)));
        let bad = Refusal::new("InvalidMessageContents", "x");
        assert!(matches!(BusError::from(bad), BusError::Rejected(_)));
        assert_eq!(element("<a><b> c </b></a>", "b"), Some("c"));
        assert_eq!(element("<a>", "a"), None);
    }
}
