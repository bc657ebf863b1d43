use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::super::BusError;
use super::credentials::Provider;
use super::signature::{Unsigned, sign};
use crate::config::BusSettings;
use crate::{Error, Result, now};

/// How long a call may take besides the time it waits for events.
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls SQS and SNS.
pub(super) struct Api {
    http: reqwest::Client,
    credentials: Provider,
    region: String,
    sqs: Url,
    sns: Url,
}

/// What AWS says of a call that it refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(super) struct Refusal {
    pub code: String,
    pub message: String,
}

impl Refusal {
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
        }
    }

    /// Whether the same event would be refused again. What is a matter of rights, names or load is
    /// not the event's fault, so events wait until somebody has mended it.
    fn is_final(&self) -> bool {
        ["InvalidParameter", "InvalidMessageContents", "BatchRequestTooLong", "TooLong"]
            .iter()
            .any(|code| self.code.contains(code))
    }
}

impl From<Refusal> for BusError {
    fn from(refusal: Refusal) -> Self {
        if refusal.is_final() {
            Self::Rejected(refusal.to_string())
        } else {
            Self::Unavailable(refusal.to_string())
        }
    }
}

impl From<BusError> for Refusal {
    fn from(error: BusError) -> Self {
        Self::new("Unavailable", error.to_string())
    }
}

fn lost(error: reqwest::Error) -> Refusal {
    Refusal::new("Unavailable", error.without_url().to_string())
}

impl Api {
    pub fn new(settings: &BusSettings) -> Result<Self> {
        let wrong = |text: &str| Error::Internal(text.to_owned());
        let region = settings.variable("AWS_REGION");
        let region = region.or_else(|| settings.variable("AWS_DEFAULT_REGION"));
        let region = region.ok_or_else(|| wrong("AWS_REGION is not set"))?;
        let http = crate::client::plain(PATIENCE)?;
        let credentials = Provider::new(settings, http.clone()).ok_or_else(|| {
            wrong(
                "there are no credentials of AWS: neither AWS_ACCESS_KEY_ID with \
                 AWS_SECRET_ACCESS_KEY nor those of a container are set",
            )
        })?;
        let endpoint = |service: &str| {
            let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
            let own = settings.variable("AWS_ENDPOINT_URL").map(str::to_owned);
            let url = own.unwrap_or_else(|| format!("https://{service}.{region}.{domain}"));
            Url::parse(&url).map_err(|_| wrong("AWS_ENDPOINT_URL or AWS_REGION cannot be read"))
        };
        let (sqs, sns) = (endpoint("sqs")?, endpoint("sns")?);
        Ok(Self {
            http,
            credentials,
            region: region.to_owned(),
            sqs,
            sns,
        })
    }

    /// An action of SQS; `wait` is how long it may take on purpose.
    pub async fn sqs<T: DeserializeOwned>(
        &self,
        action: &str,
        input: &Value,
        wait: Duration,
    ) -> Result<T, Refusal> {
        let target = format!("AmazonSQS.{action}");
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
        ];
        let (is_ok, text) = self
            .post(&self.sqs, "sqs", &headers, &input.to_string(), wait)
            .await?;
        if !is_ok {
            return Err(refusal_of_json(&text));
        }
        // Some actions answer with nothing.
        let text = if text.is_empty() { "{}" } else { &text };
        serde_json::from_str(text)
            .map_err(|error| Refusal::new("Unavailable", format!("{action}: {error}")))
    }

    /// An action of SNS; returns the XML it answers with.
    pub async fn sns(&self, action: &str, input: &[(String, String)]) -> Result<String, Refusal> {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", action)
            .append_pair("Version", "2010-03-31")
            .extend_pairs(input)
            .finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let (is_ok, text) = self
            .post(&self.sns, "sns", &headers, &body, Duration::ZERO)
            .await?;
        if is_ok {
            return Ok(text);
        }
        let code = element(&text, "Code").unwrap_or("Unknown");
        Err(Refusal::new(code, element(&text, "Message").unwrap_or_default()))
    }

    /// Asks for any answer at all.
    pub async fn ping(&self) -> Result<(), Refusal> {
        self.credentials.get().await?;
        let answer = self.http.get(self.sqs.clone()).send().await.map_err(lost)?;
        if answer.status().is_server_error() {
            return Err(Refusal::new("Unavailable", answer.status().to_string()));
        }
        Ok(())
    }

    async fn post(
        &self,
        url: &Url,
        service: &str,
        headers: &[(&str, &str)],
        body: &str,
        wait: Duration,
    ) -> Result<(bool, String), Refusal> {
        let host = url.host_str().unwrap_or_default();
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let unsigned = Unsigned {
            host: &host,
            region: &self.region,
            service,
            headers,
            body,
        };
        let credentials = self.credentials.get().await?;
        let mut request = self.http.post(url.clone()).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in sign(&unsigned, &credentials, now()) {
            request = request.header(name, value);
        }
        let request = request.timeout(PATIENCE + wait);
        let answer = request.send().await.map_err(lost)?;
        let is_ok = answer.status().is_success();
        Ok((is_ok, answer.text().await.map_err(lost)?))
    }
}

fn refusal_of_json(text: &str) -> Refusal {
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    let field = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let code = field("__type");
    let code = code.rsplit('#').next().unwrap_or_default().to_owned();
    let message = [field("message"), field("Message")].concat();
    Refusal::new(if code.is_empty() { "Unknown".to_owned() } else { code }, message)
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
        let json = r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}"#;
        let missing = refusal_of_json(json);
        assert_eq!(missing, Refusal::new("QueueDoesNotExist", "gone"));
        assert!(matches!(BusError::from(missing), BusError::Unavailable(_)));
        let bad = Refusal::new("InvalidMessageContents", "x");
        assert!(matches!(BusError::from(bad), BusError::Rejected(_)));
        assert_eq!(refusal_of_json("<html>").code, "Unknown");
        assert_eq!(element("<a><b> c </b></a>", "b"), Some("c"));
        assert_eq!(element("<a>", "a"), None);
    }
}
