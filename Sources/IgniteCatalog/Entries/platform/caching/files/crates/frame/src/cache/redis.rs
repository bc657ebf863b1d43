use std::sync::Arc;

use async_trait::async_trait;
use redis::Script;
use redis::aio::ConnectionManager;
use secrecy::{ExposeSecret as _, SecretString};

use super::store::{CacheStore, Driver, Kept, Ticket, group};
use crate::clock::now_ms;
use crate::{Error, Result};

pub(super) const DRIVER: Driver = Driver {
    schemes: &["redis://", "rediss://"],
    variables: &[],
    open: |settings, _| {
        Box::pin(async move {
            let store = RedisStore::open(&settings.url, &settings.prefix).await?;
            Ok(Arc::new(store) as Arc<dyn CacheStore>)
        })
    },
};

/// Keeps answers in Redis, for all instances of the service.
#[derive(Clone)]
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
}

/// KEYS: answer, removals of its group, removals of all. ARGV: ticket or nothing, answer, version,
/// milliseconds.
const PUT: &str = "
if ARGV[1] == '' then
  redis.call('INCR', KEYS[2])
  local old = redis.call('GET', KEYS[1])
  if old and cjson.decode(old).version > tonumber(ARGV[3]) then return end
elseif tonumber(redis.call('GET', KEYS[2]) or 0) + tonumber(redis.call('GET', KEYS[3]) or 0) ~= tonumber(ARGV[1]) then
  return
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])";

/// How many keys are looked at in one step.
const STEP: usize = 500;

impl RedisStore {
    /// Connects; keys start with `prefix`.
    ///
    /// # Errors
    /// [`Error::Internal`] for a URL that cannot be read, [`Error::Unavailable`] when nothing answers.
    pub async fn open(url: &SecretString, prefix: &str) -> Result<Self> {
        let (_, connection) = crate::bus::connect_redis(url.expose_secret()).await?;
        Ok(Self {
            connection,
            prefix: format!("{prefix}:cache"),
        })
    }

    fn answer(&self, key: &str) -> String {
        format!("{}:answer:{key}", self.prefix)
    }

    fn removals(&self, key: &str) -> String {
        format!("{}:removals:{}", self.prefix, group(key))
    }

    fn clearings(&self) -> String {
        format!("{}:removals:all", self.prefix)
    }
}

#[async_trait]
impl CacheStore for RedisStore {
    async fn get(&self, keys: &[String]) -> Result<Vec<(Option<Kept>, Ticket)>> {
        let mut command = redis::cmd("MGET");
        command.arg(self.clearings());
        for key in keys {
            command.arg(self.answer(key)).arg(self.removals(key));
        }
        let connection = &mut self.connection.clone();
        let texts: Vec<Option<String>> = command.query_async(connection).await?;
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
        let clearings: u64 = texts.first().and_then(number).unwrap_or(0);
        let pairs = texts.get(1..).unwrap_or_default().chunks_exact(2);
        Ok(pairs
            .map(|pair| {
                // What cannot be read was written by another version of this program.
                let kept = pair[0]
                    .as_deref()
                    .and_then(|json| serde_json::from_str(json).ok());
                (kept, Ticket(clearings + number(&pair[1]).unwrap_or(0)))
            })
            .collect())
    }

    async fn put(&self, key: &str, kept: &Kept, ticket: Option<Ticket>) -> Result<()> {
        let json = serde_json::to_string(kept)
            .map_err(|error| Error::Internal(format!("an answer cannot be written: {error}")))?;
        let script = Script::new(PUT);
        let mut script = script.key(self.answer(key));
        script.key(self.removals(key)).key(self.clearings());
        script
            .arg(
                ticket
                    .map(|ticket| ticket.0.to_string())
                    .unwrap_or_default(),
            )
            .arg(json)
            .arg(kept.version)
            .arg((kept.gone_at - now_ms()).max(1));
        Ok(script.invoke_async(&mut self.connection.clone()).await?)
    }

    async fn remove(&self, key: &str) -> Result<()> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.cmd("INCR").arg(self.removals(key)).ignore();
        pipe.cmd("UNLINK").arg(self.answer(key)).ignore();
        Ok(pipe.query_async(&mut self.connection.clone()).await?)
    }

    async fn clear(&self) -> Result<()> {
        let connection = &mut self.connection.clone();
        let mut count = redis::cmd("INCR");
        count.arg(self.clearings());
        count.query_async::<()>(connection).await?;
        let pattern = self.answer("*");
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor)
                .arg("MATCH")
                .arg(&pattern)
                .arg("COUNT")
                .arg(STEP);
            let (next, keys): (u64, Vec<String>) = scan.query_async(connection).await?;
            if !keys.is_empty() {
                let mut unlink = redis::cmd("UNLINK");
                unlink.arg(keys);
                unlink.query_async::<()>(connection).await?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }
}
