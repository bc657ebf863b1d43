use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Overlap, Schedule};
use crate::clock::ms;
use crate::config::JobSettings;
use crate::database::{on_connection, on_pool, upsert};
use crate::{Database, Error, Result, Transaction, new_id};

/// How often a run is begun before it is given up because its instances keep dying.
const MAX_ATTEMPTS: i64 = 3;
/// How many runs may wait for one before them.
const MAX_QUEUED: i64 = 100;

/// A run as the history has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct RunRecord {
    /// Identifies the run.
    pub id: Uuid,
    /// The job's name.
    pub job: String,
    /// `schedule`, or `request` when somebody asked for it.
    pub cause: String,
    /// `queued`, `running`, `succeeded`, `failed`, `timed-out` or `skipped`.
    pub state: String,
    /// How often it was begun.
    pub attempt: i64,
    #[serde(serialize_with = "as_time")]
    pub(super) due_at: i64,
    #[serde(serialize_with = "as_optional_time")]
    started_at: Option<i64>,
    #[serde(serialize_with = "as_optional_time")]
    finished_at: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
}

fn time(ms: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(ms)
}

// serde asks for references.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn as_time<S: serde::Serializer>(ms: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    time(*ms).serialize(serializer)
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn as_optional_time<S: serde::Serializer>(
    ms: &Option<i64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    ms.and_then(time).serialize(serializer)
}

/// What the rows of one job say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan<'a> {
    pub job: &'a str,
    pub schedule: &'a Schedule,
    pub overlap: Overlap,
}

/// The rows of jobs and runs, as one instance changes them.
#[derive(Debug, Clone)]
pub(super) struct Runs {
    database: Database,
    owner: Uuid,
    settings: JobSettings,
}

impl Runs {
    pub fn new(database: Database, settings: JobSettings) -> Self {
        Self {
            database,
            owner: new_id(),
            settings,
        }
    }

    /// Notes a job; one whose schedule has changed is due by the new one.
    pub async fn declare(&self, plan: Plan<'_>, now: i64) -> Result<()> {
        let insert = "INSERT INTO frame_jobs (name, schedule, next_due) VALUES ($1, $2, $3) \
                      ON CONFLICT DO NOTHING";
        let update = "UPDATE frame_jobs SET schedule = $2, next_due = $3 \
                      WHERE name = $1 AND schedule <> $2";
        let (text, due) = (plan.schedule.to_string(), next_due(plan, now));
        let mut tx = self.database.begin().await?;
        upsert!(tx.connection(), insert, update, [plan.job, &text, due]);
        tx.commit().await
    }

    /// When the job is due next, in milliseconds since 1970.
    pub async fn next_due(&self, job: &str) -> Result<Option<i64>> {
        let select = "SELECT next_due FROM frame_jobs WHERE name = $1";
        Ok(on_pool!(&self.database, pool => {
            let select = sqlx::query_scalar(select).bind(job);
            select.fetch_optional(pool).await?.flatten()
        }))
    }

    /// Takes a run that this instance should begin now, if there is one.
    pub async fn claim(&self, plan: Plan<'_>, now: i64) -> Result<Option<RunRecord>> {
        if !self.has_work(plan.job, now).await? {
            return Ok(None);
        }
        let mut tx = self.database.begin().await?;
        let due = lock(&mut tx, plan.job).await?;
        reap(&mut tx, plan.job, now).await?;
        if let Some(due) = due.filter(|due| *due <= now) {
            let (running, queued) = open(&mut tx, plan.job).await?;
            let is_over = match plan.overlap {
                Overlap::Skip => running + queued > 0,
                Overlap::Queue | Overlap::Allow => queued >= MAX_QUEUED,
            };
            let state = if is_over { "skipped" } else { "queued" };
            insert(&mut tx, plan.job, "schedule", state, due, now).await?;
            advance(&mut tx, plan, now).await?;
        }
        let (running, queued) = open(&mut tx, plan.job).await?;
        let mut run = None;
        if queued > 0 && (running == 0 || plan.overlap == Overlap::Allow) {
            run = self.take(&mut tx, plan.job, now).await?;
        }
        tx.commit().await?;
        Ok(run)
    }

    /// Adds a run because somebody asks for it.
    pub async fn request(&self, plan: Plan<'_>, now: i64) -> Result<Uuid> {
        let mut tx = self.database.begin().await?;
        lock(&mut tx, plan.job).await?;
        let (running, queued) = open(&mut tx, plan.job).await?;
        if (plan.overlap == Overlap::Skip && running + queued > 0) || queued >= MAX_QUEUED {
            return Err(Error::Conflict(format!("{} runs already", plan.job)));
        }
        let id = insert(&mut tx, plan.job, "request", "queued", now, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Shows that this instance is alive; `false` when the run is no longer its own.
    pub async fn renew(&self, run: Uuid, now: i64) -> Result<bool> {
        let update = "UPDATE frame_job_runs SET lease_until = $1 \
                      WHERE id = $2 AND owner = $3 AND state = 'running'";
        let until = now + ms(self.settings.lease);
        let rows = on_pool!(&self.database, pool => {
            let update = sqlx::query(update).bind(until).bind(run).bind(self.owner);
            update.execute(pool).await?.rows_affected()
        });
        Ok(rows == 1)
    }

    /// Writes down how a run ended; `false` when it was no longer this instance's own.
    pub async fn finish(
        &self,
        run: Uuid,
        state: &str,
        error: Option<&str>,
        now: i64,
    ) -> Result<bool> {
        let update = "UPDATE frame_job_runs SET state = $1, error = $2, finished_at = $3, \
                      lease_until = NULL WHERE id = $4 AND owner = $5 AND state = 'running'";
        let rows = on_pool!(&self.database, pool => {
            let update = sqlx::query(update).bind(state).bind(error).bind(now);
            update.bind(run).bind(self.owner).execute(pool).await?.rows_affected()
        });
        Ok(rows == 1)
    }

    /// Gives a run back as if it had not been begun.
    pub async fn give_back(&self, run: Uuid) -> Result<()> {
        let update = "UPDATE frame_job_runs SET state = 'queued', attempt = attempt - 1, \
                      owner = NULL, lease_until = NULL, started_at = NULL \
                      WHERE id = $1 AND owner = $2 AND state = 'running'";
        on_pool!(&self.database, pool => {
            sqlx::query(update).bind(run).bind(self.owner).execute(pool).await?;
        });
        Ok(())
    }

    /// The latest runs of a job, the last one first.
    pub async fn history(&self, job: &str, limit: u32) -> Result<Vec<RunRecord>> {
        let select = "SELECT * FROM frame_job_runs WHERE job = $1 \
                      ORDER BY due_at DESC, id DESC LIMIT $2";
        Ok(on_pool!(&self.database, pool => {
            let select = sqlx::query_as(select).bind(job).bind(i64::from(limit));
            select.fetch_all(pool).await?
        }))
    }

    /// Forgets the runs that ended long ago.
    pub async fn purge(&self, now: i64) -> Result<u64> {
        let delete = "DELETE FROM frame_job_runs WHERE finished_at < $1";
        let before = now - ms(self.settings.history);
        Ok(on_pool!(&self.database, pool => {
            sqlx::query(delete).bind(before).execute(pool).await?.rows_affected()
        }))
    }

    /// Whether a claim could find something; asked far more often than the answer is yes.
    async fn has_work(&self, job: &str, now: i64) -> Result<bool> {
        let select = "SELECT 1 FROM frame_jobs WHERE name = $1 AND (next_due <= $2 \
                      OR EXISTS (SELECT 1 FROM frame_job_runs WHERE job = $1 \
                      AND finished_at IS NULL AND (state = 'queued' OR lease_until < $2)))";
        let found = on_pool!(&self.database, pool => {
            let select = sqlx::query(select).bind(job).bind(now);
            select.fetch_optional(pool).await?.is_some()
        });
        Ok(found)
    }

    async fn take(&self, tx: &mut Transaction, job: &str, now: i64) -> Result<Option<RunRecord>> {
        let update = "UPDATE frame_job_runs SET state = 'running', owner = $1, lease_until = $2, \
                      started_at = $3, attempt = attempt + 1, error = NULL WHERE id = \
                      (SELECT id FROM frame_job_runs WHERE job = $4 AND state = 'queued' \
                      ORDER BY due_at, id LIMIT 1) RETURNING *";
        let until = now + ms(self.settings.lease);
        Ok(on_connection!(tx.connection(), c => {
            let update = sqlx::query_as(update).bind(self.owner).bind(until);
            update.bind(now).bind(job).fetch_optional(c).await?
        }))
    }
}

fn next_due(plan: Plan<'_>, now: i64) -> Option<i64> {
    let next = plan.schedule.next_after(time(now)?)?;
    Some(next.timestamp_millis())
}

/// Keeps other instances from the job until the transaction ends, and tells when it is due.
async fn lock(tx: &mut Transaction, job: &str) -> Result<Option<i64>> {
    let update = "UPDATE frame_jobs SET name = name WHERE name = $1 RETURNING next_due";
    Ok(on_connection!(tx.connection(), c => {
        sqlx::query_scalar(update).bind(job).fetch_optional(c).await?.flatten()
    }))
}

/// Puts back what dead instances were running.
async fn reap(tx: &mut Transaction, job: &str, now: i64) -> Result<()> {
    let again = "UPDATE frame_job_runs SET state = 'queued', owner = NULL, lease_until = NULL \
                 WHERE job = $1 AND state = 'running' AND lease_until < $2 AND attempt < $3";
    let enough = "UPDATE frame_job_runs SET state = 'failed', finished_at = $2, \
                  error = 'the instances that ran it died' \
                  WHERE job = $1 AND state = 'running' AND lease_until < $2 AND attempt >= $3";
    for update in [again, enough] {
        on_connection!(tx.connection(), c => {
            let update = sqlx::query(update).bind(job).bind(now);
            update.bind(MAX_ATTEMPTS).execute(c).await?;
        });
    }
    Ok(())
}

/// How many runs are at work and how many wait.
async fn open(tx: &mut Transaction, job: &str) -> Result<(i64, i64)> {
    let select = "SELECT COUNT(CASE WHEN state = 'running' THEN 1 END), \
                  COUNT(CASE WHEN state = 'queued' THEN 1 END) \
                  FROM frame_job_runs WHERE job = $1 AND finished_at IS NULL";
    Ok(on_connection!(tx.connection(), c => {
        sqlx::query_as(select).bind(job).fetch_one(c).await?
    }))
}

async fn insert(
    tx: &mut Transaction,
    job: &str,
    cause: &str,
    state: &str,
    due: i64,
    now: i64,
) -> Result<Uuid> {
    let insert = "INSERT INTO frame_job_runs (id, job, cause, state, due_at, finished_at) \
                  VALUES ($1, $2, $3, $4, $5, $6)";
    let (id, finished) = (new_id(), (state == "skipped").then_some(now));
    on_connection!(tx.connection(), c => {
        let insert = sqlx::query(insert).bind(id).bind(job).bind(cause).bind(state);
        insert.bind(due).bind(finished).execute(c).await?;
    });
    Ok(id)
}

async fn advance(tx: &mut Transaction, plan: Plan<'_>, now: i64) -> Result<()> {
    let update = "UPDATE frame_jobs SET next_due = $1 WHERE name = $2";
    on_connection!(tx.connection(), c => {
        let update = sqlx::query(update).bind(next_due(plan, now));
        update.bind(plan.job).execute(c).await?;
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing;

    const MINUTE: i64 = 60_000;
    /// 2026-01-05 00:00:30 UTC.
    const START: i64 = 1_767_571_230_000;
    const FIRST: i64 = START + 30_000;

    fn runs(database: &Database) -> Runs {
        let settings = JobSettings {
            lease: Duration::from_secs(30),
            ..JobSettings::default()
        };
        Runs::new(database.clone(), settings)
    }

    fn schedule() -> Schedule {
        Schedule::parse("* * * * *", "UTC").unwrap()
    }

    fn plan(schedule: &Schedule, overlap: Overlap) -> Plan<'_> {
        Plan {
            job: "tidy",
            schedule,
            overlap,
        }
    }

    async fn states(runs: &Runs) -> Vec<String> {
        let history = runs.history("tidy", 100).await.unwrap();
        history.into_iter().rev().map(|run| run.state).collect()
    }

    #[tokio::test]
    async fn one_instance_runs_what_is_due() {
        for database in testing::databases(None).await.unwrap() {
            let schedule = schedule();
            let plan = plan(&schedule, Overlap::Skip);
            let (one, other) = (runs(&database), runs(&database));
            one.declare(plan, START).await.unwrap();
            other.declare(plan, START).await.unwrap();
            assert_eq!(one.next_due("tidy").await.unwrap(), Some(FIRST));
            assert_eq!(one.claim(plan, FIRST - 1).await.unwrap(), None);
            let claims = tokio::join!(one.claim(plan, FIRST), other.claim(plan, FIRST));
            let claims = [claims.0.unwrap(), claims.1.unwrap()];
            assert_eq!(claims.iter().flatten().count(), 1, "{}", database.name);
            let run = claims.into_iter().flatten().next().unwrap();
            assert_eq!(
                (run.attempt, run.due_at, run.cause.as_str()),
                (1, FIRST, "schedule")
            );
            let ended = [
                one.finish(run.id, "succeeded", None, FIRST + 5)
                    .await
                    .unwrap(),
                other
                    .finish(run.id, "failed", None, FIRST + 5)
                    .await
                    .unwrap(),
            ];
            assert_eq!(ended.iter().filter(|ended| **ended).count(), 1);
            assert_eq!(one.next_due("tidy").await.unwrap(), Some(FIRST + MINUTE));
        }
    }

    #[tokio::test]
    async fn overlap_is_as_declared() {
        let cases = [
            (Overlap::Skip, ["running", "skipped"], 1),
            (Overlap::Queue, ["running", "queued"], 1),
            (Overlap::Allow, ["running", "running"], 2),
        ];
        for (overlap, expected, begun) in cases {
            for database in testing::databases(None).await.unwrap() {
                let schedule = schedule();
                let plan = plan(&schedule, overlap);
                let runs = runs(&database);
                runs.declare(plan, START).await.unwrap();
                let first = runs.claim(plan, FIRST).await.unwrap().unwrap();
                runs.renew(first.id, FIRST + MINUTE).await.unwrap();
                let second = runs.claim(plan, FIRST + MINUTE).await.unwrap();
                assert_eq!(1 + usize::from(second.is_some()), begun, "{overlap:?}");
                assert_eq!(states(&runs).await, expected, "{}", database.name);
                runs.finish(first.id, "succeeded", None, FIRST + MINUTE)
                    .await
                    .unwrap();
                let later = runs.claim(plan, FIRST + MINUTE).await.unwrap();
                assert_eq!(later.is_some(), overlap == Overlap::Queue);
            }
        }
    }

    #[tokio::test]
    async fn what_a_dead_instance_ran_is_run_again_but_not_for_ever() {
        for database in testing::databases(None).await.unwrap() {
            let schedule = schedule();
            let plan = plan(&schedule, Overlap::Queue);
            let (dead, alive) = (runs(&database), runs(&database));
            dead.declare(plan, START).await.unwrap();
            let run = dead.claim(plan, FIRST).await.unwrap().unwrap();
            assert_eq!(alive.claim(plan, FIRST + 29_000).await.unwrap(), None);
            let again = alive.claim(plan, FIRST + 31_000).await.unwrap().unwrap();
            assert_eq!((again.id, again.attempt), (run.id, 2));
            assert!(!dead.renew(run.id, FIRST + 31_000).await.unwrap());
            alive.give_back(run.id).await.unwrap();
            let returned = dead.claim(plan, FIRST + 32_000).await.unwrap().unwrap();
            assert_eq!((returned.id, returned.attempt), (run.id, 2));
            let last = alive
                .claim(plan, FIRST + 10 * MINUTE)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(last.attempt, 3);
            let next = alive
                .claim(plan, FIRST + 20 * MINUTE)
                .await
                .unwrap()
                .unwrap();
            assert_ne!(next.id, run.id);
            let states = states(&alive).await;
            assert_eq!(states[0], "failed", "{states:?}");
        }
    }

    #[tokio::test]
    async fn missed_times_are_made_good_by_one_run() {
        let database = testing::sqlite(None).await.unwrap();
        let schedule = schedule();
        let plan = plan(&schedule, Overlap::Queue);
        let runs = runs(&database);
        runs.declare(plan, START).await.unwrap();
        let late = FIRST + 100 * MINUTE + 1;
        assert!(runs.claim(plan, late).await.unwrap().is_some());
        assert_eq!(
            runs.next_due("tidy").await.unwrap(),
            Some(late - 1 + MINUTE)
        );
        assert_eq!(states(&runs).await, ["running"]);
    }

    #[tokio::test]
    async fn a_changed_schedule_counts_from_now() {
        let database = testing::sqlite(None).await.unwrap();
        let runs = runs(&database);
        let (minutely, daily) = (schedule(), Schedule::parse("0 6 * * *", "UTC").unwrap());
        runs.declare(plan(&minutely, Overlap::Skip), START)
            .await
            .unwrap();
        runs.declare(plan(&minutely, Overlap::Skip), START + 10 * MINUTE)
            .await
            .unwrap();
        assert_eq!(runs.next_due("tidy").await.unwrap(), Some(FIRST));
        runs.declare(plan(&daily, Overlap::Skip), START)
            .await
            .unwrap();
        let next = runs.next_due("tidy").await.unwrap();
        assert_eq!(next, Some(FIRST + 6 * 60 * MINUTE - MINUTE));
        assert_eq!(runs.next_due("unknown").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_request_runs_at_once_unless_it_runs() {
        let database = testing::sqlite(None).await.unwrap();
        let schedule = schedule();
        let plan = plan(&schedule, Overlap::Skip);
        let runs = runs(&database);
        runs.declare(plan, START).await.unwrap();
        let id = runs.request(plan, START).await.unwrap();
        assert!(matches!(
            runs.request(plan, START).await,
            Err(Error::Conflict(_))
        ));
        let run = runs.claim(plan, START).await.unwrap().unwrap();
        assert_eq!((run.id, run.cause.as_str()), (id, "request"));
        runs.finish(id, "failed", Some("why"), START).await.unwrap();
        let json = serde_json::to_value(runs.history("tidy", 1).await.unwrap()).unwrap();
        assert_eq!(
            (&json[0]["state"], &json[0]["error"]),
            (&"failed".into(), &"why".into())
        );
        assert_eq!(json[0]["due_at"], "2026-01-05T00:00:30Z");
        assert_eq!(runs.purge(START + 100 * 86_400_000).await.unwrap(), 1);
        assert!(states(&runs).await.is_empty());
    }
}
