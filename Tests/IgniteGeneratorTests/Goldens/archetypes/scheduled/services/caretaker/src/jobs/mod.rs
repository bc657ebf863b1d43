//! What the service does by the clock.

pub mod nightly_inventory;
pub mod remind;

use std::time::Duration;

use frame::config::JobSettings;
use frame::schedule::{JobOptions, Overlap, Schedule, Scheduler};
use frame::{Database, Error};

/// The jobs with their schedules.
///
/// # Errors
/// A schedule or time zone that cannot be read.
pub fn scheduler(database: &Database, settings: &JobSettings) -> Result<Scheduler, Error> {
    let scheduler = Scheduler::new(database.clone(), settings.clone());
    let options = JobOptions {
        schedule: Schedule::parse("30 2 * * *", "Europe/Berlin")?,
        timeout: minutes(30),
        overlap: Overlap::Queue,
    };
    let job = nightly_inventory::NightlyInventory::new(database.clone());
    let scheduler = scheduler.job("nightly-inventory", options, job);
    let options = JobOptions {
        schedule: Schedule::parse("*/5 8-18 * * MON-FRI", "UTC")?,
        timeout: minutes(2),
        overlap: Overlap::Skip,
    };
    let job = remind::Remind::new(database.clone());
    let scheduler = scheduler.job("remind", options, job);
    Ok(scheduler)
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}
