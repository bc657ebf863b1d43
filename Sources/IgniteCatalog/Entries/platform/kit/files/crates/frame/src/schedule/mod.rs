//! Jobs that are due by the clock: cron and time zone, one instance at a time, with a history.
//!
//! Every instance of a service runs a [`Scheduler`]; a row in the database says when a job is due
//! and another one, with a lease, who runs it. When that instance dies, the lease ends and another
//! one runs the job again, so a job must bear to be run twice. Due times that passed while no
//! instance was up are made good by one run.
//!
//! A clock that is put forward skips an hour: a job at a time within it runs right after. A clock
//! that is put back doubles an hour: a job at a time within it runs once, one that is due every so
//! often runs in both.
//!
//! ```
//! use chrono::DateTime;
//! use frame::schedule::Schedule;
//!
//! let schedule = Schedule::parse("30 2 * * *", "Europe/Berlin")?;
//! // At two on that night the clocks of Berlin went to three.
//! let before = "2026-03-29T00:00:00Z".parse().unwrap_or(DateTime::UNIX_EPOCH);
//! let next = schedule.next_after(before).map(|time| time.to_rfc3339());
//! assert_eq!(next.as_deref(), Some("2026-03-29T01:00:00+00:00"));
//! # Ok::<(), frame::Error>(())
//! ```

mod routes;
mod runs;
mod scheduler;

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::runs::RunRecord;
pub use self::scheduler::{JobOptions, Scheduler};
use crate::config::Setting;
use crate::{Error, Result};

/// When something is due: five fields of cron on the clocks of a time zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: Cron,
    zone: Tz,
}

impl Schedule {
    /// Reads a pattern and the name of a time zone, as `30 3 * * MON-FRI` and `Europe/Berlin`.
    ///
    /// # Errors
    /// [`Error::Internal`] when one of them cannot be read.
    pub fn parse(cron: &str, zone: &str) -> Result<Self> {
        let cron = cron
            .parse()
            .map_err(|error| Error::Internal(format!("{cron} is not a schedule: {error}")))?;
        let zone = zone
            .parse()
            .map_err(|_| Error::Internal(format!("{zone} is not a time zone")))?;
        Ok(Self { cron, zone })
    }

    /// The first time after the given one; `None` when there is none.
    #[must_use]
    pub fn next_after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = time.with_timezone(&self.zone);
        let next = self.cron.find_next_occurrence(&local, false).ok()?;
        Some(next.with_timezone(&Utc))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.cron.as_str(), self.zone)
    }
}

/// What happens when a job is due while it still runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Overlap {
    /// It is not run this time.
    #[default]
    Skip,
    /// It runs when the one before is done.
    Queue,
    /// Both run.
    Allow,
}

impl Setting for Overlap {
    const EXPECTED: &'static str = "skip, queue or allow";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "skip" => Some(Self::Skip),
            "queue" => Some(Self::Queue),
            "allow" => Some(Self::Allow),
            _ => None,
        }
    }
}

/// One run of a job.
#[derive(Debug, Clone)]
pub struct JobRun {
    /// Identifies the run; the same when it is run again because its instance died.
    pub id: Uuid,
    /// The job's name.
    pub job: String,
    /// When it was due.
    pub due: DateTime<Utc>,
    /// How often it was begun, this time included.
    pub attempt: u32,
    /// Cancelled when the service stops: what can end early should, with an error, to be run again.
    pub stop: CancellationToken,
}

/// Something to do when it is due.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// Does it. A run may be repeated under the same id when an instance died in the middle.
    ///
    /// # Errors
    /// What is noted in the history as the reason of the failure.
    async fn run(&self, run: &JobRun) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(cron: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let schedule = Schedule::parse(cron, zone).unwrap();
        let mut time: DateTime<Utc> = from.parse().unwrap();
        let mut times = Vec::new();
        for _ in 0..count {
            time = schedule.next_after(time).unwrap();
            times.push(time.format("%m-%d %H:%M").to_string());
        }
        times
    }

    #[test]
    fn time_zones_have_their_own_clocks() {
        let noon = |zone, from| times("0 12 * * MON-FRI", zone, from, 1);
        assert_eq!(noon("UTC", "2026-01-02T13:00:00Z"), ["01-05 12:00"]);
        assert_eq!(
            noon("Europe/Berlin", "2026-01-05T00:00:00Z"),
            ["01-05 11:00"]
        );
        assert_eq!(
            noon("Europe/Berlin", "2026-07-06T00:00:00Z"),
            ["07-06 10:00"]
        );
        assert_eq!(
            noon("Asia/Kolkata", "2026-07-06T00:00:00Z"),
            ["07-06 06:30"]
        );
    }

    #[test]
    fn a_skipped_hour_loses_no_run() {
        // In Berlin, 2026-03-29 02:00 to 03:00 did not happen; 03:00 is 01:00 UTC.
        let daily = times("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", 3);
        assert_eq!(daily, ["03-28 01:30", "03-29 01:00", "03-30 00:30"]);
        let often = times("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:10:00Z", 3);
        assert_eq!(often, ["03-29 00:30", "03-29 01:00", "03-29 01:30"]);
    }

    #[test]
    fn a_doubled_hour_runs_a_daily_job_once() {
        // In Berlin, 2026-10-25 02:00 to 03:00 happened twice, from 00:00 and from 01:00 UTC.
        let daily = times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
        assert_eq!(daily, ["10-25 00:30", "10-26 01:30"]);
        let often = times("*/30 * * * *", "Europe/Berlin", "2026-10-24T23:50:00Z", 5);
        let expected = [
            "10-25 00:00",
            "10-25 00:30",
            "10-25 01:00",
            "10-25 01:30",
            "10-25 02:00",
        ];
        assert_eq!(often, expected);
    }

    #[test]
    fn nonsense_is_refused() {
        for (cron, zone) in [
            ("61 * * * *", "UTC"),
            ("* * * * *", "Mars/Olympus"),
            ("", "UTC"),
        ] {
            assert!(Schedule::parse(cron, zone).is_err(), "{cron} {zone}");
        }
        let never = Schedule::parse("0 0 30 2 *", "UTC").unwrap();
        assert_eq!(never.next_after(Utc::now()), None);
        assert_eq!(Overlap::parse("never"), None);
    }
}
