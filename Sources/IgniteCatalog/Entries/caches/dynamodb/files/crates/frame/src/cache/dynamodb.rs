use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::StoreSettings;
use super::stamped::{Item, Right, deleted_at, seen};
use super::store::{Body, CacheStore, Driver, Kept, Ticket};
use crate::aws::{Aws, Refusal, Service, hex};
use crate::clock::now_ms;
use crate::resilience::{Repeat, RetryExecutor, RetrySettings};
use crate::retry::Backoff;
use crate::{Error, Result};

/// How long a call may take: who asks a cache does not wait long for it.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many items one call reads.
const BATCH: usize = 100;
/// What an item may hold, which is 400 KB, less its key and what is known of the answer.
const MAX_BYTES: usize = 400_000 - 4_000;
/// The longest key that is kept as it is.
const MAX_KEY: usize = 1024;
/// How often a new table is asked for before it is given up.
const LOOKS: u32 = 60;
/// How often a call is made at most, and how often what it left out is asked for.
const TURNS: u32 = 3;

static BACKOFF: LazyLock<Backoff> =
    LazyLock::new(|| Backoff::new(Duration::from_millis(25), Duration::from_millis(200)));

pub(super) const DRIVER: Driver = Driver {
    schemes: &["dynamodb:"],
    variables: &[crate::aws::VARIABLES, &["AWS_ENDPOINT_URL_DYNAMODB", "CACHE_CREATE"]],
    open: |settings, _| {
        Box::pin(async move {
            Ok(Arc::new(DynamoStore::open(settings).await?) as Arc<dyn CacheStore>)
        })
    },
};

/// Keeps answers in a table of DynamoDB, for all instances of the service.
///
/// DynamoDB deletes what is old by the attribute `expires_at`, but late, so each reading looks at the
/// time itself. With `CACHE_CREATE=true` the store makes its table, as for tests.
pub struct DynamoStore {
    aws: Aws,
    service: Service,
    retry: RetryExecutor,
    table: String,
    prefix: String,
}

impl DynamoStore {
    /// A store with these settings.
    ///
    /// # Errors
    /// [`Error::Internal`] when a variable or the table's name is missing, [`Error::Unavailable`] when
    /// nothing answers.
    pub async fn open(settings: &StoreSettings) -> Result<Self> {
        let table = settings.url.expose_secret().trim_start_matches("dynamodb:");
        if table.is_empty() {
            return Err(Error::Internal("CACHE_STORE names no table".to_owned()));
        }
        let aws = Aws::new(&settings.own, PATIENCE)?;
        let service = aws.service("dynamodb", settings.own.get("AWS_ENDPOINT_URL_DYNAMODB"))?;
        let store = Self {
            aws,
            service,
            retry: RetryExecutor::new(RetrySettings {
                max_attempts: TURNS,
                backoff: *BACKOFF,
            }),
            table: table.to_owned(),
            prefix: settings.prefix.clone(),
        };
        store.aws.ping(&store.service).await?;
        if settings.own.get("CACHE_CREATE") == Some("true") {
            store.create().await?;
        }
        Ok(store)
    }

    async fn create(&self) -> Result<()> {
        let input = json!({
            "TableName": self.table,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        });
        match self.call("CreateTable", &input).await {
            Err(refusal) if refusal.code != "ResourceInUseException" => return Err(refusal.into()),
            _ => {}
        }
        let name = json!({ "TableName": self.table });
        for _ in 0..LOOKS {
            let table = self.call("DescribeTable", &name).await?;
            if table["Table"]["TableStatus"] == "ACTIVE" {
                return self.forget_by_time().await;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Err(Error::Unavailable(format!("the table {} is not made", self.table)))
    }

    async fn forget_by_time(&self) -> Result<()> {
        let input = json!({
            "TableName": self.table,
            "TimeToLiveSpecification": { "AttributeName": "expires_at", "Enabled": true },
        });
        match self.call("UpdateTimeToLive", &input).await {
            // It is so already.
            Err(refusal) if refusal.code != "ValidationException" => Err(refusal.into()),
            _ => Ok(()),
        }
    }

    async fn call(&self, action: &str, input: &Value) -> Result<Value, Refusal> {
        let target = format!("DynamoDB_20120810.{action}");
        let call = || self.aws.json(&self.service, &target, input, Duration::ZERO);
        self.retry.run(Repeat::Idempotent, call).await
    }

    /// Changes an item where the condition holds; says whether it did.
    async fn update(&self, id: &str, change: &str, condition: Option<&str>, values: Value) -> Result<bool> {
        let mut input = json!({
            "TableName": self.table,
            "Key": { "id": { "S": id } },
            "UpdateExpression": change,
            "ExpressionAttributeValues": values,
        });
        if let Some(condition) = condition {
            input["ConditionExpression"] = condition.into();
        }
        match self.call("UpdateItem", &input).await {
            Ok(_) => Ok(true),
            Err(refusal) if refusal.code == "ConditionalCheckFailedException" => Ok(false),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// The items of these ids that are there, by their ids.
    async fn items(&self, ids: &BTreeSet<String>) -> Result<HashMap<String, Item>> {
        let ids: Vec<_> = ids.iter().map(|id| json!({ "id": { "S": id } })).collect();
        let mut found = HashMap::new();
        for keys in ids.chunks(BATCH) {
            let mut asked = json!({ &self.table: { "Keys": keys, "ConsistentRead": true } });
            // It says what it did not come to, because of load or because it would be too much at once.
            for turn in 1.. {
                let input = json!({ "RequestItems": asked });
                let mut answer = self.call("BatchGetItem", &input).await?;
                if let Some(items) = answer["Responses"][&self.table].as_array() {
                    found.extend(items.iter().filter_map(read));
                }
                asked = answer["UnprocessedKeys"].take();
                if asked.as_object().is_none_or(serde_json::Map::is_empty) {
                    break;
                }
                if turn == TURNS {
                    return Err(Error::Unavailable("DynamoDB answers in part".to_owned()));
                }
                tokio::time::sleep(BACKOFF.delay(turn)).await;
            }
        }
        Ok(found)
    }

    fn id(&self, key: &str) -> String {
        if key.len() <= MAX_KEY {
            return format!("{}:answer:{key}", self.prefix);
        }
        format!("{}:hash:{}", self.prefix, hex(&Sha256::digest(key)))
    }

    fn clearings(&self) -> String {
        format!("{}:clearings", self.prefix)
    }
}

/// An item with its id.
fn read(json: &Value) -> Option<(String, Item)> {
    let id = json["id"]["S"].as_str()?.to_owned();
    let number = |name: &str| json[name]["N"].as_str().and_then(|text| text.parse().ok());
    let kept = || {
        let text = json["answer_text"]["S"].as_str()?.to_owned();
        let is_absent = json["is_absent"]["BOOL"].as_bool()?;
        Some(Kept {
            body: if is_absent { Body::Absent(text) } else { Body::Present(text) },
            version: number("answer_version")?,
            fresh_until: number("fresh_until")?,
            gone_at: number("gone_at")?,
        })
    };
    let count = |name: &str| number(name).and_then(|number| u64::try_from(number).ok());
    let item = Item {
        kept: kept(),
        generation: count("of_generation").unwrap_or(0),
        stamp: count("stamp_number").unwrap_or(0),
    };
    Some((id, item))
}

fn number(value: impl std::fmt::Display) -> Value {
    json!({ "N": value.to_string() })
}

const RAISED: &str = "stamp_number = if_not_exists(stamp_number, :zero) + :one";

#[async_trait]
impl CacheStore for DynamoStore {
    async fn get(&self, keys: &[String]) -> Result<Vec<(Option<Kept>, Ticket)>> {
        let ids: Vec<_> = keys.iter().map(|key| self.id(key)).collect();
        let clearings = self.clearings();
        let mut asked: BTreeSet<_> = ids.iter().cloned().collect();
        asked.insert(clearings.clone());
        let items = self.items(&asked).await?;
        let generation = items.get(&clearings).map_or(0, |item| item.generation);
        Ok(ids.iter().map(|id| seen(items.get(id), generation)).collect())
    }

    async fn put(&self, key: &str, kept: &Kept, ticket: Option<Ticket>) -> Result<()> {
        let id = self.id(key);
        let (Body::Present(text) | Body::Absent(text)) = &kept.body;
        let mut values = json!({
            ":text": { "S": text },
            ":absent": { "BOOL": matches!(kept.body, Body::Absent(_)) },
            ":version": number(kept.version),
            ":fresh": number(kept.fresh_until),
            ":gone": number(kept.gone_at),
            ":deleted": number(deleted_at(kept.gone_at)),
            ":zero": number(0),
        });
        let fields = "answer_text = :text, is_absent = :absent, answer_version = :version, \
                      fresh_until = :fresh, gone_at = :gone, expires_at = :deleted, \
                      of_generation = :generation";
        if let Some(ticket) = ticket {
            let Right { generation, stamp } = ticket.into();
            values[":generation"] = number(generation);
            values[":stamp"] = number(stamp);
            let same = "stamp_number = if_not_exists(stamp_number, :zero)";
            let condition = "attribute_not_exists(id) OR \
                             (stamp_number = :stamp AND of_generation <= :generation)";
            let change = format!("SET {fields}, {same}");
            self.update(&id, &change, Some(condition), values).await?;
            return Ok(());
        }
        let clearings = self.clearings();
        let items = self.items(&BTreeSet::from([clearings.clone()])).await?;
        let generation = items.get(&clearings).map_or(0, |item| item.generation);
        values[":generation"] = number(generation);
        values[":one"] = number(1);
        values[":now"] = number(now_ms());
        let condition = "attribute_not_exists(answer_version) OR answer_version <= :version OR \
                         of_generation < :generation OR gone_at <= :now";
        let change = format!("SET {fields}, {RAISED}");
        if !self.update(&id, &change, Some(condition), values).await? {
            let values = json!({ ":zero": number(0), ":one": number(1) });
            self.update(&id, &format!("SET {RAISED}"), None, values).await?;
        }
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<()> {
        let values = json!({
            ":deleted": number(deleted_at(0)),
            ":zero": number(0),
            ":one": number(1),
        });
        let change = format!(
            "SET {RAISED}, expires_at = :deleted, of_generation = if_not_exists(of_generation, :zero) \
             REMOVE answer_text, is_absent, answer_version, fresh_until, gone_at"
        );
        self.update(&self.id(key), &change, None, values).await?;
        Ok(())
    }

    async fn clear(&self) -> Result<()> {
        let values = json!({ ":zero": number(0), ":one": number(1) });
        let change = "SET of_generation = if_not_exists(of_generation, :zero) + :one";
        self.update(&self.clearings(), change, None, values).await?;
        Ok(())
    }

    fn max_bytes(&self) -> usize {
        MAX_BYTES
    }
}
