//! Sagas on every database: done, undone, killed and gone on with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use frame::config::Reader;
use frame::metrics::Metrics;
use frame::retry::Backoff;
use frame::saga::{
    Saga, SagaMetrics, SagaOrchestrator, SagaRecord, SagaSettings, SagaState, SagaStep,
    StepContext, StepState, operations,
};
use frame::testing::databases;
use frame::{Error, Result, TraceContext};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use uuid::Uuid;

/// What happened, in order.
type Log = Arc<Mutex<Vec<String>>>;

/// How an attempt ends.
#[derive(Clone, Copy)]
enum End {
    Down,
    Refused,
    Broken,
    Panic,
    Never,
}

struct Scripted {
    name: &'static str,
    log: Log,
    act: Mutex<VecDeque<End>>,
    undo: Mutex<VecDeque<End>>,
}

fn step(name: &'static str, log: &Log, act: &[End], undo: &[End]) -> Scripted {
    Scripted {
        name,
        log: log.clone(),
        act: Mutex::new(act.iter().copied().collect()),
        undo: Mutex::new(undo.iter().copied().collect()),
    }
}

impl Scripted {
    async fn end(&self, what: &str, script: &Mutex<VecDeque<End>>) -> Result<()> {
        self.log
            .lock()
            .unwrap()
            .push(format!("{what} {}", self.name));
        let end = script.lock().unwrap().pop_front();
        match end {
            None => Ok(()),
            Some(End::Down) => Err(Error::Unavailable("down".to_owned())),
            Some(End::Refused) => Err(Error::Conflict("no".to_owned())),
            Some(End::Broken) => Err(Error::Internal("what?".to_owned())),
            Some(End::Panic) => panic!("as told"),
            Some(End::Never) => std::future::pending().await,
        }
    }
}

#[async_trait]
impl SagaStep for Scripted {
    async fn act(&self, step: &StepContext) -> Result<Value> {
        assert_eq!(step.key, format!("{}:{}", step.saga, self.name));
        self.end("do", &self.act).await?;
        Ok(json!({ "of": self.name, "after": step.outputs.len() }))
    }

    async fn compensate(&self, _step: &StepContext) -> Result<()> {
        self.end("undo", &self.undo).await
    }
}

fn saga(log: &Log, scripts: [(&[End], &[End]); 3]) -> Saga {
    timed_saga(Duration::from_millis(200), log, scripts)
}

fn timed_saga(timeout: Duration, log: &Log, scripts: [(&[End], &[End]); 3]) -> Saga {
    let names = ["first", "second", "third"];
    let saga = Saga::new("test", Duration::from_secs(60));
    names
        .into_iter()
        .zip(scripts)
        .fold(saga, |saga, (name, (act, undo))| {
            saga.timed_step(name, timeout, step(name, log, act, undo))
        })
}

fn settings() -> SagaSettings {
    SagaSettings {
        max_attempts: 2,
        backoff: Backoff::new(Duration::from_millis(1), Duration::from_millis(2)),
        lease: Duration::from_secs(60),
        poll: Duration::from_millis(10),
        ..SagaSettings::default()
    }
}

async fn finish(orchestrator: &SagaOrchestrator, id: Uuid) -> SagaRecord {
    for _ in 0..2_000 {
        orchestrator.work().await.unwrap();
        let record = orchestrator.find(id).await.unwrap();
        if !matches!(record.state, SagaState::Running | SagaState::Compensating) {
            return record;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the saga does not end");
}

fn taken(log: &Log) -> Vec<String> {
    std::mem::take(&mut *log.lock().unwrap())
}

fn states(record: &SagaRecord) -> Vec<StepState> {
    record.steps.iter().map(|step| step.state).collect()
}

/// Runs a saga of these scripts on every database to its end.
async fn ended(scripts: [(&[End], &[End]); 3], check: impl Fn(&SagaRecord, Vec<String>)) {
    for database in databases(None).await.unwrap() {
        let log = Log::default();
        let orchestrator =
            SagaOrchestrator::new((*database).clone(), saga(&log, scripts), settings());
        let id = orchestrator.start(&json!({ "n": 1 })).await.unwrap();
        let record = finish(&orchestrator, id).await;
        assert_eq!(record.input, json!({ "n": 1 }), "{}", database.name);
        check(&record, taken(&log));
    }
}

#[tokio::test]
async fn steps_are_done_in_order() {
    ended([(&[], &[]), (&[], &[]), (&[], &[])], |record, log| {
        assert_eq!(record.state, SagaState::Completed);
        assert_eq!(log, ["do first", "do second", "do third"]);
        let output = json!({ "of": "third", "after": 2 });
        assert_eq!(record.steps[2].output, Some(output));
    })
    .await;
}

#[tokio::test]
async fn what_fails_in_passing_is_tried_again() {
    ended(
        [(&[], &[]), (&[End::Down], &[]), (&[], &[])],
        |record, log| {
            assert_eq!(record.state, SagaState::Completed);
            assert_eq!(log, ["do first", "do second", "do second", "do third"]);
            assert_eq!(record.steps[1].attempts, 2);
        },
    )
    .await;
}

#[tokio::test]
async fn a_refusal_undoes_what_was_done_last_first() {
    ended(
        [(&[], &[]), (&[], &[End::Down]), (&[End::Refused], &[])],
        |record, log| {
            assert_eq!(record.state, SagaState::Compensated);
            let undone = ["undo second", "undo second", "undo first"];
            assert_eq!(log[3..], undone);
            use StepState::{Compensated, Refused};
            assert_eq!(states(record), [Compensated, Compensated, Refused]);
            assert_eq!(record.reason.as_deref(), Some("third: no"));
        },
    )
    .await;
}

#[tokio::test]
async fn a_step_nobody_knows_the_end_of_is_undone_too() {
    ended(
        [(&[], &[]), (&[End::Never, End::Down], &[]), (&[], &[])],
        |record, log| {
            assert_eq!(record.state, SagaState::Compensated);
            assert_eq!(
                log,
                [
                    "do first",
                    "do second",
                    "do second",
                    "undo second",
                    "undo first"
                ]
            );
            assert_eq!(states(record)[2], StepState::Waiting);
        },
    )
    .await;
}

#[tokio::test]
async fn only_a_refusal_of_the_first_attempt_had_no_effect() {
    for (ends, undone) in [
        (vec![End::Refused], false),
        (vec![End::Down, End::Refused], true),
        (vec![End::Broken], true),
        (vec![End::Panic], true),
    ] {
        ended(
            [(&[], &[]), (&ends, &[]), (&[], &[])],
            move |record, log| {
                assert_eq!(record.state, SagaState::Compensated);
                let has_undone = log.iter().any(|entry| entry == "undo second");
                assert_eq!(has_undone, undone, "{log:?}");
                assert_eq!(log.last().map(String::as_str), Some("undo first"));
            },
        )
        .await;
    }
}

#[tokio::test]
async fn what_cannot_be_undone_is_passed_parked_and_retried() {
    for database in databases(None).await.unwrap() {
        let log = Log::default();
        let stuck = [End::Down, End::Refused];
        let scripts: [(&[End], &[End]); 3] = [(&[], &[]), (&[], &stuck), (&[End::Refused], &[])];
        let orchestrator =
            SagaOrchestrator::new((*database).clone(), saga(&log, scripts), settings());
        let id = orchestrator.start(&Value::Null).await.unwrap();
        let record = finish(&orchestrator, id).await;
        assert_eq!(record.state, SagaState::Parked);
        use StepState::{Compensated, Refused, Stuck};
        assert_eq!(states(&record), [Compensated, Stuck, Refused]);
        let parked = orchestrator
            .list(Some(SagaState::Parked), 10)
            .await
            .unwrap();
        assert_eq!(parked.len(), 1);
        assert!(
            orchestrator
                .list(Some(SagaState::Running), 10)
                .await
                .unwrap()
                .is_empty()
        );

        taken(&log);
        orchestrator.retry(id).await.unwrap();
        let record = finish(&orchestrator, id).await;
        assert_eq!(record.state, SagaState::Compensated);
        assert_eq!(taken(&log), ["undo second"]);
        assert!(matches!(
            orchestrator.retry(id).await,
            Err(Error::Conflict(_))
        ));
        let nobody = orchestrator.retry(Uuid::nil()).await;
        assert!(matches!(nobody, Err(Error::NotFound(_))));
    }
}

#[tokio::test]
async fn the_whole_has_a_time_limit() {
    for database in databases(None).await.unwrap() {
        let log = Log::default();
        let settings = SagaSettings {
            max_attempts: 1_000,
            backoff: Backoff::new(Duration::from_millis(20), Duration::from_millis(20)),
            ..settings()
        };
        let saga = Saga::new("test", Duration::from_secs(1));
        let down = vec![End::Down; 1_000];
        let saga = saga.step("first", step("first", &log, &down, &[]));
        let orchestrator = SagaOrchestrator::new((*database).clone(), saga, settings);
        let id = orchestrator.start(&Value::Null).await.unwrap();
        let record = finish(&orchestrator, id).await;
        assert_eq!(record.state, SagaState::Compensated);
        assert_eq!(record.reason.as_deref(), Some("the saga took too long"));
        assert_eq!(taken(&log).last().map(String::as_str), Some("undo first"));
    }
}

/// The run is killed in every step and in every compensation; another one goes on.
#[tokio::test]
async fn a_killed_run_is_gone_on_with() {
    for database in databases(None).await.unwrap() {
        for killed in 0..5 {
            let log = Log::default();
            let hang = |at: usize| {
                if at == killed {
                    vec![End::Never]
                } else {
                    Vec::new()
                }
            };
            let settings = SagaSettings {
                max_attempts: 3,
                lease: Duration::from_millis(50),
                ..settings()
            };
            let third = [hang(2), vec![End::Refused]].concat();
            let (act, undo) = ([hang(0), hang(1), third], [hang(4), hang(3), Vec::new()]);
            let script = |index: usize| (act[index].as_slice(), undo[index].as_slice());
            let scripts = [script(0), script(1), script(2)];
            let saga = timed_saga(Duration::from_secs(60), &log, scripts);
            let dying = SagaOrchestrator::new((*database).clone(), saga.clone(), settings.clone());
            let id = dying.start(&Value::Null).await.unwrap();
            let names = [
                "do first",
                "do second",
                "do third",
                "undo second",
                "undo first",
            ];
            let hangs = async {
                while log.lock().unwrap().last().map(String::as_str) != Some(names[killed]) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::select! {
                _ = dying.work() => panic!("{}: it was not killed", database.name),
                () = hangs => {}
            }

            let other = SagaOrchestrator::new((*database).clone(), saga, settings);
            let record = finish(&other, id).await;
            assert_eq!(record.state, SagaState::Compensated);
            let log = taken(&log);
            let done = |entry: &str| log.iter().filter(|logged| *logged == entry).count();
            for (at, name) in names.into_iter().enumerate() {
                assert_eq!(done(name), 1 + usize::from(at == killed), "{name}: {log:?}");
            }
            // Nobody knows whether the third step took effect when the kill came.
            assert_eq!(done("undo third"), usize::from(killed == 2), "{log:?}");
            assert_eq!(log.last().map(String::as_str), Some("undo first"));
        }
    }
}

#[tokio::test]
async fn several_runs_lead_each_saga_once() {
    for database in databases(None).await.unwrap() {
        let log = Log::default();
        let saga = saga(&log, [(&[], &[]), (&[], &[]), (&[], &[])]);
        let runs: Vec<_> = (0..3)
            .map(|_| SagaOrchestrator::new((*database).clone(), saga.clone(), settings()))
            .collect();
        let stop = CancellationToken::new();
        let running: Vec<_> = runs
            .iter()
            .map(|run| tokio::spawn(run.clone().run(stop.clone())))
            .collect();
        for _ in 0..20 {
            runs[0].start(&Value::Null).await.unwrap();
        }
        let begin = std::time::Instant::now();
        let completed = Some(SagaState::Completed);
        while runs[1].list(completed, 100).await.unwrap().len() < 20 {
            assert!(begin.elapsed() < Duration::from_secs(20));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
        for run in running {
            run.await.unwrap().unwrap();
        }
        assert_eq!(taken(&log).len(), 60, "{}", database.name);
    }
}

/// Waits longer than a lease.
struct Slow(Log);

#[async_trait]
impl SagaStep for Slow {
    async fn act(&self, _step: &StepContext) -> Result<Value> {
        self.0.lock().unwrap().push("do".to_owned());
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        Ok(Value::Null)
    }

    async fn compensate(&self, _step: &StepContext) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_step_may_take_longer_than_the_lease() {
    for database in databases(None).await.unwrap() {
        let log = Log::default();
        let saga = Saga::new("test", Duration::from_secs(60)).step("slow", Slow(log.clone()));
        let settings = SagaSettings {
            lease: Duration::from_millis(600),
            ..settings()
        };
        let one = SagaOrchestrator::new((*database).clone(), saga.clone(), settings.clone());
        let other = SagaOrchestrator::new((*database).clone(), saga, settings);
        let id = one.start(&Value::Null).await.unwrap();
        let (led, record) = tokio::join!(one.work(), finish(&other, id));
        led.unwrap();
        assert_eq!(record.state, SagaState::Completed, "{}", database.name);
        assert_eq!(taken(&log), ["do"], "{}", database.name);
    }
}

#[tokio::test]
async fn a_step_that_is_gone_from_the_code_ends_the_saga() {
    let database = frame::testing::sqlite(None).await.unwrap();
    let log = Log::default();
    let old = saga(&log, [(&[], &[]), (&[], &[]), (&[], &[])]);
    let old = SagaOrchestrator::new((*database).clone(), old, settings());
    let id = old.start(&Value::Null).await.unwrap();
    let new = Saga::new("test", Duration::from_secs(60));
    let new = new.step("second", step("second", &log, &[], &[]));
    let new = SagaOrchestrator::new((*database).clone(), new, settings());
    let record = finish(&new, id).await;
    assert_eq!(record.state, SagaState::Compensated);
    let reason = "first is no step of the saga any more";
    assert_eq!(record.reason.as_deref(), Some(reason));
    assert!(taken(&log).is_empty());
}

#[tokio::test]
async fn a_step_knows_its_input_its_output_and_the_trace() {
    struct Knowing;

    #[async_trait]
    impl SagaStep for Knowing {
        async fn act(&self, step: &StepContext) -> Result<Value> {
            let wrong: Result<Vec<u8>> = step.input();
            assert!(matches!(wrong, Err(Error::Malformed(_))));
            assert_eq!(step.output::<u32>(), Ok(None));
            let doubled = 2 * step.input::<u32>()?;
            let trace = TraceContext::current().trace_id();
            Ok(json!({ "doubled": doubled, "trace": trace }))
        }

        async fn compensate(&self, step: &StepContext) -> Result<()> {
            let output: Option<Value> = step.output()?;
            assert_eq!(output.unwrap()["doubled"], 14);
            assert!(matches!(step.output::<u32>(), Err(Error::Internal(_))));
            Ok(())
        }
    }

    let database = frame::testing::sqlite(None).await.unwrap();
    let log = Log::default();
    let saga = Saga::new("test", Duration::from_secs(60)).step("knowing", Knowing);
    let saga = saga.step("last", step("last", &log, &[End::Refused], &[]));
    let orchestrator = SagaOrchestrator::new((*database).clone(), saga, settings());
    let trace = TraceContext::root();
    let context = frame::RequestContext::new("r1", trace.clone(), None);
    let id = context.scope(orchestrator.start(&7)).await.unwrap();
    let record = finish(&orchestrator, id).await;
    assert_eq!(record.state, SagaState::Compensated, "{record:?}");
    let output = record.steps[0].output.clone().unwrap();
    assert_eq!(output["trace"], trace.trace_id());
}

#[tokio::test]
async fn commands_have_the_same_id_in_every_attempt() {
    struct Commanding(Log);

    #[async_trait]
    impl SagaStep for Commanding {
        async fn act(&self, step: &StepContext) -> Result<Value> {
            let command = step.command("orders", "Reserve", json!(1));
            let other = step.command("orders", "Release", json!(1));
            assert_ne!(command.id, other.id);
            assert_eq!(command.key, step.saga.to_string());
            self.0.lock().unwrap().push(command.id.to_string());
            match step.attempt {
                1 => Err(Error::Unavailable("down".to_owned())),
                _ => Ok(Value::Null),
            }
        }

        async fn compensate(&self, _step: &StepContext) -> Result<()> {
            Ok(())
        }
    }

    let database = frame::testing::sqlite(None).await.unwrap();
    let log = Log::default();
    let saga = Saga::new("test", Duration::from_secs(60));
    let saga = saga.step("command", Commanding(log.clone()));
    let orchestrator = SagaOrchestrator::new((*database).clone(), saga, settings());
    let id = orchestrator.start(&Value::Null).await.unwrap();
    finish(&orchestrator, id).await;
    let ids = taken(&log);
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn operators_see_and_retry_and_everything_is_counted() {
    let database = frame::testing::sqlite(None).await.unwrap();
    let log = Log::default();
    let stuck = [End::Down, End::Down];
    let saga = saga(&log, [(&[], &[]), (&[], &stuck), (&[End::Refused], &[])]);
    let metrics = Metrics::new("orders").unwrap();
    let orchestrator = SagaOrchestrator::new((*database).clone(), saga, settings())
        .measured(SagaMetrics::new(&metrics).unwrap());
    let routes = operations(orchestrator.clone());
    let ask = async |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).unwrap();
        let response = routes.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice::<Value>(&body).unwrap())
    };
    let id = orchestrator.start(&Value::Null).await.unwrap();
    let path = format!("/operations/sagas/{id}");
    let (status, _) = ask("POST", &format!("{path}/retry")).await;
    assert_eq!(status, 409);
    finish(&orchestrator, id).await;
    let (status, found) = ask("GET", &path).await;
    assert_eq!((status, &found["state"]), (200, &json!("parked")));
    assert_eq!(found["steps"][1]["error"], "down");
    let (_, all) = ask("GET", "/operations/sagas?state=parked&limit=5").await;
    assert_eq!(all.as_array().unwrap().len(), 1);
    let (status, _) = ask("POST", &format!("{path}/retry")).await;
    assert_eq!(status, 202);
    let record = finish(&orchestrator, id).await;
    assert_eq!(record.state, SagaState::Compensated);
    let nobody = format!("/operations/sagas/{}", Uuid::nil());
    assert_eq!(ask("GET", &nobody).await.0, 404);
    let text = metrics.render().unwrap();
    for line in [
        r#"sagas_total{saga="test",state="parked",service="orders"} 1"#,
        r#"sagas_total{saga="test",state="compensated",service="orders"} 1"#,
        r#"{action="compensate",outcome="failed",saga="test",step="second",service="orders"} 2"#,
        r#"{action="act",outcome="done",saga="test",step="first",service="orders"} 1"#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn a_stop_lets_go_of_what_waits() {
    let database = frame::testing::sqlite(None).await.unwrap();
    let log = Log::default();
    let saga = Saga::new("test", Duration::from_secs(60));
    let saga = saga.step("first", step("first", &log, &[End::Down; 9], &[]));
    let settings = SagaSettings {
        max_attempts: 100,
        backoff: Backoff::new(Duration::from_secs(60), Duration::from_secs(60)),
        ..settings()
    };
    let orchestrator = SagaOrchestrator::new((*database).clone(), saga, settings);
    let id = orchestrator.start(&Value::Null).await.unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(orchestrator.clone().run(stop.clone()));
    while orchestrator.find(id).await.unwrap().steps[0]
        .error
        .is_none()
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    running.await.unwrap().unwrap();
    let record = orchestrator.find(id).await.unwrap();
    assert_eq!(record.state, SagaState::Running);
}

#[test]
fn settings_have_bounds() {
    let read = |name: &'static str, value: &'static str| {
        let mut reader = Reader::from_pairs([(name, value)]);
        let settings = SagaSettings::read(&mut reader);
        reader.finish().map(|()| settings)
    };
    assert_eq!(read("SAGA_MAX_ATTEMPTS", "7").unwrap().max_attempts, 7);
    for (name, value) in [
        ("SAGA_MAX_ATTEMPTS", "0"),
        ("SAGA_CONCURRENCY", "0"),
        ("SAGA_LEASE", "10ms"),
        ("SAGA_POLL", "1ms"),
    ] {
        assert!(read(name, value).is_err(), "{name}");
    }
}
