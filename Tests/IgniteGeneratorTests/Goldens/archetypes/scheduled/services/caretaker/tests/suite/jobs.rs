//! What the service does by the clock.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, Utc};
use frame::config::JobSettings;
use frame::metrics::Metrics;
use frame::schedule::{Overlap, Schedule, Scheduler};
use frame::{Database, Error, documents};
use frame::Shutdown;
use frame::config::Reader;
use frame::testing;
use http_body_util::BodyExt;
use serde_json::Value;
use caretaker::{Config, assemble};
use caretaker::jobs;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::harness::Harness;

/// The jobs of the architecture.
pub const JOBS: &[&str] = &["nightly-inventory", "remind"];

/// When they are due and whether they may overlap.
fn declared() -> Vec<(&'static str, Schedule, Overlap)> {
    vec![
        (
            "nightly-inventory",
            Schedule::parse("30 2 * * *", "Europe/Berlin").unwrap(),
            Overlap::Queue,
        ),
        (
            "remind",
            Schedule::parse("*/5 8-18 * * MON-FRI", "UTC").unwrap(),
            Overlap::Skip,
        ),
    ]
}

fn scheduler(database: &Database) -> Scheduler {
    let settings = JobSettings {
        poll: Duration::from_millis(20),
        ..JobSettings::default()
    };
    jobs::scheduler(database, &settings).unwrap()
}

/// One instance of the service, as far as its jobs go.
struct Instance {
    task: JoinHandle<Result<(), Error>>,
    stop: CancellationToken,
}

impl Instance {
    fn start(scheduler: &Scheduler) -> Self {
        let stop = CancellationToken::new();
        let metrics = Metrics::new("test").unwrap().jobs;
        let task = tokio::spawn(scheduler.clone().run(metrics, stop.clone()));
        Self { task, stop }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// Waits until the runs of a job that somebody asked for are in these states, the last one first.
async fn until(scheduler: &Scheduler, job: &str, states: &[&str]) {
    let mut last = Vec::new();
    for _ in 0..1_000 {
        let mut history = scheduler.history(job, 100).await.unwrap();
        history.retain(|run| run.cause == "request");
        last = history.into_iter().map(|run| run.state).collect();
        if last == states {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{job}: {last:?} never became {states:?}");
}

#[tokio::test]
async fn every_job_takes_effect_when_it_is_asked_for() {
    for Harness { database, .. } in Harness::everywhere().await {
        let scheduler = scheduler(&database);
        for job in JOBS {
            scheduler.request(job).await.unwrap();
        }
        let instance = Instance::start(&scheduler);
        for job in JOBS {
            until(&scheduler, job, &["succeeded"]).await;
            let done = documents::get(&database, "jobs", job).await.unwrap();
            assert!(done.is_some(), "{job} {}", database.name);
        }
        instance.stop().await;
    }
}

#[tokio::test]
async fn two_instances_do_each_job_once() {
    for Harness { database, .. } in Harness::everywhere().await {
        let (one, other) = (scheduler(&database), scheduler(&database));
        let instances = [Instance::start(&one), Instance::start(&other)];
        for job in JOBS {
            one.request(job).await.unwrap();
            until(&other, job, &["succeeded"]).await;
            let mut history = one.history(job, 100).await.unwrap();
            history.retain(|run| run.cause == "request");
            assert_eq!(history[0].attempt, 1, "{job} {}", database.name);
        }
        for instance in instances {
            instance.stop().await;
        }
    }
}

#[tokio::test]
async fn jobs_overlap_as_declared() {
    let database = testing::sqlite(None).await.unwrap();
    let scheduler = scheduler(&database);
    for (job, _, overlap) in declared() {
        scheduler.request(job).await.unwrap();
        let second = scheduler.request(job).await;
        let is_refused = matches!(second, Err(Error::Conflict(_)));
        assert_eq!(is_refused, overlap == Overlap::Skip, "{job} {second:?}");
    }
    let instance = Instance::start(&scheduler);
    for (job, _, overlap) in declared() {
        let runs = if overlap == Overlap::Skip { 1 } else { 2 };
        until(&scheduler, job, &["succeeded"; 2][..runs]).await;
    }
    instance.stop().await;
}

#[test]
fn due_times_go_forward_through_years_with_changing_clocks() {
    let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    for (job, schedule, _) in declared() {
        let mut time = start;
        for _ in 0..2_000 {
            let Some(next) = schedule.next_after(time) else { break };
            assert!(next > time, "{job} {time}");
            time = next;
        }
        assert!(time > start, "{job} is never due");
    }
}

async fn ask(router: &Router, method: &str, path: &str) -> (u16, Value) {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn operators_see_jobs_and_run_them() {
    let database = testing::sqlite_file(None).await.unwrap();
    let pairs = [("PORT", "0"), ("HOST", "127.0.0.1"), ("JOBS_POLL", "20ms")];
    let config = Config::read(Reader::from_pairs(pairs)).unwrap();
    let app = assemble(&config, (*database).clone()).await.unwrap();
    let (router, shutdown) = (app.router(), Shutdown::new());
    let running = tokio::spawn(app.bind().await.unwrap().run(shutdown.clone()));
    let (status, jobs) = ask(&router, "GET", "/operations/jobs").await;
    assert_eq!(status, 200, "{jobs}");
    let names: Vec<_> = jobs.as_array().unwrap().iter().map(|job| job["name"].as_str().unwrap()).collect();
    let mut expected = JOBS.to_vec();
    expected.sort_unstable();
    assert_eq!(names, expected);
    for job in JOBS {
        let mut answer = ask(&router, "POST", &format!("/operations/jobs/{job}/run")).await;
        // It may be due right now.
        for _ in 0..100 {
            if answer.0 != 409 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            answer = ask(&router, "POST", &format!("/operations/jobs/{job}/run")).await;
        }
        let (status, requested) = answer;
        assert_eq!(status, 202, "{requested}");
        let path = format!("/operations/jobs/{job}/runs");
        let mut state = Value::Null;
        for _ in 0..500 {
            let (_, runs) = ask(&router, "GET", &path).await;
            let mut runs = runs.as_array().unwrap().iter();
            let run = runs.find(|run| run["id"] == requested["run"]).unwrap();
            state = run["state"].clone();
            if state == "succeeded" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(state, "succeeded", "{job}");
    }
    let (status, _) = ask(&router, "POST", "/operations/jobs/unknown/run").await;
    assert_eq!(status, 404);
    shutdown.trigger();
    running.await.unwrap().unwrap();
}
