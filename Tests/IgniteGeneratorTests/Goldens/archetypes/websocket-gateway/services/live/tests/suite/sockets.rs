//! What clients are told over real sockets, and when they are shown the door.

use std::sync::Arc;

use frame::bus::{self, Bus, MemoryBus};
use frame::config::{Defaults, Reader, Settings};
use serde_json::{Value, json};
use live::application::access::{ROLES, SUBJECTS, TOPICS};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::{Instance, adas, event};
use crate::issuer::Issuer;

fn memory() -> Arc<dyn Bus> {
    Arc::new(MemoryBus::new())
}

async fn refusal(instance: &Instance, headers: &[(&'static str, &str)]) -> u16 {
    match instance.connect(headers).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("the client came in"),
    }
}

#[tokio::test]
async fn only_who_shows_a_token_comes_in() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[("WEBSOCKET_AUTHENTICATE_WITHIN", "300ms")]).await;
    let token = issuer.token("ada", &[]);
    for forged in ["abc".to_owned(), format!("{token}x"), issuer.token_for("ada", &[], -120)] {
        let header = format!("Bearer {forged}");
        assert_eq!(refusal(&instance, &[("authorization", &header)]).await, 401);
        let mut late = instance.connect(&[]).await.unwrap();
        late.say(json!({ "type": "authenticate", "token": forged })).await;
        assert_eq!(late.closed().await, Some(4401));
    }
    for nonsense in [json!({ "type": "ping" }), json!("hello")] {
        let mut stranger = instance.connect(&[]).await.unwrap();
        stranger.say(nonsense).await;
        assert_eq!(stranger.closed().await, Some(4401));
    }
    assert_eq!(instance.connect(&[]).await.unwrap().closed().await, Some(4401));
    instance.welcome(&token).await;
    let protocols = format!("events.v1, bearer.{token}");
    let mut browser = instance.connect(&[("sec-websocket-protocol", &protocols)]).await.unwrap();
    assert_eq!(browser.told().await["user"], "ada");
    let mut first_message = instance.connect(&[]).await.unwrap();
    let welcome = first_message.ask(json!({ "type": "authenticate", "token": token })).await;
    assert_eq!((&welcome["type"], &welcome["user"]), (&json!("welcome"), &json!("ada")));
    assert_eq!(instance.get().await.status().as_u16(), 400);
    instance.stop().await;
}

#[tokio::test]
async fn a_connection_lasts_as_long_as_its_token() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[]).await;
    let short = issuer.token_for("ada", &[], 2);
    let mut ends = instance.welcome(&short).await;
    let mut renewed = instance.welcome(&short).await;
    let token = adas(&issuer);
    let welcome = renewed.ask(json!({ "type": "authenticate", "token": token })).await;
    assert_eq!(welcome["topics"], json!(TOPICS));
    renewed.subscribe("1", TOPICS[0]).await;
    assert_eq!(ends.closed().await, Some(4401));
    renewed.is_told_nothing().await;
    let bobs = issuer.token("bob", &[]);
    renewed.say(json!({ "type": "authenticate", "token": bobs })).await;
    assert_eq!(renewed.closed().await, Some(4401));
    instance.stop().await;
}

#[tokio::test]
async fn without_an_issuer_strangers_come_in_on_this_machine() {
    let instance = Instance::with(&memory(), [("JWT_ISSUER".to_owned(), String::new())]).await;
    let mut client = instance.connect(&[]).await.unwrap();
    let welcome = client.told().await;
    assert!(welcome["user"].as_str().unwrap().starts_with("anonymous-"), "{welcome}");
    assert_eq!(refusal(&instance, &[("authorization", "Bearer abc")]).await, 401);
    instance.stop().await;
}

#[tokio::test]
async fn who_subscribes_is_told() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[]).await;
    let mut client = instance.welcome(&adas(&issuer)).await;
    for (n, topic) in TOPICS.iter().enumerate() {
        client.subscribe(&n.to_string(), topic).await;
    }
    for (n, topic) in TOPICS.iter().enumerate() {
        let told = event(topic, "k", "ada", "");
        bus.publish(std::slice::from_ref(&told)).await.unwrap();
        let expected = json!({ "type": "event", "id": n.to_string(), "event": {
            "id": told.id, "type": topic, "version": 1, "key": "k",
            "occurred_at": told.occurred_at, "payload": told.payload,
        } });
        assert_eq!(client.told().await, expected);
    }
    let unsubscribe = json!({ "type": "unsubscribe", "id": "0" });
    let done = json!({ "type": "unsubscribed", "id": "0" });
    assert_eq!(client.ask(unsubscribe).await, done);
    let of_key = json!({ "type": "subscribe", "id": "k2", "topic": TOPICS[0], "key": "k2" });
    assert_eq!(client.ask(of_key).await["type"], "subscribed");
    bus.publish(&[event(TOPICS[0], "k1", "ada", "")]).await.unwrap();
    bus.publish(&[event(TOPICS[0], "k2", "ada", "")]).await.unwrap();
    let told = client.told().await;
    assert_eq!((&told["id"], &told["event"]["key"]), (&json!("k2"), &json!("k2")));
    client.is_told_nothing().await;
    instance.stop().await;
}

#[tokio::test]
async fn each_hears_what_is_theirs() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[]).await;
    let (mut clerk, mut anyone) = (
        instance.welcome(&adas(&issuer)).await,
        instance.welcome(&issuer.token("bob", &["none"])).await,
    );
    for (n, topic) in TOPICS.iter().enumerate() {
        clerk.subscribe(&n.to_string(), topic).await;
        let needs_role = ROLES.iter().any(|(of, _)| of == topic);
        let subscribe = json!({ "type": "subscribe", "id": topic, "topic": topic });
        let answer = anyone.ask(subscribe).await;
        assert_eq!(answer["type"] == "error" && answer["code"] == "forbidden", needs_role, "{answer}");
        bus.publish(&[event(topic, "k", "ada", "")]).await.unwrap();
        assert_eq!(clerk.told().await["event"]["type"], *topic);
        let is_for_one = SUBJECTS.iter().any(|(of, _)| of == topic);
        if !needs_role && !is_for_one {
            assert_eq!(anyone.told().await["event"]["type"], *topic);
        }
        anyone.is_told_nothing().await;
    }
    instance.stop().await;
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_and_the_connection_stays() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let settings = [("WEBSOCKET_MAX_SUBSCRIPTIONS", "2"), ("WEBSOCKET_PRESENCE", "false")];
    let instance = Instance::start(&issuer, &bus, &settings).await;
    let mut client = instance.welcome(&adas(&issuer)).await;
    let subscribe = |id: &str, topic: &str| json!({ "type": "subscribe", "id": id, "topic": topic });
    client.subscribe("1", TOPICS[0]).await;
    let refused = [
        (json!("hello"), "malformed", Value::Null),
        (json!({ "type": "subscribe", "id": 7 }), "malformed", Value::Null),
        (subscribe("1", TOPICS[0]), "id-taken", json!("1")),
        (subscribe("2", "Unheard"), "unknown-topic", json!("2")),
        (json!({ "type": "unsubscribe", "id": "3" }), "unknown-id", json!("3")),
        (json!({ "type": "presence", "id": "4" }), "forbidden", json!("4")),
    ];
    for (request, code, id) in refused {
        let answer = client.ask(request).await;
        assert_eq!((&answer["type"], &answer["code"], &answer["id"]), (&json!("error"), &json!(code), &id));
    }
    client.subscribe("2", TOPICS[0]).await;
    let answer = client.ask(subscribe("3", TOPICS[0])).await;
    assert_eq!(answer["code"], "too-many-subscriptions");
    client.send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(client.closed().await, Some(1003));
    let mut talker = instance.welcome(&adas(&issuer)).await;
    talker.say(json!({ "type": "subscribe", "id": "x".repeat(20_000), "topic": TOPICS[0] })).await;
    talker.closed().await;
    instance.serves(0).await;
    instance.stop().await;
}

/// More than the sockets of both sides take.
async fn flood(bus: &Arc<dyn Bus>) -> usize {
    let more = "x".repeat(256 * 1_024);
    let events: Vec<_> = (0..100).map(|n| event(TOPICS[0], &n.to_string(), "ada", &more)).collect();
    bus.publish(&events).await.unwrap();
    events.len()
}

#[tokio::test]
async fn a_slow_client_loses_the_oldest_events_and_hears_how_many() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let settings = [("WEBSOCKET_BUFFER", "4"), ("WEBSOCKET_SLOW_CLIENTS", "drop-oldest"), ("CONSUMER_CONCURRENCY", "1")];
    let instance = Instance::start(&issuer, &bus, &settings).await;
    let mut slow = instance.welcome(&adas(&issuer)).await;
    slow.subscribe("1", TOPICS[0]).await;
    let sent = flood(&bus).await;
    instance.measures(&["consumer_events_total{", "outcome=\"handled\"", &format!("}} {sent}")]).await;
    let (mut received, mut dropped) = (0, 0);
    while received + dropped < sent {
        let told = slow.told().await;
        if told["type"] == "dropped" {
            dropped += usize::try_from(told["count"].as_u64().unwrap()).unwrap();
        } else {
            received += 1;
        }
    }
    assert!(dropped > 0 && received >= 4, "{received} came, {dropped} were dropped");
    slow.is_told_nothing().await;
    instance.stop().await;
}

#[tokio::test]
async fn or_goes() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let settings = [("WEBSOCKET_BUFFER", "4"), ("WEBSOCKET_SLOW_CLIENTS", "disconnect")];
    let instance = Instance::start(&issuer, &bus, &settings).await;
    let mut slow = instance.welcome(&adas(&issuer)).await;
    slow.subscribe("1", TOPICS[0]).await;
    instance.serves(1).await;
    flood(&bus).await;
    instance.serves(0).await;
    assert!(matches!(slow.closed().await, Some(1008) | None));
    instance.stop().await;
}

#[tokio::test]
async fn who_is_silent_is_let_go() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[("WEBSOCKET_HEARTBEAT", "1s")]).await;
    let mut silent = instance.welcome(&issuer.token("ada", &[])).await;
    let mut alive = instance.welcome(&issuer.token("bob", &[])).await;
    // Reading answers the pings.
    for _ in 0..12 {
        alive.is_told_nothing().await;
    }
    instance.serves(1).await;
    alive.is_told_nothing().await;
    assert_eq!(silent.closed().await, Some(4408));
    instance.stop().await;
}

#[tokio::test]
async fn there_are_only_so_many_places() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let settings = [("WEBSOCKET_MAX_CONNECTIONS", "3"), ("WEBSOCKET_MAX_PER_USER", "2")];
    let instance = Instance::start(&issuer, &bus, &settings).await;
    let (ada, bob) = (issuer.token("ada", &[]), issuer.token("bob", &[]));
    let first = instance.welcome(&ada).await;
    let _second = instance.welcome(&ada).await;
    let header = format!("Bearer {ada}");
    let mut third = instance.connect(&[("authorization", &header)]).await.unwrap();
    assert_eq!(third.closed().await, Some(4429));
    instance.serves(2).await;
    let _bobs = instance.welcome(&bob).await;
    let header = format!("Bearer {bob}");
    assert_eq!(refusal(&instance, &[("authorization", &header)]).await, 503);
    drop(first);
    instance.serves(2).await;
    instance.welcome(&ada).await;
    instance.stop().await;
}

#[tokio::test]
async fn who_watches_sees_others_come_and_go() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[("WEBSOCKET_PRESENCE", "true")]).await;
    let mut ada = instance.welcome(&issuer.token("ada", &[])).await;
    ada.say(json!({ "type": "presence", "id": "p" })).await;
    let told = [ada.told().await, ada.told().await];
    assert!(told.contains(&json!({ "type": "subscribed", "id": "p" })), "{told:?}");
    let present = json!({ "type": "present", "id": "p", "users": ["ada"] });
    assert!(told.contains(&present), "{told:?}");
    let token = issuer.token("bob", &[]);
    let (one, two) = (instance.welcome(&token).await, instance.welcome(&token).await);
    assert_eq!(ada.told().await, json!({ "type": "joined", "id": "p", "user": "bob" }));
    drop(one);
    ada.is_told_nothing().await;
    drop(two);
    assert_eq!(ada.told().await, json!({ "type": "left", "id": "p", "user": "bob" }));
    let unsubscribe = json!({ "type": "unsubscribe", "id": "p" });
    assert_eq!(ada.ask(unsubscribe).await["type"], "unsubscribed");
    let _bob = instance.welcome(&token).await;
    ada.is_told_nothing().await;
    instance.stop().await;
}

#[tokio::test]
async fn a_restart_is_announced_to_every_client() {
    let (issuer, bus) = (Issuer::start().await, memory());
    let instance = Instance::start(&issuer, &bus, &[]).await;
    let mut clients = Vec::new();
    for user in ["ada", "bob", "cyd"] {
        clients.push(instance.welcome(&issuer.token(user, &[])).await);
    }
    let closing = clients.iter_mut().map(|client| client.closed());
    let (codes, ()) = tokio::join!(futures_util::future::join_all(closing), instance.stop());
    assert_eq!(codes, [Some(1012), Some(1012), Some(1012)]);
}

/// A bus on Redis that no other test shares.
async fn redis(url: &str, prefix: &str) -> Arc<dyn Bus> {
    let mut reader = Reader::from_pairs([("BUS_URL", url), ("BUS_PREFIX", prefix)]);
    let settings = Settings::read(&mut reader, Defaults { name: "test", port: 0 });
    reader.finish().unwrap();
    bus::open(&settings.bus).await.unwrap()
}

#[tokio::test]
async fn instances_share_events_and_presence() {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else {
        eprintln!("not tested on Redis: TEST_REDIS_URL is not set");
        return;
    };
    let (issuer, prefix) = (Issuer::start().await, frame::new_id().to_string());
    let settings = [("BUS_URL", url.as_str()), ("BUS_PREFIX", &prefix), ("WEBSOCKET_PRESENCE", "true")];
    let bus = redis(&url, &prefix).await;
    let one = Instance::start(&issuer, &bus, &settings).await;
    let mut ada = one.welcome(&adas(&issuer)).await;
    let two = Instance::start(&issuer, &redis(&url, &prefix).await, &settings).await;
    let mut also_ada = two.welcome(&adas(&issuer)).await;
    for client in [&mut ada, &mut also_ada] {
        client.subscribe("1", TOPICS[0]).await;
    }
    for n in 0..5 {
        bus.publish(&[event(TOPICS[0], "k", "ada", &n.to_string())]).await.unwrap();
    }
    for client in [&mut ada, &mut also_ada] {
        for n in 0..5 {
            assert_eq!(client.told().await["event"]["payload"]["more"], n.to_string());
        }
        client.is_told_nothing().await;
    }
    also_ada.say(json!({ "type": "presence", "id": "p" })).await;
    let told = [also_ada.told().await, also_ada.told().await];
    let present = json!({ "type": "present", "id": "p", "users": ["ada"] });
    assert!(told.contains(&present), "{told:?}");
    let bob = one.welcome(&issuer.token("bob", &[])).await;
    assert_eq!(also_ada.told().await, json!({ "type": "joined", "id": "p", "user": "bob" }));
    drop(bob);
    assert_eq!(also_ada.told().await, json!({ "type": "left", "id": "p", "user": "bob" }));
    let _cyd = one.welcome(&issuer.token("cyd", &[])).await;
    assert_eq!(also_ada.told().await["user"], "cyd");
    one.stop().await;
    assert_eq!(also_ada.told().await, json!({ "type": "left", "id": "p", "user": "cyd" }));
    two.stop().await;
}
