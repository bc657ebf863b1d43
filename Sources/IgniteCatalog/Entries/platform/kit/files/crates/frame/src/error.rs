use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::Problem;

/// What a use case answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did not succeed; as a response it becomes a [`Problem`].
///
/// ```
/// use frame::Error;
///
/// fn withdraw(balance: u64, amount: u64) -> frame::Result<u64> {
///     balance
///         .checked_sub(amount)
///         .ok_or_else(|| Error::Conflict("the balance is too low".to_owned()))
/// }
/// assert_eq!(withdraw(5, 7), Err(Error::Conflict("the balance is too low".to_owned())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The named thing does not exist (404).
    #[error("{0} was not found")]
    NotFound(String),
    /// The request contradicts what is stored (409).
    #[error("{0}")]
    Conflict(String),
    /// The resource is not in the version the caller expects (412).
    #[error("the resource has changed since it was read")]
    PreconditionFailed,
    /// The caller must say which version it expects (428).
    #[error("the request must carry an If-Match header")]
    PreconditionRequired,
    /// Fields break a rule of the domain (422).
    #[error("{}", describe(.0))]
    Invalid(Vec<FieldProblem>),
    /// The request cannot be read (400).
    #[error("{0}")]
    Malformed(String),
    /// Something this service needs does not answer (503).
    #[error("{0}")]
    Unavailable(String),
    /// A fault of this service; the text is logged and never sent (500).
    #[error("{0}")]
    Internal(String),
}

/// One field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// A JSON pointer to the field, as `#/lines/0/quantity`.
    #[schema(example = "#/name")]
    pub pointer: String,
    /// What is wrong with it.
    #[schema(example = "must not be empty")]
    pub detail: String,
}

fn describe(problems: &[FieldProblem]) -> String {
    let lines: Vec<_> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.pointer, problem.detail))
        .collect();
    format!("the request is invalid: {}", lines.join("; "))
}

impl Error {
    /// The status this error has over HTTP.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = Self::new(error.status());
        match error {
            Error::Internal(reason) => {
                tracing::error!(%reason, "internal error");
                problem.detail("the fault is on our side and has been logged")
            }
            Error::Unavailable(reason) => {
                tracing::warn!(%reason, "unavailable");
                problem
                    .detail("something this service needs does not answer, try again")
                    .retry_after(1)
            }
            Error::Invalid(errors) => problem.detail("the request is invalid").errors(errors),
            error => problem.detail(error.to_string()),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound("the row".to_owned()),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Self::Unavailable(format!("database: {error}"))
            }
            sqlx::Error::Database(cause) if cause.is_unique_violation() => {
                Self::Conflict("a row with the same unique value exists already".to_owned())
            }
            sqlx::Error::Database(cause) if cause.is_foreign_key_violation() => {
                Self::Conflict("the row refers to, or is referred to by, another row".to_owned())
            }
            sqlx::Error::Database(cause) if is_transient(cause.code().as_deref()) => {
                Self::Unavailable(format!("database: {error}"))
            }
            sqlx::Error::Database(cause) if is_data_exception(cause.code().as_deref()) => {
                Self::Malformed("the database cannot hold one of the values".to_owned())
            }
            _ => Self::Internal(format!("database: {error}")),
        }
    }
}

/// Busy and locked (SQLite); serialization, deadlock, connection and shutdown classes (PostgreSQL).
fn is_transient(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    matches!(
        code,
        "5" | "6" | "261" | "517" | "40001" | "40P01" | "53300"
    ) || (code.len() == 5 && (code.starts_with("08") || code.starts_with("57P")))
}

/// PostgreSQL's class 22: a value out of range, or text with a character it cannot hold.
fn is_data_exception(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.len() == 5 && code.starts_with("22"))
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Internal(format!("migrations: {error}"))
    }
}

impl From<crate::config::ConfigError> for Error {
    fn from(error: crate::config::ConfigError) -> Self {
        Self::Internal(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_status() {
        let cases = [
            (Error::NotFound("order".to_owned()), 404),
            (Error::Conflict("taken".to_owned()), 409),
            (Error::PreconditionFailed, 412),
            (Error::PreconditionRequired, 428),
            (Error::Invalid(Vec::new()), 422),
            (Error::Malformed("no".to_owned()), 400),
            (Error::Unavailable("db".to_owned()), 503),
            (Error::Internal("bug".to_owned()), 500),
        ];
        for (error, status) in cases {
            assert_eq!(Problem::from(error.clone()).status, status);
            assert_eq!(error.into_response().status().as_u16(), status);
        }
    }

    #[test]
    fn faults_of_ours_are_not_told() {
        let problem = Problem::from(Error::Internal("password=hunter2".to_owned()));
        assert!(!problem.detail.unwrap_or_default().contains("hunter2"));
        let problem = Problem::from(Error::Unavailable("db at 10.0.0.1".to_owned()));
        assert!(!problem.detail.unwrap_or_default().contains("10.0.0.1"));
    }

    #[test]
    fn database_errors_are_sorted() {
        assert!(matches!(
            Error::from(sqlx::Error::RowNotFound),
            Error::NotFound(_)
        ));
        assert!(matches!(
            Error::from(sqlx::Error::PoolTimedOut),
            Error::Unavailable(_)
        ));
        assert!(matches!(
            Error::from(sqlx::Error::WorkerCrashed),
            Error::Internal(_)
        ));
        assert!(is_transient(Some("40001")) && is_transient(Some("57P01")));
        assert!(!is_transient(Some("23505")) && !is_transient(None));
        assert!(is_data_exception(Some("22P05")) && !is_data_exception(Some("2206")));
    }

    #[test]
    fn names_the_fields() {
        let error = Error::Invalid(vec![FieldProblem {
            pointer: "#/name".to_owned(),
            detail: "must not be empty".to_owned(),
        }]);
        assert_eq!(
            error.to_string(),
            "the request is invalid: #/name: must not be empty"
        );
    }
}
