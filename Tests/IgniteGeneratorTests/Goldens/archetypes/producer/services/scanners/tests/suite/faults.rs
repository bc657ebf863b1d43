//! The program itself, killed in the middle of publishing: what was taken in is published.

use std::collections::HashSet;
use std::time::Duration;

use frame::bus::Subscription;
use frame::testing::Place;
use serde_json::Value;
use scanners::presentation::ingest::PATH;

use crate::ingest::{TYPES, incoming};

const PROGRAM: &str = env!("CARGO_BIN_EXE_scanners");
/// How often everything is sent.
const ROUNDS: usize = 40;

#[tokio::test]
async fn what_a_killed_program_took_in_is_published() {
    for place in Place::with_buses().await.unwrap() {
        let place = place.set("OUTBOX_LEASE", "1s").set("OUTBOX_BATCH", 5).set("OUTBOX_POLL", "50ms");
        let bus = place.bus().await.unwrap();
        let consumer = bus.subscribe(&Subscription::new("test", TYPES.to_vec())).await.unwrap();
        let client = frame::testing::http();
        let (mut accepted, mut heard) = (HashSet::new(), HashSet::new());
        for _ in 0..3 {
            let program = place.start(PROGRAM).unwrap();
            let address = program.address();
            for _ in 0..ROUNDS {
                let request = client.post(format!("http://{address}{PATH}")).json(&incoming());
                let answer: Value = request.send().await.unwrap().json().await.unwrap();
                let ids: Vec<String> = serde_json::from_value(answer["ids"].clone()).unwrap();
                accepted.extend(ids);
            }
            program.kill().unwrap();
        }
        let program = place.start(PROGRAM).unwrap();
        while heard.len() < accepted.len() {
            let deliveries = consumer.receive(100, Duration::from_secs(20)).await.unwrap();
            assert!(!deliveries.is_empty(), "{} of {} were heard", heard.len(), accepted.len());
            for delivery in deliveries {
                consumer.ack(&delivery).await.unwrap();
                heard.insert(delivery.envelope.id.to_string());
            }
        }
        assert_eq!(heard, accepted);
        assert!(program.stop().unwrap());
    }
}
