use std::time::Duration;

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio::time::Instant;
use tonic::Status;

use super::answer::is_grpc;

tokio::task_local! {
    static UNTIL: Instant;
}

/// How long the caller of the running task still waits; `None` when it has not said.
///
/// ```
/// assert_eq!(frame::grpc::left(), None);
/// ```
#[must_use]
pub fn left() -> Option<Duration> {
    let until = UNTIL.try_with(|until| *until).ok();
    until.map(|until| until.saturating_duration_since(Instant::now()))
}

/// Gives a call up when its caller does not wait any more.
pub(super) async fn keep(request: Request, next: Next) -> Response {
    let until = match timeout(request.headers()) {
        Ok(None) => return next.run(request).await,
        Ok(Some(Duration::ZERO)) => return passed(),
        Ok(Some(timeout)) => Instant::now() + timeout,
        Err(status) => return status.into_http::<axum::body::Body>().into_response(),
    };
    let work = UNTIL.scope(until, next.run(request));
    match tokio::time::timeout_at(until, work).await {
        Ok(response) => response,
        Err(_) => passed(),
    }
}

fn passed() -> Response {
    Status::deadline_exceeded("the deadline of the call has passed")
        .into_http::<axum::body::Body>()
        .into_response()
}

/// The same where other protocols stand beside gRPC.
pub(super) async fn keep_of_grpc(request: Request, next: Next) -> Response {
    match is_grpc(request.headers()) {
        true => keep(request, next).await,
        false => next.run(request).await,
    }
}

/// What the header `grpc-timeout` says: up to eight digits and a unit.
fn timeout(headers: &HeaderMap) -> Result<Option<Duration>, Status> {
    let Some(value) = headers.get("grpc-timeout") else {
        return Ok(None);
    };
    let wrong = || Status::invalid_argument("grpc-timeout is not one");
    let text = value.to_str().map_err(|_| wrong())?;
    let (digits, unit) = text
        .split_at_checked(text.len().saturating_sub(1))
        .ok_or_else(wrong)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let timeout = match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return Err(wrong()),
    };
    Ok(Some(timeout))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    #[test]
    fn timeouts_have_a_unit() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", text.parse().unwrap());
            timeout(&headers).ok().flatten()
        };
        assert_eq!(read("2H"), Some(Duration::from_secs(7_200)));
        assert_eq!(read("3M"), Some(Duration::from_secs(180)));
        assert_eq!(read("4S"), Some(Duration::from_secs(4)));
        assert_eq!(read("5m"), Some(Duration::from_millis(5)));
        assert_eq!(read("6u"), Some(Duration::from_micros(6)));
        assert_eq!(read("7n"), Some(Duration::from_nanos(7)));
        for wrong in ["", "S", "1", "1s", "+1S", "123456789S", "1 S"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(timeout(&HeaderMap::new()).ok(), Some(None));
    }

    #[tokio::test(start_paused = true)]
    async fn the_caller_is_not_outlived() {
        let slow = async || {
            assert!(left().is_some_and(|left| left <= Duration::from_secs(1)));
            tokio::time::sleep(Duration::from_secs(5)).await;
        };
        let quick = async || assert_eq!(left(), None);
        let router = Router::new()
            .route("/slow", get(slow))
            .route("/quick", get(quick));
        let router = router.layer(from_fn(keep));
        let ask = async |path: &str, timeout: Option<&str>| {
            let mut request = axum::http::Request::get(path);
            if let Some(timeout) = timeout {
                request = request.header("grpc-timeout", timeout);
            }
            let request = request.body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let code = response.headers().get("grpc-status");
            code.map(|code| code.to_str().unwrap().to_owned())
        };
        assert_eq!(ask("/slow", Some("1S")).await.as_deref(), Some("4"));
        assert_eq!(ask("/quick", None).await, None);
        assert_eq!(ask("/quick", Some("0n")).await.as_deref(), Some("4"));
        assert_eq!(ask("/quick", Some("soon")).await.as_deref(), Some("3"));
    }
}
