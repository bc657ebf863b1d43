//! The program itself, killed in the middle of its work: nothing is lost, nothing takes effect twice.

use std::process::Command;
use std::time::Duration;

use frame::bus::Subscription;
use frame::testing::Place;
use journal::NAME;

use crate::handling::{envelope, handled, samples, until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_journal");
const EVENTS: usize = 300;

#[tokio::test]
async fn a_killed_program_goes_on_where_it_was() {
    for place in Place::with_buses().await.unwrap() {
        // A kill is an attempt, too.
        let place = place.set("CONSUMER_MAX_ATTEMPTS", 100);
        let kinds = samples().into_iter().map(|(kind, _)| kind);
        let bus = place.bus_with(NAME, kinds).await.unwrap();
        let database = place.database().await.unwrap();
        let (kind, payload) = samples().remove(0);
        let events: Vec<_> = (0..EVENTS).map(|n| envelope(kind, &format!("k{n}"), payload.clone())).collect();
        bus.publish(&events).await.unwrap();
        for _ in 0..3 {
            let before = handled(&database).await;
            let program = place.start(PROGRAM).unwrap();
            until("begun", async || handled(&database).await > before || before == EVENTS).await;
            program.kill().unwrap();
        }
        let program = place.start(PROGRAM).unwrap();
        until("all handled", async || handled(&database).await == EVENTS).await;
        assert!(program.stop().unwrap());
        assert_eq!(handled(&database).await, EVENTS);
        assert!(bus.dead_letters(NAME, 1).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn dead_letters_go_again_on_command() {
    for place in Place::with_buses().await.unwrap() {
        let (bus, database) = (place.bus().await.unwrap(), place.database().await.unwrap());
        let subscription = Subscription::new(NAME, samples().into_iter().map(|(kind, _)| kind));
        let consumer = bus.subscribe(&subscription).await.unwrap();
        let (kind, payload) = samples().remove(0);
        bus.publish(&[envelope(kind, "k", payload)]).await.unwrap();
        let delivery = consumer.receive(1, Duration::from_secs(5)).await.unwrap().remove(0);
        consumer.reject(&delivery, "for a test").await.unwrap();
        consumer.close().await.unwrap();
        let redrive = place.run(PROGRAM, &["redrive"]).unwrap();
        assert!(redrive.status.success(), "{redrive:?}");
        assert!(String::from_utf8_lossy(&redrive.stdout).contains("1 dead letters go again"), "{redrive:?}");
        let program = place.start(PROGRAM).unwrap();
        until("handled", async || handled(&database).await == 1).await;
        program.kill().unwrap();
    }
}

#[test]
fn a_bus_in_memory_has_no_dead_letters_to_be_reached_from_outside() {
    let redrive = Command::new(PROGRAM)
        .arg("redrive")
        .env("BUS_URL", "memory:")
        .output()
        .unwrap();
    assert_eq!(redrive.status.code(), Some(1), "{redrive:?}");
    assert!(String::from_utf8_lossy(&redrive.stderr).contains("/operations/"), "{redrive:?}");
}
