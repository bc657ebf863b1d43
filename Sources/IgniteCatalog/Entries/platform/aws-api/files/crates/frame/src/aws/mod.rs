//! Calls to services of AWS, signed with the credentials of the environment or of a container.

mod credentials;
mod signature;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use self::credentials::Provider;
pub(crate) use self::signature::hex;
use self::signature::{Unsigned, sign};
use crate::config::Variables;
use crate::resilience::Transient;
use crate::{Error, Result, now};

/// The variables that tell who calls and where.
pub(crate) const VARIABLES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// What a refusal is called when no answer came, or none that can be read.
const UNAVAILABLE: &str = "Unavailable";

/// Calls AWS.
pub(crate) struct Aws {
    http: reqwest::Client,
    credentials: Provider,
    region: String,
    endpoint: Option<String>,
    /// How long a call may take.
    patience: Duration,
}

/// One of its services.
pub(crate) struct Service {
    name: &'static str,
    url: Url,
}

/// What AWS says of a call that it refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct Refusal {
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

    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(UNAVAILABLE, message)
    }

    fn of_json(is_broken: bool, text: &str) -> Self {
        let json: Value = serde_json::from_str(text).unwrap_or_default();
        let field = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let code = field("__type");
        let message = [field("message"), field("Message")].concat();
        match code.rsplit('#').next() {
            Some(code) if !code.is_empty() => Self::new(code, message),
            _ if is_broken => Self::unavailable(message),
            _ => Self::new("Unknown", message),
        }
    }
}

impl Transient for Refusal {
    fn is_transient(&self) -> bool {
        [
            UNAVAILABLE,
            "InternalServerError",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "ServiceUnavailable",
            "ThrottlingException",
        ]
        .contains(&self.code.as_str())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        // What is a matter of rights or names is mended outside, as load passes.
        Self::Unavailable(refusal.to_string())
    }
}

fn lost(error: reqwest::Error) -> Refusal {
    Refusal::unavailable(error.without_url().to_string())
}

impl Aws {
    /// One with the settings of these variables; nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::Internal`] when a variable is missing.
    pub fn new(variables: &Variables, patience: Duration) -> Result<Self> {
        let wrong = |text: &str| Error::Internal(text.to_owned());
        let region = variables.get("AWS_REGION");
        let region = region.or_else(|| variables.get("AWS_DEFAULT_REGION"));
        let region = region.ok_or_else(|| wrong("AWS_REGION is not set"))?;
        let http = crate::client::plain(patience)?;
        let credentials = Provider::new(variables, http.clone()).ok_or_else(|| {
            wrong(
                "there are no credentials of AWS: neither AWS_ACCESS_KEY_ID with \
                 AWS_SECRET_ACCESS_KEY nor those of a container are set",
            )
        })?;
        Ok(Self {
            http,
            credentials,
            region: region.to_owned(),
            endpoint: variables.get("AWS_ENDPOINT_URL").map(str::to_owned),
            patience,
        })
    }

    /// A service, as `sqs`, at `endpoint` where that is given.
    ///
    /// # Errors
    /// [`Error::Internal`] when its address cannot be read.
    pub fn service(&self, name: &'static str, endpoint: Option<&str>) -> Result<Service> {
        let region = &self.region;
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let own = endpoint.or(self.endpoint.as_deref()).map(str::to_owned);
        let url = own.unwrap_or_else(|| format!("https://{name}.{region}.{domain}"));
        let url = Url::parse(&url).map_err(|_| {
            Error::Internal(format!("the endpoint of {name} or AWS_REGION cannot be read"))
        })?;
        Ok(Service { name, url })
    }

    /// An action of a service that speaks JSON; `wait` is how long it may take on purpose.
    ///
    /// # Errors
    /// What the service says.
    pub async fn json<T: DeserializeOwned>(
        &self,
        service: &Service,
        target: &str,
        input: &Value,
        wait: Duration,
    ) -> Result<T, Refusal> {
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        let (status, text) = self.post(service, &headers, &input.to_string(), wait).await?;
        if !status.is_success() {
            return Err(Refusal::of_json(status.is_server_error(), &text));
        }
        // Some actions answer with nothing.
        let text = if text.is_empty() { "{}" } else { &text };
        serde_json::from_str(text)
            .map_err(|error| Refusal::unavailable(format!("{target}: {error}")))
    }

    /// Asks for any answer at all.
    ///
    /// # Errors
    /// [`Refusal::unavailable`] when there is none.
    pub async fn ping(&self, service: &Service) -> Result<(), Refusal> {
        self.credentials.get().await?;
        let answer = self.http.get(service.url.clone()).send().await.map_err(lost)?;
        if answer.status().is_server_error() {
            return Err(Refusal::unavailable(answer.status().to_string()));
        }
        Ok(())
    }

    /// Any call: its status and what it answers with.
    ///
    /// # Errors
    /// [`Refusal::unavailable`] when no answer comes.
    pub async fn post(
        &self,
        service: &Service,
        headers: &[(&str, &str)],
        body: &str,
        wait: Duration,
    ) -> Result<(reqwest::StatusCode, String), Refusal> {
        let host = service.url.host_str().unwrap_or_default();
        let host = match service.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let unsigned = Unsigned {
            host: &host,
            region: &self.region,
            service: service.name,
            headers,
            body,
        };
        let credentials = self.credentials.get().await?;
        let mut request = self.http.post(service.url.clone()).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in sign(&unsigned, &credentials, now()) {
            request = request.header(name, value);
        }
        let request = request.timeout(self.patience + wait);
        let answer = request.send().await.map_err(lost)?;
        Ok((answer.status(), answer.text().await.map_err(lost)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_pass_or_do_not() {
        let json = r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}"#;
        let missing = Refusal::of_json(false, json);
        assert_eq!(missing, Refusal::new("QueueDoesNotExist", "gone"));
        assert!(!missing.is_transient());
        let json = r#"{"__type":"com.amazon#ThrottlingException","Message":"slower"}"#;
        assert!(Refusal::of_json(false, json).is_transient());
        assert_eq!(Refusal::of_json(false, "<html>").code, "Unknown");
        assert!(Refusal::of_json(true, "<html>").is_transient());
    }
}
