use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::StoreSettings;
use super::stamped::{Item, Right, deleted_at, seen};
use super::store::{Body, CacheStore, Driver, Kept, Ticket};
use crate::clock::now_ms;
use crate::google::{Google, Refusal};
use crate::resilience::{Repeat, RetryExecutor, RetrySettings};
use crate::retry::Backoff;
use crate::{Error, Result};

/// How long a call may take: who asks a cache does not wait long for it.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many documents one call reads.
const BATCH: usize = 100;
/// What a document may hold, less its name and what is known of the answer.
const MAX_BYTES: usize = 1024 * 1024 - 8 * 1024;
/// How often a change is tried against others of the same document.
const TRIES: u32 = 8;

pub(super) const DRIVER: Driver = Driver {
    schemes: &["firestore:"],
    variables: &[
        crate::google::VARIABLES,
        &["FIRESTORE_DATABASE", "FIRESTORE_EMULATOR_HOST", "FIRESTORE_PROJECT"],
    ],
    open: |settings, _| {
        Box::pin(async move {
            Ok(Arc::new(FirestoreStore::open(settings).await?) as Arc<dyn CacheStore>)
        })
    },
};

/// Keeps answers in a collection of Firestore, for all instances of the service.
///
/// Firestore deletes what is old by the field `expires_at`, where a policy says so, but late, so each
/// reading looks at the time itself.
pub struct FirestoreStore {
    google: Google,
    retry: RetryExecutor,
    /// The address of the collection.
    url: String,
    prefix: String,
}

/// A document: what it says, and when it was changed last.
#[derive(Default)]
struct Document {
    item: Item,
    changed: Option<String>,
}

impl FirestoreStore {
    /// A store with these settings.
    ///
    /// # Errors
    /// [`Error::Internal`] when a variable or the collection's name is missing, [`Error::Unavailable`]
    /// when nothing answers.
    pub async fn open(settings: &StoreSettings) -> Result<Self> {
        let collection = settings.url.expose_secret().trim_start_matches("firestore:");
        if collection.is_empty() || collection.contains('/') {
            return Err(Error::Internal("CACHE_STORE names no collection".to_owned()));
        }
        let own = &settings.own;
        let project = own.get("FIRESTORE_PROJECT");
        let project = project.ok_or_else(|| Error::Internal("FIRESTORE_PROJECT is not set".to_owned()))?;
        let database = own.get("FIRESTORE_DATABASE").unwrap_or("(default)");
        let emulator = own.get("FIRESTORE_EMULATOR_HOST");
        let origin = match emulator {
            Some(host) => format!("http://{host}"),
            None => "https://firestore.googleapis.com".to_owned(),
        };
        let google = Google::new(own, emulator.is_some(), PATIENCE)?;
        google.ping(&origin).await?;
        let documents = format!("projects/{project}/databases/{database}/documents");
        Ok(Self {
            google,
            retry: RetryExecutor::new(RetrySettings {
                max_attempts: 3,
                backoff: Backoff::new(Duration::from_millis(25), Duration::from_millis(200)),
            }),
            url: format!("{origin}/v1/{documents}/{collection}"),
            prefix: settings.prefix.clone(),
        })
    }

    async fn call(&self, method: Method, url: &str, input: &Value) -> Result<Value, Refusal> {
        let call = || self.google.call(method.clone(), url, input);
        self.retry.run(Repeat::Idempotent, call).await
    }

    /// The documents of these ids that are there, by their ids.
    async fn documents(&self, ids: &BTreeSet<String>) -> Result<HashMap<String, Document>> {
        let (all, collection) = self.url.rsplit_once('/').unwrap_or_default();
        let (_, names) = all.split_once("/v1/").unwrap_or_default();
        let ids: Vec<_> = ids.iter().map(|id| format!("{names}/{collection}/{id}")).collect();
        let mut found = HashMap::new();
        for names in ids.chunks(BATCH) {
            let input = json!({ "documents": names });
            let answer = self.call(Method::POST, &format!("{all}:batchGet"), &input).await?;
            let answers = answer.as_array().map(Vec::as_slice).unwrap_or_default();
            found.extend(answers.iter().filter_map(|one| Document::read(&one["found"])));
        }
        Ok(found)
    }

    /// The document of one id, as good as empty where there is none.
    async fn document(&self, id: &str) -> Result<Document> {
        let mut found = self.documents(&BTreeSet::from([id.to_owned()])).await?;
        Ok(found.remove(id).unwrap_or_default())
    }

    /// Makes another document of one; `change` says nothing where it shall stay as it is.
    async fn change(
        &self,
        id: &str,
        change: impl Fn(&Document) -> Option<Value> + Send + Sync,
    ) -> Result<()> {
        for _ in 0..TRIES {
            let document = self.document(id).await?;
            let Some(fields) = change(&document) else {
                return Ok(());
            };
            let expected = match &document.changed {
                Some(time) => format!("currentDocument.updateTime={time}"),
                None => "currentDocument.exists=false".to_owned(),
            };
            let url = format!("{}/{id}?{expected}", self.url);
            let input = json!({ "fields": fields });
            match self.call(Method::PATCH, &url, &input).await {
                // Somebody else was faster, or this call itself when its answer was lost.
                Err(refusal)
                    if ["ALREADY_EXISTS", "FAILED_PRECONDITION", "NOT_FOUND"]
                        .contains(&refusal.reason.as_str()) => {}
                written => return Ok(written.map(drop)?),
            }
        }
        Err(Error::Unavailable("too many change one answer at once".to_owned()))
    }

    async fn generation(&self) -> Result<u64> {
        Ok(self.document(&self.clearings()).await?.item.generation)
    }

    fn id(&self, key: &str) -> String {
        self.name(&format!("answer:{key}"))
    }

    fn clearings(&self) -> String {
        self.name("clearings")
    }

    /// A name that Firestore takes whatever is in it.
    fn name(&self, text: &str) -> String {
        let hash = Sha256::digest(format!("{}:{text}", self.prefix));
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Document {
    fn read(json: &Value) -> Option<(String, Self)> {
        let (_, id) = json["name"].as_str()?.rsplit_once('/')?;
        let fields = &json["fields"];
        let number = |name: &str| fields[name]["integerValue"].as_str().and_then(|n| n.parse().ok());
        let kept = || {
            let text = fields["answer_text"]["stringValue"].as_str()?.to_owned();
            let is_absent = fields["is_absent"]["booleanValue"].as_bool()?;
            Some(Kept {
                body: if is_absent { Body::Absent(text) } else { Body::Present(text) },
                version: number("answer_version")?,
                fresh_until: number("fresh_until")?,
                gone_at: number("gone_at")?,
            })
        };
        let count = |name: &str| number(name).and_then(|number: i64| u64::try_from(number).ok());
        let item = Item {
            kept: kept(),
            generation: count("of_generation").unwrap_or(0),
            stamp: count("stamp_number").unwrap_or(0),
        };
        let changed = json["updateTime"].as_str().map(str::to_owned);
        Some((id.to_owned(), Self { item, changed }))
    }

    /// The fields of a document that was removed, or of one that says nothing yet.
    fn blank(generation: u64, stamp: u64) -> Value {
        json!({
            "of_generation": number(generation),
            "stamp_number": number(stamp),
            "expires_at": time(deleted_at(0)),
        })
    }

    fn with(kept: &Kept, generation: u64, stamp: u64) -> Value {
        let (Body::Present(text) | Body::Absent(text)) = &kept.body;
        json!({
            "answer_text": { "stringValue": text },
            "is_absent": { "booleanValue": matches!(kept.body, Body::Absent(_)) },
            "answer_version": number(kept.version),
            "fresh_until": number(kept.fresh_until),
            "gone_at": number(kept.gone_at),
            "of_generation": number(generation),
            "stamp_number": number(stamp),
            "expires_at": time(deleted_at(kept.gone_at)),
        })
    }
}

fn number(value: impl std::fmt::Display) -> Value {
    json!({ "integerValue": value.to_string() })
}

fn time(seconds: i64) -> Value {
    let time = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
    json!({ "timestampValue": time.to_rfc3339_opts(SecondsFormat::Secs, true) })
}

#[async_trait]
impl CacheStore for FirestoreStore {
    async fn get(&self, keys: &[String]) -> Result<Vec<(Option<Kept>, Ticket)>> {
        let ids: Vec<_> = keys.iter().map(|key| self.id(key)).collect();
        let clearings = self.clearings();
        let mut asked: BTreeSet<_> = ids.iter().cloned().collect();
        asked.insert(clearings.clone());
        let found = self.documents(&asked).await?;
        let generation = found.get(&clearings).map_or(0, |document| document.item.generation);
        let item = |id| found.get(id).map(|document| &document.item);
        Ok(ids.iter().map(|id| seen(item(id), generation)).collect())
    }

    async fn put(&self, key: &str, kept: &Kept, ticket: Option<Ticket>) -> Result<()> {
        let id = self.id(key);
        if let Some(ticket) = ticket {
            let Right { generation, stamp } = ticket.into();
            return self
                .change(&id, |Document { item, changed }| {
                    let is_good = item.stamp == stamp && item.generation <= generation;
                    (changed.is_none() || is_good).then(|| Document::with(kept, generation, item.stamp))
                })
                .await;
        }
        let generation = self.generation().await?;
        self.change(&id, |Document { item, .. }| {
            let now = now_ms();
            let newer = item.kept.as_ref().filter(|old| {
                item.generation >= generation && old.gone_at > now && old.version > kept.version
            });
            // A lower version is not kept, and yet ends what is being loaded.
            let (shown, generation) = match newer {
                Some(old) => (old, item.generation),
                None => (kept, generation),
            };
            Some(Document::with(shown, generation, item.stamp + 1))
        })
        .await
    }

    async fn remove(&self, key: &str) -> Result<()> {
        let blank = |document: &Document| {
            let Item { generation, stamp, .. } = document.item;
            Some(Document::blank(generation, stamp + 1))
        };
        self.change(&self.id(key), blank).await
    }

    async fn clear(&self) -> Result<()> {
        let next = |document: &Document| {
            let generation = document.item.generation + 1;
            Some(json!({ "of_generation": number(generation) }))
        };
        self.change(&self.clearings(), next).await
    }

    fn max_bytes(&self) -> usize {
        MAX_BYTES
    }
}
