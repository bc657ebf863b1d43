//! The program itself, killed in the middle of its sagas: none is lost, no step counts twice.

use std::collections::HashSet;
use std::time::Duration;

use frame::bus::Subscription;
use frame::testing::{Place, Program};
use serde_json::Value;

use super::{ADDRESSES, COMMANDS, PATH, World, input};

const PROGRAM: &str = env!("CARGO_BIN_EXE_orders");
/// How many sagas are started before each kill.
const SAGAS: usize = 20;
const KILLS: usize = 3;

/// How many sagas are in this state.
async fn count(program: &Program, state: &str) -> usize {
    let path = format!("http://{}/operations/sagas?limit=1000&state={state}", program.address());
    let answer = frame::testing::http().get(path).send().await.unwrap();
    answer.json::<Vec<Value>>().await.unwrap().len()
}

#[tokio::test]
async fn a_killed_program_goes_on_with_its_sagas() {
    for place in Place::with_buses().await.unwrap() {
        let mut place = place
            .set("SAGA_LEASE", "1s")
            .set("SAGA_POLL", "20ms")
            .set("SAGA_CONCURRENCY", 4)
            .set("SAGA_MAX_ATTEMPTS", 100);
        let world = World::start().await;
        world.slow_down(Duration::from_millis(10));
        for name in ADDRESSES {
            place = place.set(name, &world.url);
        }
        let bus = place.bus().await.unwrap();
        let consumer = bus.subscribe(&Subscription::new("test", COMMANDS.iter().copied())).await.unwrap();
        let client = frame::testing::http();
        for _ in 0..KILLS {
            let program = place.start(PROGRAM).unwrap();
            let path = format!("http://{}{PATH}", program.address());
            let before = count(&program, "completed").await;
            for _ in 0..SAGAS {
                let start = client.post(&path).json(&input());
                assert_eq!(start.send().await.unwrap().status(), 202);
            }
            while count(&program, "completed").await == before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            program.kill().unwrap();
        }
        let program = place.start(PROGRAM).unwrap();
        let all = KILLS * SAGAS;
        for _ in 0..1_000 {
            if count(&program, "completed").await == all {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(count(&program, "completed").await, all, "{}", place.name);
        let (each, rest) = (world.created() / all, world.created() % all);
        assert_eq!((each, rest), (2, 0), "{}", place.name);
        let mut heard = HashSet::new();
        while heard.len() < COMMANDS.len() * all {
            let deliveries = consumer.receive(100, Duration::from_secs(10)).await.unwrap();
            assert!(!deliveries.is_empty(), "{} were heard", heard.len());
            for delivery in deliveries {
                consumer.ack(&delivery).await.unwrap();
                heard.insert(delivery.envelope.id);
            }
        }
        // What a kill repeated has the id that it had: there are no more.
        for delivery in consumer.receive(100, Duration::from_millis(200)).await.unwrap() {
            assert!(heard.contains(&delivery.envelope.id), "{}", place.name);
        }
        assert!(program.stop().unwrap());
    }
}
