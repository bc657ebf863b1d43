//! Tenants share the tables of the service in PostgreSQL, and each sees its own rows alone.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use frame::bus::MemoryBus;
use frame::config::Reader;
use frame::tenancy::HEADER;
use frame::Database;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use books::{Config, app};

/// The service with two tenants on PostgreSQL, if that is at hand, and its database for no tenant.
async fn service() -> Option<(Router, Config)> {
    let url = frame::testing::postgres_url().await.unwrap()?;
    let pairs = [("PORT", "0"), ("HOST", "127.0.0.1"), ("DATABASE_URL", &url), ("TENANTS", "acme,globex")];
    let config = Config::read(Reader::from_pairs(pairs)).unwrap();
    let app = app(&config, Arc::new(MemoryBus::new())).await.unwrap();
    Some((app.router(), config))
}

async fn send(service: &Router, tenant: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, String, Value) {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.header(HEADER, tenant).header("if-match", "\"1\"");
    // The same key from both, for what makes something.
    let request = if method == "POST" {
        request.header("idempotency-key", "same")
    } else {
        request
    };
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let response = service.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let place = head.headers.get("location").map(|place| place.to_str().unwrap().to_owned());
    (head.status.as_u16(), place.unwrap_or_default(), serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// How many rows a statement without any condition sees, for a tenant or for nobody.
async fn rows(config: &Config, tenant: Option<&str>, table: &str) -> i64 {
    let control = Database::open(&config.frame.database).await.unwrap();
    let place = match tenant.map(|name| frame::tenancy::Tenant::parse(name).unwrap()) {
        Some(tenant) => frame::tenancy::row_level::open(&control, "", &config.frame.database, &tenant).await.unwrap(),
        None => control,
    };
    let Database::Postgres(pool) = &place else { panic!("not PostgreSQL") };
    let select = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    let count = sqlx::query_scalar(select).fetch_one(pool).await.unwrap();
    place.close().await;
    count
}

#[tokio::test]
async fn shelf_rows_are_of_one_tenant() {
    let Some((service, config)) = service().await else {
        return;
    };
    let (route, table) = ("/api/shelves", "shelves");
    let body = serde_json::to_value(crate::shelf::fields()).unwrap();
    let mut places = Vec::new();
    for tenant in ["acme", "globex"] {
        let (status, place, made) = send(&service, tenant, "POST", route, Some(&body)).await;
        assert_eq!(status, 201, "{tenant}: {made}");
        places.push(place);
    }
    for (tenant, other) in [("acme", &places[1]), ("globex", &places[0])] {
        for (method, body) in [("GET", None), ("PUT", Some(&body)), ("DELETE", None)] {
            assert_eq!(send(&service, tenant, method, other, body).await.0, 404, "{method}");
        }
        let listed = send(&service, tenant, "GET", route, None).await.2;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
        assert_eq!(rows(&config, Some(tenant), table).await, 1);
    }
    assert_eq!(rows(&config, None, table).await, 0);
    assert_eq!(rows(&config, Some("initech"), table).await, 0);
    let gone = send(&service, "acme", "DELETE", &places[0], None).await;
    assert_eq!((gone.0, rows(&config, Some("globex"), table).await), (204, 1));
}
