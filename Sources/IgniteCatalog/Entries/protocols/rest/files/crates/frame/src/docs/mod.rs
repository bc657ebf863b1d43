//! The page that shows what `/openapi.json` describes, and tries it.
//!
//! It needs nothing from elsewhere, shows all that it reads as text, and is there on this machine only,
//! unless a setting says otherwise.
//!
//! ```
//! use frame::docs::{DocsSettings, page};
//!
//! let shown = page(&DocsSettings { is_shown: true });
//! assert!(shown.has_routes());
//! assert!(!page(&DocsSettings { is_shown: false }).has_routes());
//! ```

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;

use crate::config::Reader;

/// The page, with nothing from elsewhere.
const PAGE: &str = include_str!("page.html");

/// Who sees the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocsSettings {
    /// `API_DOCS`: whether the page is there; when not set, only on a service that listens to this
    /// machine alone.
    pub is_shown: bool,
}

impl DocsSettings {
    /// Reads the setting.
    pub fn read(reader: &mut Reader) -> Self {
        let host: Option<std::net::IpAddr> = reader.optional("HOST");
        let is_local = host.is_some_and(|host| host.is_loopback());
        Self {
            is_shown: reader.or("API_DOCS", is_local),
        }
    }
}

/// `GET /docs`, where it is shown. The page tells nothing by itself: it asks for the description as its
/// reader would, with the token that the reader gives it.
pub fn page(settings: &DocsSettings) -> Router {
    if !settings.is_shown {
        return Router::new();
    }
    Router::new().route("/docs", get(show))
}

async fn show() -> impl IntoResponse {
    let policy = "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; \
                  style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                  frame-ancestors 'none'";
    let policy = HeaderValue::from_static(policy);
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(PAGE))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    #[test]
    fn only_this_machine_sees_it_unless_told_otherwise() {
        for (pairs, expected) in [
            (vec![], false),
            (vec![("HOST", "0.0.0.0")], false),
            (vec![("HOST", "127.0.0.1")], true),
            (vec![("API_DOCS", "true")], true),
            (vec![("HOST", "::1"), ("API_DOCS", "false")], false),
        ] {
            let mut reader = Reader::from_pairs(pairs);
            assert_eq!(DocsSettings::read(&mut reader).is_shown, expected);
        }
    }

    #[tokio::test]
    async fn it_loads_nothing_and_writes_no_markup() {
        let router = page(&DocsSettings { is_shown: true });
        let request = Request::get("/docs").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(policy.contains("connect-src 'self'") && !policy.contains("http"));
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        for never in [
            "http://",
            "https://",
            "innerHTML",
            "document.write",
            "eval(",
        ] {
            assert!(!text.contains(never), "{never}");
        }
    }
}
