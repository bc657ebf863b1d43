use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, Limited};
use tonic::Code;

use super::status::status_of;
use crate::http::Problem;

/// The largest problem that is read.
const LARGEST: usize = 64 * 1024;

/// Answers calls with statuses also where something around the services answers with a problem.
pub(super) async fn translate(request: Request, next: Next) -> Response {
    if !is_grpc(request.headers()) {
        return next.run(request).await;
    }
    let response = next.run(request).await;
    if is_grpc(response.headers()) {
        return response;
    }
    let (head, body) = response.into_parts();
    let body = Limited::new(body, LARGEST).collect().await;
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    let problem: Option<Problem> = serde_json::from_slice(&body).ok();
    let problem = problem.unwrap_or_else(|| Problem::new(head.status));
    // A path that is not there is a method that is not there.
    let status = status_of(&problem, Code::Unimplemented);
    let mut response = status.into_http::<Body>().into_response();
    for (name, value) in &head.headers {
        if !is_of_body(name.as_str()) {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
    response
}

fn is_of_body(name: &str) -> bool {
    name.starts_with("content-") || name == header::TRANSFER_ENCODING.as_str()
}

/// Whether the headers are those of gRPC.
pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| {
        let kind = kind.as_bytes();
        let rest = kind.strip_prefix(b"application/grpc");
        rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
    })
}

/// Turns away what is not gRPC.
pub(super) async fn require(request: Request, next: Next) -> Response {
    if is_grpc(request.headers()) {
        return next.run(request).await;
    }
    Problem::new(axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE)
        .detail("this path takes gRPC only")
        .into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::middleware::from_fn;
    use axum::routing::post;
    use tower::ServiceExt as _;

    use super::*;
    use crate::Error;

    #[test]
    fn grpc_is_known_by_its_content_type() {
        for (kind, expected) in [
            ("application/grpc", true),
            ("application/grpc+proto", true),
            ("application/grpc;charset=x", true),
            ("application/grpc-web", false),
            ("application/json", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", kind.parse().unwrap());
            assert_eq!(is_grpc(&headers), expected, "{kind}");
        }
        assert!(!is_grpc(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn problems_become_statuses_for_grpc_alone() {
        let away = async || Error::Unavailable("x".to_owned());
        let router = Router::new()
            .route("/away", post(away))
            .route("/plain", post(async || StatusCode::FORBIDDEN))
            .layer(from_fn(translate));
        let ask = async |path: &str, kind: &str| {
            let request = Request::post(path).header("content-type", kind);
            let request = request.body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let code = response.headers().get("grpc-status");
            let code = code.map(|code| code.to_str().unwrap().to_owned());
            (response.status().as_u16(), code)
        };
        let grpc = "application/grpc";
        assert_eq!(ask("/away", grpc).await, (200, Some("14".to_owned())));
        assert_eq!(ask("/plain", grpc).await, (200, Some("7".to_owned())));
        assert_eq!(ask("/nothing", grpc).await, (200, Some("12".to_owned())));
        assert_eq!(ask("/away", "application/json").await, (503, None));
    }
}
