//! What is taken in from files on schedule.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use crate::harness::Harness;
use crate::ingest::{Running, incoming};

/// Runs the job and waits for its end.
async fn collect(running: &Running) -> String {
    let client = frame::testing::http();
    let job = format!("{}/operations/jobs/collect", running.url);
    let requested = client.post(format!("{job}/run")).send().await.unwrap();
    let requested: Value = requested.json().await.unwrap();
    for _ in 0..500 {
        let runs: Value = client.get(format!("{job}/runs")).send().await.unwrap().json().await.unwrap();
        let mut runs = runs.as_array().unwrap().iter();
        let run = runs.find(|run| run["id"] == requested["run"]).unwrap();
        if run["finished_at"].is_string() {
            return run["state"].as_str().unwrap().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it never ended: {requested}");
}

fn write(path: &Path, events: &[Value]) {
    let lines: Vec<_> = events.iter().map(Value::to_string).collect();
    std::fs::write(path, format!("{}\n\nno event\n", lines.join("\n"))).unwrap();
}

#[tokio::test]
async fn files_are_taken_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let Harness { database, .. } = Harness::start().await;
    let source = folder.path().to_str().unwrap();
    let running = Running::start((*database).clone(), &[("SOURCE_DIR", source), ("JOBS_POLL", "20ms")]).await;
    let events = incoming();
    let file = folder.path().join("first.jsonl");
    write(&file, &events);
    assert_eq!(collect(&running).await, "succeeded");
    let first: HashSet<_> = running.heard(events.len()).await.iter().map(|envelope| envelope.id).collect();
    assert!(!file.exists());
    let rejected = std::fs::read_to_string(folder.path().join("first.rejected")).unwrap();
    assert_eq!(rejected, "no event\n");
    // As after a crash before the file was renamed: what is sent again has the ids it had.
    std::fs::rename(folder.path().join("first.done"), &file).unwrap();
    assert_eq!(collect(&running).await, "succeeded");
    let again: HashSet<_> = running.heard(events.len()).await.iter().map(|envelope| envelope.id).collect();
    assert_eq!(again, first);
    running.stop().await;
}

#[tokio::test]
async fn a_folder_that_is_missing_holds_nothing() {
    let Harness { database, .. } = Harness::start().await;
    let pairs = [("SOURCE_DIR", "no such folder"), ("JOBS_POLL", "20ms")];
    let running = Running::start((*database).clone(), &pairs).await;
    assert_eq!(collect(&running).await, "succeeded");
    running.stop().await;
}
