use std::collections::BTreeMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::adapter::{Adapter, Outcome};
use super::cursor::Cursor;
use super::sources::Page;
use super::translation::KindMap;
use super::{ids, quarantine};
use crate::{Error, Result, new_id};

/// What a sync did: how many records had which outcome.
pub type Synced = BTreeMap<Outcome, u64>;

impl Adapter {
    /// Asks for a sync by whichever instance can, soon.
    pub fn request(&self) {
        self.inner.requested.notify_one();
    }

    /// Brings things over until `stop`: from time to time if the settings say so, and on request.
    ///
    /// # Errors
    /// None; what goes wrong is logged, and tried again the next time.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        loop {
            if self.inner.settings.poll.is_some() {
                self.sync(&stop).await;
            }
            let wait = self
                .inner
                .settings
                .poll
                .unwrap_or(Duration::from_secs(3_600));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.inner.requested.notified() => {
                    if self.inner.settings.poll.is_none() {
                        self.sync(&stop).await;
                    }
                }
                () = stop.cancelled() => return Ok(()),
            }
        }
    }

    /// Brings over what has changed, kind after kind; a kind that fails does not stop the others.
    pub async fn sync(&self, stop: &CancellationToken) -> Synced {
        let _turn = self.inner.turn.lock().await;
        let mut synced = Synced::new();
        for kind in self.inner.translation.kinds() {
            match self.sync_kind(kind, stop, &mut synced).await {
                Ok(()) => self.retry_waiting(kind).await,
                Err(error) => {
                    let kind = kind.name();
                    tracing::warn!(kind, %error, "not all of it came over; it goes on next time");
                }
            }
        }
        synced
    }

    async fn sync_kind(
        &self,
        kind: &KindMap,
        stop: &CancellationToken,
        synced: &mut Synced,
    ) -> Result<()> {
        let cursors = &self.inner.cursors;
        let Some(cursor) = cursors.claim(kind.name()).await? else {
            return Ok(());
        };
        let outcome = self.read_on(kind, cursor, stop, synced).await;
        let error = outcome.as_ref().err().map(ToString::to_string);
        cursors.release(kind.name(), error.as_deref()).await?;
        outcome
    }

    async fn read_on(
        &self,
        kind: &KindMap,
        mut cursor: Cursor,
        stop: &CancellationToken,
        synced: &mut Synced,
    ) -> Result<()> {
        while !stop.is_cancelled() {
            let position = cursor.position.as_deref();
            let page = self.inner.source.page(kind, position);
            let Some(page) = stop.run_until_cancelled(page).await else {
                break;
            };
            let page = page?;
            cursor = self.take_page(kind, cursor, &page, synced).await?;
            self.inner.source.done(&page).await?;
            if !page.has_more {
                break;
            }
        }
        Ok(())
    }

    /// Gives a page its effect, together with where the next one begins.
    async fn take_page(
        &self,
        kind: &KindMap,
        mut cursor: Cursor,
        page: &Page,
        synced: &mut Synced,
    ) -> Result<Cursor> {
        let pass = cursor.pass.unwrap_or_else(new_id);
        cursor.position.clone_from(&page.position);
        cursor.pass = Some(pass);
        let mut tx = self.inner.database.begin().await?;
        // First, so that an instance that has lost the kind changes nothing.
        self.inner
            .cursors
            .advance(&mut tx, kind.name(), &cursor)
            .await?;
        let mut outcomes = Vec::new();
        for item in &page.items {
            outcomes.push(self.apply(&mut tx, kind, item).await?);
            match kind.legacy_id(&item.record) {
                Some(id) if kind.is_complete => {
                    ids::meet(&mut tx, kind.name(), &id, pass).await?;
                }
                Some(_) => {}
                None => cursor.is_whole = false,
            }
        }
        if page.ends_pass {
            if kind.is_complete && cursor.is_whole {
                outcomes.extend(self.remove_missing(&mut tx, kind, pass).await?);
            }
            (cursor.pass, cursor.is_whole) = (None, true);
        }
        self.inner
            .cursors
            .advance(&mut tx, kind.name(), &cursor)
            .await?;
        tx.commit().await?;
        for outcome in outcomes {
            self.count(kind, outcome);
            *synced.entry(outcome).or_default() += 1;
        }
        Ok(cursor)
    }

    /// Removes what a pass over everything did not meet.
    async fn remove_missing(
        &self,
        tx: &mut crate::Transaction,
        kind: &KindMap,
        pass: uuid::Uuid,
    ) -> Result<Vec<Outcome>> {
        if ids::present(tx, kind.name(), pass, true).await?.is_empty() {
            // More likely something is wrong there than that all of it is gone.
            tracing::warn!(kind = kind.name(), "nothing was there; nothing is removed");
            return Ok(Vec::new());
        }
        let Some(target) = self.inner.targets.get(kind.name()) else {
            return Ok(Vec::new());
        };
        let mut outcomes = Vec::new();
        for legacy in ids::present(tx, kind.name(), pass, false).await? {
            let known = ids::lock(tx, kind.name(), &legacy).await?;
            let savepoint = tx.savepoint().await?;
            match target.forget(tx, known.id).await {
                Ok(()) => {
                    tx.release(savepoint).await?;
                    ids::note(tx, kind.name(), &legacy, None, None).await?;
                    outcomes.push(Outcome::Deleted);
                }
                Err(error @ (Error::Unavailable(_) | Error::PreconditionFailed)) => {
                    return Err(error);
                }
                Err(error) => {
                    // It is missing the next time, too.
                    tx.roll_back_to(savepoint).await?;
                    let kind = kind.name();
                    tracing::warn!(kind, id = %known.id, %error, "it is gone there and stays here");
                }
            }
        }
        Ok(outcomes)
    }

    async fn retry_waiting(&self, kind: &KindMap) {
        let waiting = quarantine::waiting(&self.inner.database, kind.name()).await;
        for id in waiting.unwrap_or_default() {
            match self.retry(id).await {
                // Somebody has settled it meanwhile.
                Ok(_) | Err(Error::NotFound(_)) => {}
                Err(error) => tracing::warn!(%id, %error, "it stays set aside"),
            }
        }
    }
}
