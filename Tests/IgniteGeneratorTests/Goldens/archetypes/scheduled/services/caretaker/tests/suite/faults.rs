//! The program itself, killed in the middle of its jobs: what it was asked for is done.

use std::time::Duration;

use frame::testing::Place;
use serde_json::Value;

use crate::jobs::JOBS;

const PROGRAM: &str = env!("CARGO_BIN_EXE_caretaker");
/// A run is begun three times at most.
const KILLS: usize = 2;

/// The state of a run, once it has succeeded or a while has passed.
async fn state(runs: &str, id: &Value) -> Value {
    let mut state = Value::Null;
    for _ in 0..500 {
        let runs: Vec<Value> = frame::testing::http().get(runs).send().await.unwrap().json().await.unwrap();
        let run = runs.iter().find(|run| run["id"] == *id).unwrap();
        state = run["state"].clone();
        if state == "succeeded" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    state
}

#[tokio::test]
async fn what_a_killed_program_was_asked_for_is_done() {
    for place in Place::with_databases().await.unwrap() {
        let place = place.set("JOBS_LEASE", "1s").set("JOBS_POLL", "20ms");
        let client = frame::testing::http();
        let mut asked = Vec::new();
        for _ in 0..KILLS {
            let program = place.start(PROGRAM).unwrap();
            for job in JOBS {
                let path = format!("http://{}/operations/jobs/{job}/run", program.address());
                let answer = client.post(path).send().await.unwrap();
                // One that the kill before left may not overlap.
                if answer.status() == 202 {
                    let answer: Value = answer.json().await.unwrap();
                    asked.push((*job, answer["run"].clone()));
                }
            }
            program.kill().unwrap();
        }
        assert!(asked.len() >= JOBS.len(), "{asked:?}");
        let program = place.start(PROGRAM).unwrap();
        for (job, run) in asked {
            let runs = format!("http://{}/operations/jobs/{job}/runs", program.address());
            assert_eq!(state(&runs, &run).await, "succeeded", "{job} {}", place.name);
        }
        assert!(program.stop().unwrap());
    }
}
