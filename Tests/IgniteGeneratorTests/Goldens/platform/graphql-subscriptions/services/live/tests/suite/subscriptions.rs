//! What clients are told who subscribe in GraphQL, over real sockets.

use std::sync::Arc;

use frame::bus::{Bus, MemoryBus};
use frame::graphql::definitions;
use frame::{Envelope, new_id};
use serde_json::{Value, json};
use live::application::access::{ROLES, SUBJECTS, TOPICS};
use live::presentation::subscriptions::schema;
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Client, Instance};
use crate::issuer::Issuer;

const CONTRACT: &str = include_str!("../../../../contracts/graphql/live.subscriptions.graphql");
const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");
/// A user, called so that a field of a text or of an id can hold the name.
const ADA: &str = "018f4e6a-7c00-7000-8000-000000000001";

/// The field of the subscription for each topic, and a payload that it has.
fn samples() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("LoanStarted", "loanStarted", json!({
            "id": new_id(),
            "reader": "a word",
            "book": "a word",
            "cents": 7_000_000_000_i64,
            "due": "2026-01-31",
            "marks": ["a word"],
        })),
        ("LoanEnded", "loanEnded", json!({
            "id": new_id(),
        })),
    ]
}

/// A token of the user, with every role.
fn adas(issuer: &Issuer) -> String {
    let roles: Vec<_> = ROLES.iter().map(|(_, role)| *role).collect();
    issuer.token(ADA, &roles)
}

/// An event as it comes, that a user may see.
fn event(topic: &str, payload: &Value, user: &str) -> Envelope {
    let mut payload = payload.clone();
    for (_, field) in SUBJECTS.iter().filter(|(of, _)| *of == topic) {
        payload[*field] = json!(user);
    }
    Envelope {
        id: new_id(),
        kind: topic.to_owned(),
        version: 1,
        source: "test".to_owned(),
        key: payload["id"].as_str().unwrap().to_owned(),
        occurred_at: frame::now(),
        traceparent: None,
        tenant: None,
        payload,
    }
}

fn memory() -> Arc<dyn Bus> {
    Arc::new(MemoryBus::new())
}

/// Connects and is let in.
async fn connected(instance: &Instance, token: &str) -> Client {
    let mut client = instance.connect(&[PROTOCOL]).await.unwrap();
    let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } });
    assert_eq!(client.ask(init).await["type"], "connection_ack");
    client
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query } })
}

/// Makes sure that what was said before is done and nothing comes of it.
async fn is_silent(client: &mut Client) {
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let pong = client.ask(json!({ "type": "ping", "payload": { "n": 1 } })).await;
    assert_eq!(pong, json!({ "type": "pong", "payload": { "n": 1 } }));
}

#[test]
fn the_contract_is_what_runs() {
    let (served, written) = (definitions(&schema().as_sdl()).unwrap(), definitions(CONTRACT).unwrap());
    let (missing, more): (Vec<_>, Vec<_>) = (
        served.iter().filter(|one| !written.contains(one)).collect(),
        written.iter().filter(|one| !one.starts_with("scalar") && !served.contains(one)).collect(),
    );
    assert!(missing.is_empty() && more.is_empty(), "{missing:#?} {more:#?}");
}

#[tokio::test]
async fn who_subscribes_is_told_what_it_asks_for() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[]).await;
    let mut client = connected(&instance, &adas(&issuer)).await;
    for (n, (topic, field, payload)) in samples().iter().enumerate() {
        let id = n.to_string();
        let query = format!("subscription S($key: String) {{ told: {field}(key: $key) {{ id kind: __typename }} }}");
        let payload_of = json!({ "query": query, "operationName": "S", "variables": { "key": payload["id"] } });
        client.say(json!({ "type": "subscribe", "id": id, "payload": payload_of })).await;
        is_silent(&mut client).await;
        let mut other = payload.clone();
        other["id"] = json!(new_id());
        bus.publish(&[event(topic, &other, ADA), event(topic, payload, ADA)]).await.unwrap();
        let told = client.told().await;
        assert_eq!((&told["type"], &told["id"]), (&json!("next"), &json!(id)), "{told}");
        assert_eq!(told["payload"]["data"]["told"]["id"], payload["id"], "{told}");
        assert_eq!(told["payload"].get("errors"), None, "{told}");
        client.say(json!({ "type": "complete", "id": id })).await;
        is_silent(&mut client).await;
        bus.publish(&[event(topic, payload, ADA)]).await.unwrap();
        is_silent(&mut client).await;
    }
    instance.stop().await;
}

#[tokio::test]
async fn every_field_of_an_event_can_be_asked_for() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[]).await;
    let mut client = connected(&instance, &adas(&issuer)).await;
    let fields: Vec<&[&str]> = vec![
        &["id", "reader","book","cents","due","marks",],
        &["id", ],
    ];
    for ((topic, field, payload), fields) in samples().iter().zip(fields) {
        client.say(subscribe(topic, &format!("subscription {{ {field} {{ {} }} }}", fields.join(" ")))).await;
        is_silent(&mut client).await;
        bus.publish(&[event(topic, payload, ADA)]).await.unwrap();
        let told = client.told().await;
        let shown = told["payload"]["data"][field].as_object().unwrap();
        assert_eq!(shown.len(), fields.len(), "{told}");
        assert!(shown.values().all(|value| !value.is_null()), "{told}");
    }
    instance.stop().await;
}

#[tokio::test]
async fn what_an_event_does_not_have_is_told() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[]).await;
    let mut client = connected(&instance, &adas(&issuer)).await;
    let (topic, field, payload) = samples().remove(0);
    client.say(subscribe("1", &format!("subscription {{ {field} {{ id }} }}"))).await;
    is_silent(&mut client).await;
    let mut broken = event(topic, &payload, ADA);
    broken.payload["id"] = json!("no id");
    bus.publish(&[broken, event(topic, &payload, ADA)]).await.unwrap();
    let told = client.told().await;
    assert!(told["payload"]["data"].is_null() && told["payload"]["errors"][0]["message"].is_string(), "{told}");
    assert_eq!(client.told().await["payload"]["data"][field]["id"], payload["id"], "the others come");
    instance.stop().await;
}

#[tokio::test]
async fn only_who_shows_a_token_comes_in() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[("WEBSOCKET_AUTHENTICATE_WITHIN", "300ms")]).await;
    let token = issuer.token(ADA, &[]);
    let init = |token: &str| json!({ "type": "connection_init", "payload": { "token": token } });
    let query = subscribe("1", "{ topics }");
    let late = instance.connect(&[PROTOCOL]).await.unwrap().closed().await;
    assert_eq!(late, Some(4408));
    for (said, code) in [
        (json!({ "type": "connection_init" }), 4403),
        (init(&issuer.token_for(ADA, &[], -120)), 4403),
        (init("abc"), 4403),
        (query.clone(), 4401),
        (json!({ "type": "hello" }), 4400),
        (json!("hello"), 4400),
    ] {
        let mut stranger = instance.connect(&[PROTOCOL]).await.unwrap();
        stranger.say(said.clone()).await;
        assert_eq!(stranger.closed().await, Some(code), "{said}");
    }
    let mut twice = connected(&instance, &token).await;
    twice.say(init(&token)).await;
    assert_eq!(twice.closed().await, Some(4429));
    // The header that the connection began with is as good.
    let header = format!("Bearer {token}");
    let mut early = instance.connect(&[PROTOCOL, ("authorization", &header)]).await.unwrap();
    assert_eq!(early.ask(json!({ "type": "connection_init" })).await["payload"]["user"], ADA);
    let mut short = connected(&instance, &issuer.token_for(ADA, &[], 1)).await;
    assert_eq!(short.closed().await, Some(4401), "a connection lasts as long as its token");
    instance.stop().await;
}

#[tokio::test]
async fn what_is_not_for_everybody_is_refused() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[]).await;
    let (mut clerk, mut anyone) = (connected(&instance, &adas(&issuer)).await, connected(&instance, &issuer.token("bob", &[])).await);
    for (topic, field, payload) in samples() {
        let query = subscribe(topic, &format!("subscription {{ {field} {{ id }} }}"));
        clerk.say(query.clone()).await;
        is_silent(&mut clerk).await;
        anyone.say(query).await;
        let needs_role = ROLES.iter().any(|(of, _)| *of == topic);
        if needs_role {
            let answer = anyone.told().await;
            assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!(topic)), "{answer}");
            assert_eq!(answer["payload"][0]["extensions"]["code"], "forbidden");
        } else {
            is_silent(&mut anyone).await;
        }
        bus.publish(&[event(topic, &payload, ADA)]).await.unwrap();
        assert_eq!(clerk.told().await["id"], topic);
        if !needs_role && !SUBJECTS.iter().any(|(of, _)| *of == topic) {
            assert_eq!(anyone.told().await["id"], topic);
        }
        is_silent(&mut anyone).await;
    }
    instance.stop().await;
}

#[tokio::test]
async fn what_cannot_be_run_is_told_and_the_connection_stays() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let settings = [("WEBSOCKET_MAX_SUBSCRIPTIONS", "1"), ("GRAPHQL_MAX_COMPLEXITY", "4")];
    let instance = Instance::start(&issuer, &bus, &settings).await;
    let mut client = connected(&instance, &adas(&issuer)).await;
    let (_, field, _) = samples().remove(0);
    let many = format!("subscription {{ {field} {{ id a: id b: id c: id }} }}");
    let two = format!("subscription {{ {field} {{ id }} two: {field} {{ id }} }}");
    for query in ["subscription { nothing }", "subscription {", "mutation { a }", "{ topics } mutation M { a }", &many, &two] {
        let answer = client.ask(subscribe("x", query)).await;
        assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("x")), "{query}: {answer}");
        assert!(answer["payload"][0]["message"].is_string(), "{answer}");
    }
    let told = client.ask(subscribe("q", "{ topics }")).await;
    assert_eq!(told, json!({ "type": "next", "id": "q", "payload": { "data": { "topics": TOPICS } } }));
    assert_eq!(client.told().await, json!({ "type": "complete", "id": "q" }));
    client.say(json!({ "type": "pong" })).await;
    client.say(json!({ "type": "complete", "id": "nothing" })).await;
    let one = format!("subscription {{ {field} {{ id }} }}");
    client.say(subscribe("1", &one)).await;
    let answer = client.ask(subscribe("2", &one)).await;
    assert_eq!(answer["payload"][0]["extensions"]["code"], "too-many-subscriptions");
    client.say(subscribe("1", &one)).await;
    assert_eq!(client.closed().await, Some(4409));
    let mut other = connected(&instance, &adas(&issuer)).await;
    other.send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(other.closed().await, Some(1003));
    instance.stop().await;
}

#[tokio::test]
async fn the_places_of_a_user_and_the_patience_with_it_have_an_end() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let settings = [("WEBSOCKET_MAX_PER_USER", "1"), ("WEBSOCKET_HEARTBEAT", "1s")];
    let instance = Instance::start(&issuer, &bus, &settings).await;
    let token = issuer.token(ADA, &[]);
    let mut silent = connected(&instance, &token).await;
    let mut second = instance.connect(&[PROTOCOL]).await.unwrap();
    second.say(json!({ "type": "connection_init", "payload": { "token": token } })).await;
    assert_eq!(second.closed().await, Some(1008));
    instance.serves(1).await;
    // Nobody reads, so nobody answers the pings.
    instance.serves(0).await;
    assert!(matches!(silent.closed().await, Some(1008) | None));
    let mut again = connected(&instance, &token).await;
    let (closed, ()) = tokio::join!(again.closed(), instance.stop());
    assert_eq!(closed, Some(1012));
}

#[tokio::test]
async fn a_slow_client_hears_how_many_events_it_lost() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let settings = [("WEBSOCKET_BUFFER", "2"), ("WEBSOCKET_SLOW_CLIENTS", "drop-oldest"), ("WEBSOCKET_MAX_MESSAGE_BYTES", "1000000"), ("CONSUMER_CONCURRENCY", "1")];
    let instance = Instance::start(&issuer, &bus, &settings).await;
    let mut slow = connected(&instance, &adas(&issuer)).await;
    let (topic, field, payload) = samples().remove(0);
    // So much of each event that the sockets of both sides are full soon.
    let long = "x".repeat(10_000);
    let wanted: String = (0..20).map(|n| format!(" {long}{n}: id")).collect();
    slow.say(subscribe("1", &format!("subscription {{ {field} {{ {wanted} }} }}"))).await;
    is_silent(&mut slow).await;
    let events: Vec<_> = (0..100).map(|_| event(topic, &payload, ADA)).collect();
    bus.publish(&events).await.unwrap();
    instance.measures(&["consumer_events_total{", "outcome=\"handled\"", &format!("}} {}", events.len())]).await;
    let (mut received, mut dropped) = (0, 0);
    while received + dropped < events.len() {
        let told = slow.told().await;
        if told["type"] == "ping" {
            dropped += usize::try_from(told["payload"]["dropped"].as_u64().unwrap()).unwrap();
            slow.say(json!({ "type": "pong" })).await;
        } else {
            received += 1;
        }
    }
    assert!(dropped > 0 && received >= 2, "{received} came, {dropped} were dropped");
    is_silent(&mut slow).await;
    instance.stop().await;
}
