use async_trait::async_trait;
use axum::Router;
use serde_json::Value;

use super::adapter::Adapter;
use super::record::Item;
use super::translation::KindMap;
use crate::integration::{Notice, NoticeHandler, Notices};
use crate::{Result, Transaction};

impl Adapter {
    /// The route that takes in what the legacy system tells by itself, signed, at `/webhooks/legacy`.
    pub fn notices(&self) -> Router {
        let settings = self.inner.settings.notices.clone();
        let database = self.inner.database.clone();
        Notices::new(settings, database, self.clone()).routes("/webhooks/legacy")
    }

    /// The kind that a notice such as `customer.updated` is about: the one with the longest name.
    fn kind_of(&self, notice: &Notice) -> Option<&KindMap> {
        let told = letters(&notice.kind);
        let kinds = self.inner.translation.kinds().iter();
        let kinds = kinds.filter(|kind| told.starts_with(&letters(kind.name())));
        kinds.max_by_key(|kind| kind.name().len())
    }
}

fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[async_trait]
impl NoticeHandler for Adapter {
    /// What cannot come over is set aside, so that the legacy system does not send it for ever.
    async fn handle(&self, notice: &Notice, transaction: &mut Transaction) -> Result<()> {
        let Some(kind) = self.kind_of(notice) else {
            tracing::warn!(
                kind = notice.kind,
                "a notice is about nothing that comes over"
            );
            return Ok(());
        };
        let record = match &notice.body["data"] {
            Value::Object(data) if data.get("object").is_some_and(Value::is_object) => {
                data.get("object").cloned().unwrap_or_default()
            }
            data => data.clone(),
        };
        let told = letters(&notice.kind);
        let mut item = Item::new(format!("notice {}", notice.id), record);
        item.is_removal = told.ends_with("deleted") || told.ends_with("removed");
        let outcome = self.apply(transaction, kind, &item).await?;
        let (adapter, kind) = (self.clone(), kind.clone());
        transaction.after_commit(async move { adapter.count(&kind, outcome) });
        Ok(())
    }
}
