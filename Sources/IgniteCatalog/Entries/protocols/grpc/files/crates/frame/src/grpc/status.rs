use axum::http::StatusCode;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::http::Problem;
use crate::{Error, FieldProblem, RequestContext};

/// An error as gRPC tells it: its details hold what the problem of REST would say, and its name as
/// `reason`.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let problem = Problem::from(error);
        status_of(&problem, Code::NotFound)
    }
}

/// A problem as a status; `missing` is what 404 means.
pub(super) fn status_of(problem: &Problem, missing: Code) -> Status {
    let code = match problem.status {
        400 | 422 => Code::InvalidArgument,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 | 405 => missing,
        408 | 504 => Code::DeadlineExceeded,
        409 | 428 => Code::FailedPrecondition,
        412 => Code::Aborted,
        413 | 429 => Code::ResourceExhausted,
        415 => Code::Unimplemented,
        502 | 503 => Code::Unavailable,
        _ => Code::Internal,
    };
    let message = match problem.status {
        428 => "the request must say which version it expects".to_owned(),
        _ => problem.detail.clone().unwrap_or(problem.title.clone()),
    };
    let mut details = ErrorDetails::new();
    let status = [("status".to_owned(), problem.status.to_string())];
    details.set_error_info(reason(problem.status), "", status);
    for error in &problem.errors {
        let field = error.pointer.trim_start_matches("#/");
        details.add_bad_request_violation(field, &error.detail);
    }
    if code == Code::Unavailable {
        details.set_retry_info(Some(std::time::Duration::from_secs(1)));
    }
    if let Some(context) = RequestContext::current() {
        details.set_request_info(context.request_id, "");
    }
    Status::with_error_details(code, message, details)
}

/// The reason of a status as one word, as `NOT_FOUND`.
fn reason(status: u16) -> String {
    let status = StatusCode::from_u16(status).ok();
    let reason = status.and_then(|status| status.canonical_reason());
    let reason = reason.unwrap_or("Problem").to_ascii_uppercase();
    reason.replace([' ', '-'], "_")
}

/// The error that a status of the service `name` tells of.
#[must_use]
pub fn error_of(name: &str, status: &Status) -> Error {
    let details = status.get_error_details();
    let info = details.error_info();
    let reason = info.map_or("", |info| info.reason.as_str());
    let text = match status.message() {
        "" => format!("{name} answered {:?}", status.code()),
        message => message.to_owned(),
    };
    match (status.code(), reason) {
        (_, "PRECONDITION_REQUIRED") => Error::PreconditionRequired,
        (Code::InvalidArgument, _) => match details.bad_request() {
            Some(request) if !request.field_violations.is_empty() => {
                let violations = request.field_violations.iter();
                let problems = violations.map(|violation| FieldProblem {
                    pointer: format!("#/{}", violation.field),
                    detail: violation.description.clone(),
                });
                Error::Invalid(problems.collect())
            }
            _ if reason == "UNPROCESSABLE_ENTITY" => Error::Invalid(Vec::new()),
            _ => Error::Malformed(text),
        },
        (Code::NotFound, _) => Error::NotFound(text),
        (Code::AlreadyExists | Code::FailedPrecondition, _) => Error::Conflict(text),
        (Code::Aborted, _) => Error::PreconditionFailed,
        (Code::Unauthenticated | Code::PermissionDenied | Code::Unimplemented, _) => {
            Error::Internal(format!("{name} answered {:?}: {text}", status.code()))
        }
        _ => Error::Unavailable(format!("{name}: {text}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TraceContext;

    #[test]
    fn errors_keep_their_meaning_there_and_back() {
        let problem = FieldProblem {
            pointer: "#/name".to_owned(),
            detail: "must not be empty".to_owned(),
        };
        for (error, code) in [
            (Error::NotFound("it".to_owned()), Code::NotFound),
            (
                Error::Conflict("taken".to_owned()),
                Code::FailedPrecondition,
            ),
            (Error::PreconditionFailed, Code::Aborted),
            (Error::PreconditionRequired, Code::FailedPrecondition),
            (Error::Invalid(vec![problem]), Code::InvalidArgument),
            (Error::Invalid(Vec::new()), Code::InvalidArgument),
            (Error::Malformed("no".to_owned()), Code::InvalidArgument),
        ] {
            let status = Status::from(error.clone());
            assert_eq!(status.code(), code);
            let expected = match error {
                Error::NotFound(it) => Error::NotFound(format!("{it} was not found")),
                error => error,
            };
            assert_eq!(error_of("stock", &status), expected);
        }
    }

    #[tokio::test]
    async fn faults_are_not_told_and_the_request_is_named() {
        let status = RequestContext::new("r7", TraceContext::root(), None)
            .scope(async { Status::from(Error::Internal("the secret".to_owned())) })
            .await;
        assert_eq!(status.code(), Code::Internal);
        assert!(!format!("{status:?}").contains("secret"));
        let details = status.get_error_details();
        let request = details.request_info().map(|info| info.request_id.clone());
        assert_eq!(request.as_deref(), Some("r7"));
        let away = Status::from(Error::Unavailable("the database".to_owned()));
        assert_eq!(away.code(), Code::Unavailable);
        assert!(away.get_error_details().retry_info().is_some());
        assert!(matches!(error_of("stock", &away), Error::Unavailable(_)));
    }

    #[test]
    fn what_others_answer_is_sorted() {
        for (code, is_away) in [
            (Code::DeadlineExceeded, true),
            (Code::ResourceExhausted, true),
            (Code::Unknown, true),
            (Code::Unauthenticated, false),
            (Code::Unimplemented, false),
        ] {
            let error = error_of("stock", &Status::new(code, ""));
            assert_eq!(matches!(error, Error::Unavailable(_)), is_away, "{code:?}");
            assert!(error.to_string().contains("stock"));
        }
    }
}
