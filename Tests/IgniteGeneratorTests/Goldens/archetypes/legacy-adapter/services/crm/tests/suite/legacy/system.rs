//! A legacy system for tests: records by kind, each with a number.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use serde_json::{Value, json};

/// A system that is asked over HTTP.
#[derive(Clone, Default)]
pub struct System {
    records: Arc<Mutex<BTreeMap<(String, String), Value>>>,
    url: String,
}

impl System {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let system = Self {
            url,
            ..Self::default()
        };
        let routes = Router::new().route("/{kind}", get(answer)).with_state(system.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        system
    }

    /// What a program must be told to read it.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let names = [
            "LEGACY_API_KEY",
            "LEGACY_TOKEN",
            "LEGACY_SIGNING_SECRET",
        ];
        let mut variables = vec![("LEGACY_BASE_URL", self.url.clone())];
        variables.extend(names.map(|name| (name, "secret".to_owned())));
        variables
    }

    /// Takes records, in place of those with their ids.
    pub fn put(&self, kind: &str, records: Vec<Value>) {
        let mut known = self.records.lock().unwrap();
        for record in records {
            known.insert((kind.to_owned(), record["id"].to_string()), record);
        }
    }

    fn since(&self, kind: &str, time: u64, limit: usize) -> Vec<Value> {
        let known = self.records.lock().unwrap();
        let mut found: Vec<_> = known.iter().filter(|((of, _), _)| of == kind).map(|(_, record)| record.clone()).collect();
        found.retain(|record| record["x-changed"].as_u64().unwrap() >= time);
        found.sort_by_key(|record| record["x-changed"].as_u64());
        found.truncate(limit);
        found
    }
}

async fn answer(
    State(system): State<System>,
    Path(kind): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> axum::Json<Value> {
    let time = query.get("since").map_or(0, |text| text.parse().unwrap());
    let limit = query.get("limit").map_or(usize::MAX, |text| text.parse().unwrap());
    axum::Json(Value::Array(system.since(&kind, time, limit)))
}

/// A record of each kind, each after what it refers to, with this number in it.
pub fn samples(number: u32, changed: u64) -> Vec<(&'static str, Value)> {
    vec![
        (
            "Customer",
            json!({
                "id": number,
                "x-changed": changed,
                "customer_no": format!("a word {number}"),
                "name": format!("a word {number}"),
                "status": "active",
                "credit_cents": number,
                "since": date(number),
            }),
        ),
        (
            "Order",
            json!({
                "id": number,
                "x-changed": changed,
                "customer": number.to_string(),
                "total": format!("{number}.50"),
                "placed_at": format!("{}T12:00:00Z", date(number)),
                "tags": [format!("a word {number}")],
            }),
        ),
    ]
}

fn date(number: u32) -> String {
    let first = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
    (first + chrono::Days::new(number.into())).to_string()
}
