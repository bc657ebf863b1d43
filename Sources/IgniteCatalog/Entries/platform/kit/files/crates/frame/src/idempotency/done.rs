use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::FromRow;

use super::{Claim, from_json, to_json};
use crate::clock::{ms, now_ms};
use crate::database::{on_connection, on_pool};
use crate::{Database, Error, Result, Transaction};

tokio::task_local! {
    static RUNNING: Arc<Running>;
}

/// A request that runs, with what is known of the times it ran before.
pub(super) struct Running {
    claim: Claim,
    /// What it has done before and was not asked for yet.
    before: Mutex<VecDeque<String>>,
    /// How many notes there are of it.
    notes: AtomicI64,
}

#[derive(FromRow)]
struct Row {
    fingerprint: Vec<u8>,
    what: String,
}

impl Running {
    /// What a database knows of a request; `None` when its key belongs to another one.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn find(database: &Database, claim: &Claim) -> Result<Option<Self>> {
        let select = "SELECT fingerprint, what FROM frame_done \
                      WHERE scope = $1 AND idempotency_key = $2 AND expires_at > $3 ORDER BY place";
        let rows: Vec<Row> = on_pool!(database, pool => {
            let select = sqlx::query_as(select).bind(&claim.scope).bind(&claim.key);
            select.bind(now_ms()).fetch_all(pool).await?
        });
        if rows.iter().any(|row| row.fingerprint != claim.fingerprint) {
            return Ok(None);
        }
        if !rows.is_empty() {
            tracing::info!("what the request asks for has been done before, or a part of it");
        }
        Ok(Some(Self {
            claim: claim.clone(),
            notes: AtomicI64::new(i64::try_from(rows.len()).unwrap_or(i64::MAX)),
            before: Mutex::new(rows.into_iter().map(|row| row.what).collect()),
        }))
    }

    /// Runs the request.
    pub async fn scope<F: Future>(self, request: F) -> F::Output {
        RUNNING.scope(Arc::new(self), request).await
    }

    fn before(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").finish_non_exhaustive()
    }
}

/// What the request at hand did when it ran before and its response was lost: what [`note`] kept. Of a
/// request that does several things one after the other, what it did next.
///
/// `None` for a request that runs for the first time or has no key, and for work in the background.
///
/// # Errors
/// [`Error::Internal`] when something else was noted.
pub fn done<T: DeserializeOwned>() -> Result<Option<T>> {
    let what = RUNNING.try_with(|running| running.before().pop_front());
    what.ok().flatten().map(|what| from_json(&what)).transpose()
}

/// Notes in a transaction what the request at hand does in it, so that a repeat learns it from [`done`].
/// Nothing without a key.
///
/// # Errors
/// [`Error::Conflict`] when another attempt at the request was faster; then the transaction must be
/// given up. What the database answers.
pub async fn note<T: Serialize + Sync>(tx: &mut Transaction, what: &T) -> Result<()> {
    match Note::of(what)? {
        Some(note) => note.write(tx).await,
        None => Ok(()),
    }
}

/// What [`note`] writes, where another task has the transaction.
#[derive(Debug, Clone)]
pub struct Note {
    running: Arc<Running>,
    what: String,
}

impl Note {
    /// A note of the request at hand; `None` without a key.
    ///
    /// # Errors
    /// [`Error::Internal`] for what cannot be written as JSON.
    pub fn of<T: Serialize>(what: &T) -> Result<Option<Self>> {
        let Ok(running) = RUNNING.try_with(Clone::clone) else {
            return Ok(None);
        };
        let what = to_json(what)?;
        Ok(Some(Self { running, what }))
    }

    /// Writes it.
    ///
    /// # Errors
    /// As [`note`].
    pub async fn write(&self, tx: &mut Transaction) -> Result<()> {
        if !self.running.before().is_empty() {
            return Err(Error::Conflict(
                "the request took effect before, and would do something else now".to_owned(),
            ));
        }
        let place = self.running.notes.load(Ordering::SeqCst) + tx.next_note();
        if !self.insert(tx, place).await? {
            return Err(Error::Conflict(
                "another attempt at the request was faster".to_owned(),
            ));
        }
        let running = self.running.clone();
        tx.after_commit(async move {
            running.notes.fetch_add(1, Ordering::SeqCst);
        });
        Ok(())
    }

    /// False when there is a note at this place already.
    async fn insert(&self, tx: &mut Transaction, place: i64) -> Result<bool> {
        let insert = "
            INSERT INTO frame_done
                (scope, idempotency_key, place, fingerprint, what, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING";
        let update = "
            UPDATE frame_done SET fingerprint = $4, what = $5, expires_at = $6
            WHERE scope = $1 AND idempotency_key = $2 AND place = $3 AND expires_at <= $7";
        let (claim, now) = (&self.running.claim, now_ms());
        let expires_at = now + ms(claim.ttl);
        let rows = on_connection!(tx.connection(), c => {
            let insert = sqlx::query(insert).bind(&claim.scope).bind(&claim.key).bind(place);
            let insert = insert.bind(&claim.fingerprint).bind(&self.what).bind(expires_at);
            if insert.execute(&mut *c).await?.rows_affected() == 1 {
                return Ok(true);
            }
            let update = sqlx::query(update).bind(&claim.scope).bind(&claim.key).bind(place);
            let update = update.bind(&claim.fingerprint).bind(&self.what).bind(expires_at);
            update.bind(now).execute(&mut *c).await?.rows_affected()
        });
        Ok(rows == 1)
    }
}

/// Forgets what was done by requests past their time; returns how many notes that were.
///
/// # Errors
/// What the database answers.
pub async fn purge_notes(database: &Database) -> Result<u64> {
    let delete = "DELETE FROM frame_done WHERE expires_at <= $1";
    Ok(on_pool!(database, pool => {
        sqlx::query(delete).bind(now_ms()).execute(pool).await?.rows_affected()
    }))
}
