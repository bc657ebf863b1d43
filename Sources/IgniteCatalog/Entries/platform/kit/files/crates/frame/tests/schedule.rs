//! The scheduler as a whole: runs, timeouts, requests over HTTP, two instances and the drain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use frame::config::JobSettings;
use frame::metrics::Metrics;
use frame::schedule::{Job, JobOptions, JobRun, Overlap, Schedule, Scheduler};
use frame::{Database, Error, Result, testing};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Waits, counts and ends as it is told to.
#[derive(Clone, Default)]
struct Work {
    begun: Arc<AtomicU32>,
    most: Arc<AtomicU32>,
    running: Arc<AtomicU32>,
    takes: Duration,
    fails: bool,
    heeds_stop: bool,
}

#[async_trait]
impl Job for Work {
    async fn run(&self, run: &JobRun) -> Result<()> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        let is_stopped = tokio::select! {
            () = tokio::time::sleep(self.takes) => false,
            () = run.stop.cancelled(), if self.heeds_stop => true,
        };
        self.running.fetch_sub(1, Ordering::SeqCst);
        assert_ne!(run.job, "panics", "boom");
        if self.fails || is_stopped {
            return Err(Error::Unavailable("no luck".to_owned()));
        }
        Ok(())
    }
}

fn options(cron: &str, overlap: Overlap) -> JobOptions {
    JobOptions {
        schedule: Schedule::parse(cron, "UTC").unwrap(),
        timeout: Duration::from_millis(300),
        overlap,
    }
}

/// Once a year, so that only requests run it.
const SELDOM: &str = "0 0 1 1 *";

fn scheduler(database: &Database) -> Scheduler {
    let settings = JobSettings {
        poll: Duration::from_millis(20),
        ..JobSettings::default()
    };
    Scheduler::new(database.clone(), settings)
}

struct Running {
    task: JoinHandle<Result<()>>,
    stop: CancellationToken,
}

impl Running {
    fn start(scheduler: &Scheduler) -> Self {
        let stop = CancellationToken::new();
        let metrics = Metrics::new("test").unwrap().jobs;
        let task = tokio::spawn(scheduler.clone().run(metrics, stop.clone()));
        Self { task, stop }
    }

    async fn stop(self) {
        self.stop.cancel();
        let stopped = tokio::time::timeout(Duration::from_secs(10), self.task).await;
        stopped.unwrap().unwrap().unwrap();
    }
}

/// Asks for a run as soon as the job is known.
async fn request(scheduler: &Scheduler, job: &str) {
    for _ in 0..500 {
        if scheduler.request(job).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{job} cannot be asked for");
}

async fn until(scheduler: &Scheduler, job: &str, states: &[&str]) {
    let mut last = Vec::new();
    for _ in 0..500 {
        let history = scheduler.history(job, 10).await.unwrap();
        last = history.into_iter().map(|run| run.state).collect();
        if last == states {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{job}: {last:?} never became {states:?}");
}

#[tokio::test]
async fn jobs_end_in_the_history_however_they_end() {
    for database in testing::databases(None).await.unwrap() {
        let slow = Work {
            takes: Duration::from_secs(60),
            ..Work::default()
        };
        let failing = Work {
            fails: true,
            ..Work::default()
        };
        let scheduler = scheduler(&database)
            .job("works", options(SELDOM, Overlap::Skip), Work::default())
            .job("fails", options(SELDOM, Overlap::Skip), failing)
            .job("panics", options(SELDOM, Overlap::Skip), Work::default())
            .job("hangs", options(SELDOM, Overlap::Skip), slow);
        let running = Running::start(&scheduler);
        for (job, state) in [
            ("works", "succeeded"),
            ("fails", "failed"),
            ("panics", "failed"),
            ("hangs", "timed-out"),
        ] {
            request(&scheduler, job).await;
            until(&scheduler, job, &[state]).await;
        }
        let failed = scheduler.history("fails", 1).await.unwrap().remove(0);
        assert_eq!(
            failed.error.as_deref(),
            Some("no luck"),
            "{}",
            database.name
        );
        running.stop().await;
    }
}

#[tokio::test]
async fn two_instances_run_a_job_once() {
    for database in testing::databases(None).await.unwrap() {
        let work = Work::default();
        let instance =
            || scheduler(&database).job("tidy", options(SELDOM, Overlap::Queue), work.clone());
        let (one, other) = (instance(), instance());
        let running = [Running::start(&one), Running::start(&other)];
        for _ in 0..5 {
            request(&one, "tidy").await;
        }
        until(&one, "tidy", &["succeeded"; 5]).await;
        let counts = (
            work.begun.load(Ordering::SeqCst),
            work.most.load(Ordering::SeqCst),
        );
        assert_eq!(counts, (5, 1), "{}", database.name);
        for running in running {
            running.stop().await;
        }
    }
}

#[tokio::test]
async fn the_clock_runs_what_is_due() {
    let database = testing::sqlite(None).await.unwrap();
    let work = Work::default();
    // Six fields: every second.
    let every_second = options("* * * * * *", Overlap::Skip);
    let scheduler = scheduler(&database).job("ticks", every_second, work.clone());
    let running = Running::start(&scheduler);
    tokio::time::sleep(Duration::from_millis(2_300)).await;
    running.stop().await;
    let begun = work.begun.load(Ordering::SeqCst);
    assert!((1..=4).contains(&begun), "{begun}");
}

#[tokio::test]
async fn a_stop_waits_for_jobs_and_gives_back_those_that_end_early() {
    let database = testing::sqlite(None).await.unwrap();
    let steady = Work {
        takes: Duration::from_millis(200),
        ..Work::default()
    };
    let early = Work {
        takes: Duration::from_secs(60),
        heeds_stop: true,
        ..Work::default()
    };
    let scheduler = scheduler(&database)
        .job("steady", options(SELDOM, Overlap::Skip), steady)
        .job("early", options(SELDOM, Overlap::Skip), early);
    let running = Running::start(&scheduler);
    request(&scheduler, "steady").await;
    request(&scheduler, "early").await;
    until(&scheduler, "steady", &["running"]).await;
    until(&scheduler, "early", &["running"]).await;
    running.stop().await;
    until(&scheduler, "steady", &["succeeded"]).await;
    until(&scheduler, "early", &["queued"]).await;
}

async fn ask(routes: &Router, method: &str, path: &str) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).unwrap();
    let response = routes.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn operators_see_and_run_jobs() {
    let database = testing::sqlite(None).await.unwrap();
    let slow = Work {
        takes: Duration::from_millis(200),
        ..Work::default()
    };
    let scheduler = scheduler(&database).job("tidy", options(SELDOM, Overlap::Skip), slow);
    let (routes, running) = (scheduler.routes(), Running::start(&scheduler));
    until(&scheduler, "tidy", &[]).await;
    request(&scheduler, "tidy").await;
    let (status, problem) = ask(&routes, "POST", "/operations/jobs/tidy/run").await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    until(&scheduler, "tidy", &["succeeded"]).await;
    let (status, requested) = ask(&routes, "POST", "/operations/jobs/tidy/run").await;
    assert_eq!(status, StatusCode::ACCEPTED, "{requested}");
    until(&scheduler, "tidy", &["succeeded"; 2]).await;
    let (_, runs) = ask(&routes, "GET", "/operations/jobs/tidy/runs?limit=1").await;
    assert_eq!(
        (&runs[0]["id"], &runs[0]["cause"]),
        (&requested["run"], &"request".into())
    );
    let (_, jobs) = ask(&routes, "GET", "/operations/jobs").await;
    assert_eq!(
        (&jobs[0]["schedule"], &jobs[0]["overlap"]),
        (&"0 0 1 1 * UTC".into(), &"skip".into())
    );
    assert_eq!(jobs[0]["last_run"], runs[0]);
    assert!(jobs[0]["next_due"].is_string());
    for (method, path) in [
        ("POST", "/operations/jobs/x/run"),
        ("GET", "/operations/jobs/x/runs"),
    ] {
        assert_eq!(ask(&routes, method, path).await.0, StatusCode::NOT_FOUND);
    }
    running.stop().await;
}
