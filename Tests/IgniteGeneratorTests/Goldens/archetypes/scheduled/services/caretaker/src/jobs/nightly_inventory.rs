//! A job that is due by the clock.

use async_trait::async_trait;
use frame::schedule::{Job, JobRun};
use frame::{Database, Error, documents};
use serde_json::json;

/// What the job last did, in the collection `jobs`, under its name.
pub struct NightlyInventory {
    database: Database,
}

impl NightlyInventory {
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Job for NightlyInventory {
    /// Does the job: notes when it was due and which run did it.
    ///
    /// An instance may die in the middle; then the run comes again under the same id. What is written
    /// in the transaction is there once or not at all.
    async fn run(&self, run: &JobRun) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        let done = json!({ "run": run.id, "due": run.due, "attempt": run.attempt });
        documents::put(&mut transaction, "jobs", &run.job, &done).await?;
        transaction.commit().await?;
        tracing::info!(due = %run.due, "done");
        Ok(())
    }
}
