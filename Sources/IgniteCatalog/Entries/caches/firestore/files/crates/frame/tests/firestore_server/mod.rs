//! Plays Firestore for the tests: documents with preconditions. `TEST_FIRESTORE_EMULATOR` names a real
//! emulator.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use frame::cache::StoreSettings;
use secrecy::SecretString;
use serde_json::{Value, json};

#[derive(Default)]
struct Server {
    changes: u64,
    documents: HashMap<String, (Value, String)>,
}

type Shared = Arc<Mutex<Server>>;
type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn refused(status: StatusCode, reason: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "error": { "message": "refused", "status": reason } })))
}

async fn read(State(server): State<Shared>, Json(input): Json<Value>) -> Answer {
    let server = server.lock().unwrap();
    let names: Vec<_> = input["documents"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "each once");
    let answers = names.iter().map(|name| {
        let (_, id) = name.split_once("/documents/").unwrap();
        match server.documents.get(id) {
            Some((fields, changed)) => {
                json!({ "found": { "name": name, "fields": fields, "updateTime": changed } })
            }
            None => json!({ "missing": name }),
        }
    });
    Ok(Json(answers.collect()))
}

async fn write(
    State(server): State<Shared>,
    Path((collection, id)): Path<(String, String)>,
    Query(expected): Query<HashMap<String, String>>,
    Json(input): Json<Value>,
) -> Answer {
    let server = &mut *server.lock().unwrap();
    let name = format!("{collection}/{id}");
    let there = server.documents.get(&name).map(|(_, changed)| changed);
    if let Some(time) = expected.get("currentDocument.updateTime") {
        match there {
            None => return Err(refused(StatusCode::NOT_FOUND, "NOT_FOUND")),
            Some(changed) if changed != time => {
                return Err(refused(StatusCode::BAD_REQUEST, "FAILED_PRECONDITION"));
            }
            Some(_) => {}
        }
    } else {
        assert_eq!(expected["currentDocument.exists"], "false");
        if there.is_some() {
            return Err(refused(StatusCode::CONFLICT, "ALREADY_EXISTS"));
        }
    }
    assert!(input["fields"].to_string().len() < 1_100_000, "as the real one");
    server.changes += 1;
    let changed = format!("2026-01-01T00:00:00.{:06}Z", server.changes);
    server.documents.insert(name, (input["fields"].clone(), changed));
    Ok(Json(json!({})))
}

/// The settings of a store in a collection of its own.
pub async fn settings() -> StoreSettings {
    let host = match std::env::var("TEST_FIRESTORE_EMULATOR") {
        Ok(host) => host,
        Err(_) => start().await,
    };
    let mut settings = StoreSettings::new(format!("firestore:test-{}", frame::new_id()), "test");
    let variables = [("FIRESTORE_PROJECT", "test"), ("FIRESTORE_EMULATOR_HOST", &host)];
    settings.own = variables
        .map(|(name, value)| (name, SecretString::from(value)))
        .into_iter()
        .collect();
    settings
}

async fn start() -> String {
    let documents = "/v1/projects/test/databases/(default)/documents";
    let routes = Router::new()
        .route(&format!("{documents}:batchGet"), post(read))
        .route(&format!("{documents}/{{collection}}/{{id}}"), patch(write))
        .route("/", get(async || "Ok"))
        .with_state(Shared::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async { axum::serve(listener, routes).await });
    host
}
