use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::Window;
use crate::clock::now_ms;
use crate::database::{on_connection, upsert};
use crate::{Error, Result, Transaction};

/// An open window as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Open {
    pub ordering_key: String,
    start_at: i64,
    end_at: i64,
    pub state: String,
}

impl Open {
    pub fn window(&self) -> Result<Window> {
        let time = |ms| {
            let broken = || Error::Internal("a window has no time".to_owned());
            DateTime::from_timestamp_millis(ms).ok_or_else(broken)
        };
        Ok(Window {
            start: time(self.start_at)?,
            end: time(self.end_at)?,
        })
    }
}

/// The rows of one stream within a transaction.
pub(super) struct Rows<'a> {
    pub stream: &'a str,
    pub tx: &'a mut Transaction,
}

impl Rows<'_> {
    /// Moves the clock on to an event's time, keeps others from the stream until the transaction
    /// ends, and gives the latest time.
    pub async fn advance(&mut self, time: DateTime<Utc>) -> Result<DateTime<Utc>> {
        let insert = "INSERT INTO frame_stream_clocks (stream, latest, seen_at) \
                      VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let update = "UPDATE frame_stream_clocks SET seen_at = $3, latest = CASE \
                      WHEN $2 > latest THEN $2 ELSE latest END WHERE stream = $1 RETURNING latest";
        let (ms, now) = (time.timestamp_millis(), now_ms());
        let latest: i64 = on_connection!(self.tx.connection(), c => {
            let insert = sqlx::query(insert).bind(self.stream).bind(ms).bind(now);
            insert.execute(&mut *c).await?;
            let update = sqlx::query_scalar(update).bind(self.stream).bind(ms);
            update.bind(now).fetch_one(c).await?
        });
        Ok(DateTime::from_timestamp_millis(latest).unwrap_or(time))
    }

    /// The windows of a key that begin at or before `start` and end at or after `end`.
    pub async fn around(
        &mut self,
        key: &str,
        start: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> Result<Vec<Open>> {
        let select = "SELECT ordering_key, start_at, end_at, state FROM frame_stream_windows \
                      WHERE stream = $1 AND ordering_key = $2 AND start_at <= $3 AND end_at >= $4 \
                      ORDER BY start_at";
        let (start, end) = (start.timestamp_millis(), end.timestamp_millis());
        Ok(on_connection!(self.tx.connection(), c => {
            let select = sqlx::query_as(select).bind(self.stream).bind(key);
            select.bind(start).bind(end).fetch_all(c).await?
        }))
    }

    /// The windows of a key that are exactly this one: one at most.
    pub async fn find(&mut self, key: &str, window: Window) -> Result<Option<Open>> {
        let select = "SELECT ordering_key, start_at, end_at, state FROM frame_stream_windows \
                      WHERE stream = $1 AND ordering_key = $2 AND start_at = $3";
        let start = window.start.timestamp_millis();
        Ok(on_connection!(self.tx.connection(), c => {
            let select = sqlx::query_as(select).bind(self.stream).bind(key);
            select.bind(start).fetch_optional(c).await?
        }))
    }

    /// The windows that end at or before a time, the earliest first.
    pub async fn ended(&mut self, time: DateTime<Utc>, limit: i64) -> Result<Vec<Open>> {
        let select = "SELECT ordering_key, start_at, end_at, state FROM frame_stream_windows \
                      WHERE stream = $1 AND end_at <= $2 \
                      ORDER BY end_at, ordering_key, start_at LIMIT $3";
        let time = time.timestamp_millis();
        Ok(on_connection!(self.tx.connection(), c => {
            let select = sqlx::query_as(select).bind(self.stream).bind(time);
            select.bind(limit).fetch_all(c).await?
        }))
    }

    pub async fn put(&mut self, key: &str, window: Window, state: &str) -> Result<()> {
        let insert = "INSERT INTO frame_stream_windows \
                      (stream, ordering_key, start_at, end_at, state) VALUES ($1, $2, $3, $4, $5) \
                      ON CONFLICT DO NOTHING";
        let update = "UPDATE frame_stream_windows SET end_at = $4, state = $5 \
                      WHERE stream = $1 AND ordering_key = $2 AND start_at = $3";
        let (start, end) = (
            window.start.timestamp_millis(),
            window.end.timestamp_millis(),
        );
        let connection = self.tx.connection();
        upsert!(
            connection,
            insert,
            update,
            [self.stream, key, start, end, state]
        );
        Ok(())
    }

    pub async fn remove(&mut self, open: &Open) -> Result<()> {
        let delete = "DELETE FROM frame_stream_windows \
                      WHERE stream = $1 AND ordering_key = $2 AND start_at = $3";
        on_connection!(self.tx.connection(), c => {
            let delete = sqlx::query(delete).bind(self.stream).bind(&open.ordering_key);
            delete.bind(open.start_at).execute(c).await?;
        });
        Ok(())
    }

    /// The latest event's time and when it was seen, in milliseconds since 1970.
    pub async fn clock(&mut self) -> Result<Option<(i64, i64)>> {
        let select = "SELECT latest, seen_at FROM frame_stream_clocks WHERE stream = $1";
        Ok(on_connection!(self.tx.connection(), c => {
            sqlx::query_as(select).bind(self.stream).fetch_optional(c).await?
        }))
    }

    /// Moves the clock on without an event.
    pub async fn wind(&mut self, latest: i64) -> Result<()> {
        let update = "UPDATE frame_stream_clocks SET latest = $1 \
                      WHERE stream = $2 AND latest < $1";
        on_connection!(self.tx.connection(), c => {
            sqlx::query(update).bind(latest).bind(self.stream).execute(c).await?;
        });
        Ok(())
    }
}
