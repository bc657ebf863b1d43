use axum::http::StatusCode;
use juniper::{FieldError, IntoFieldError, Object, ScalarValue, Value};

use crate::http::Problem;
use crate::{Error, RequestContext};

/// An error as GraphQL tells it: `extensions` hold the problem that REST would send, and its name as
/// `code`.
impl<S: ScalarValue> IntoFieldError<S> for Error {
    fn into_field_error(self) -> FieldError<S> {
        let problem = Problem::from(self);
        let detail = problem.detail.clone();
        let message = detail.unwrap_or_else(|| problem.title.clone());
        FieldError::new(message, extensions(&problem))
    }
}

fn extensions<S: ScalarValue>(problem: &Problem) -> Value<S> {
    let text = |text: &str| Value::scalar(text.to_owned());
    let mut members = Object::with_capacity(6);
    members.add_field("code", text(&code(problem.status)));
    members.add_field("type", text(&problem.kind));
    members.add_field("title", text(&problem.title));
    members.add_field("status", Value::scalar(i32::from(problem.status)));
    if let Some(context) = RequestContext::current() {
        members.add_field("request_id", text(&context.request_id));
    }
    if !problem.errors.is_empty() {
        let errors = problem.errors.iter().map(|error| {
            let mut members = Object::with_capacity(2);
            members.add_field("pointer", text(&error.pointer));
            members.add_field("detail", text(&error.detail));
            Value::object(members)
        });
        members.add_field("errors", Value::list(errors.collect()));
    }
    Value::object(members)
}

/// The status that REST would have sent for an error, if it is one of a service.
pub(super) fn status_of<S: ScalarValue>(error: &FieldError<S>) -> Option<u16> {
    let members = error.extensions().as_object_value()?;
    let status = members.get_field_value("status")?.as_scalar()?.as_int()?;
    u16::try_from(status).ok()
}

/// The reason of a status as one word, as `NOT_FOUND`.
fn code(status: u16) -> String {
    let status = StatusCode::from_u16(status).ok();
    let reason = status.and_then(|status| status.canonical_reason());
    let reason = reason.unwrap_or("Problem").to_ascii_uppercase();
    reason.replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use juniper::DefaultScalarValue;
    use serde_json::json;

    use super::*;
    use crate::{FieldProblem, TraceContext};

    fn told(error: Error) -> (String, serde_json::Value) {
        let error: FieldError<DefaultScalarValue> = error.into_field_error();
        let extensions = serde_json::to_value(error.extensions()).unwrap();
        (error.message().to_owned(), extensions)
    }

    #[tokio::test]
    async fn errors_are_the_problems_of_rest() {
        let problem = FieldProblem {
            pointer: "#/name".to_owned(),
            detail: "must not be empty".to_owned(),
        };
        let (message, extensions) = RequestContext::new("r7", TraceContext::root(), None)
            .scope(async { told(Error::Invalid(vec![problem])) })
            .await;
        assert_eq!(message, "the request is invalid");
        let expected = json!({
            "code": "UNPROCESSABLE_ENTITY",
            "type": "about:blank",
            "title": "Unprocessable Entity",
            "status": 422,
            "request_id": "r7",
            "errors": [{ "pointer": "#/name", "detail": "must not be empty" }],
        });
        assert_eq!(extensions, expected);
    }

    #[test]
    fn faults_are_not_told() {
        let (message, extensions) = told(Error::Internal("the secret".to_owned()));
        assert!(!message.contains("secret"));
        assert_eq!(extensions["code"], "INTERNAL_SERVER_ERROR");
    }
}
