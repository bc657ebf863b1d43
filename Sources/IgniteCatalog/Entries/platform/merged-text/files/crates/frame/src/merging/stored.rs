use uuid::Uuid;

use super::{Change, Replica};
use crate::{Database, Error, Result, documents};

/// How many changes a text may have.
const MOST: usize = 100_000;
/// How many changes are read at once.
const PAGE: u32 = 1_000;

/// The changes of one text field, kept for each entity.
#[derive(Debug, Clone)]
pub struct Merging {
    database: Database,
    field: &'static str,
}

impl Merging {
    /// The changes of a field, as `note/body`.
    #[must_use]
    pub fn new(database: Database, field: &'static str) -> Self {
        Self { database, field }
    }

    fn collection(&self, id: Uuid) -> String {
        format!("{}/{id}", self.field)
    }

    /// The text of an entity with all that is known of it.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn replica(&self, id: Uuid) -> Result<Replica> {
        let collection = self.collection(id);
        let mut replica = Replica::new("server");
        let mut after: Option<String> = None;
        loop {
            let page = documents::list(&self.database, &collection, after.as_deref(), PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(replica);
            };
            after = Some(last.id.clone());
            for document in page {
                let change: Change = serde_json::from_value(document.body)
                    .map_err(|error| Error::Internal(format!("{collection}: {error}")))?;
                replica.take([change])?;
            }
        }
    }

    /// Keeps changes beside those that are known and gives the text that comes out. A text without
    /// changes begins with `current`.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a change that no honest writer makes, [`Error::Conflict`] when there
    /// would be too many, or what the database answers; then none is kept.
    pub async fn take(&self, id: Uuid, current: &str, changes: Vec<Change>) -> Result<String> {
        let mut replica = self.replica(id).await?;
        let mut new = Vec::new();
        if replica.is_empty() {
            // Whoever else begins right now makes the same changes of the same text.
            new = replica.insert(0, current);
        }
        new.extend(replica.take(changes)?);
        if replica.changes().count() > MOST {
            return Err(Error::Conflict(format!(
                "a text has at most {MOST} changes"
            )));
        }
        if !new.is_empty() {
            let collection = self.collection(id);
            let mut tx = self.database.begin().await?;
            for change in new {
                let body = serde_json::to_value(&change)
                    .map_err(|error| Error::Internal(error.to_string()))?;
                documents::put(&mut tx, &collection, &change.name(), &body).await?;
            }
            tx.commit().await?;
        }
        Ok(replica.text())
    }
}
