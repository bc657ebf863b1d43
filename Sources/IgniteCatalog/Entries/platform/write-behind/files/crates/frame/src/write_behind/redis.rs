use std::time::Duration;

use async_trait::async_trait;
use redis::Script;
use redis::aio::ConnectionManager;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::journal::{Journal, Put, REFUSED, Refused, Waiting, Write};
use crate::{Error, Result};

/// Keeps changes in Redis, for all instances of the service and the next ones.
#[derive(Clone)]
pub struct RedisJournal {
    connection: ConnectionManager,
    prefix: String,
}

// A record is its revision, a blank and JSON: Lua would bend the numbers of JSON that it writes.

/// KEYS: records, due, since. ARGV: key, expected revision, record, capacity, since, due or nothing,
/// now.
const PUT: &str = "
local old = redis.call('HGET', KEYS[1], ARGV[1])
if (old and string.match(old, '^%d+') or '0') ~= ARGV[2] then return 1 end
if not old and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 2 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[3], 'NX', ARGV[5], ARGV[1])
if ARGV[6] == '' then
  redis.call('ZADD', KEYS[2], 'NX', ARGV[7], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[6], ARGV[1])
end
return 0";

/// KEYS: records, due, since. ARGV: key, expected revision.
const REMOVE: &str = "
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or string.match(old, '^%d+') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return 1";

/// KEYS: records, due. ARGV: now, end of the lease, limit.
const CLAIM: &str = "
local keys = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
local claimed = {}
for _, key in ipairs(keys) do
  redis.call('ZADD', KEYS[2], ARGV[2], key)
  claimed[#claimed + 1] = key
  claimed[#claimed + 1] = redis.call('HGET', KEYS[1], key) or ''
end
return claimed";

impl RedisJournal {
    /// Connects; keys start with `prefix`.
    ///
    /// # Errors
    /// [`Error::Internal`] for a URL that cannot be read, [`Error::Unavailable`] when nothing answers.
    pub async fn open(url: &SecretString, prefix: &str) -> Result<Self> {
        let (_, connection) = crate::bus::connect_redis(url.expose_secret()).await?;
        Ok(Self {
            connection,
            prefix: format!("{prefix}:writes"),
        })
    }

    fn key(&self, part: &str) -> String {
        format!("{}:{part}", self.prefix)
    }
}

#[async_trait]
impl Journal for RedisJournal {
    fn is_durable(&self) -> bool {
        true
    }

    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Write>>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut command = redis::cmd("HMGET");
        command.arg(self.key("records")).arg(keys);
        let records: Vec<Option<String>> = command.query_async(&mut self.connection.clone()).await?;
        records.iter().map(|record| record.as_deref().map(parsed).transpose()).collect()
    }

    async fn put(&self, key: &str, expected: i64, write: &Write, capacity: usize, due: Option<i64>) -> Result<Put> {
        let script = Script::new(PUT);
        let mut script = script.key(self.key("records"));
        script.key(self.key("due")).key(self.key("since"));
        script.arg(key).arg(expected).arg(format!("{} {}", write.revision, json(write)?));
        script.arg(capacity).arg(write.since);
        script.arg(due.map(|due| due.to_string()).unwrap_or_default()).arg(crate::clock::now_ms());
        let answer: u8 = script.invoke_async(&mut self.connection.clone()).await?;
        Ok(match answer {
            0 => Put::Done,
            1 => Put::Changed,
            _ => Put::Full,
        })
    }

    async fn remove(&self, key: &str, expected: i64) -> Result<bool> {
        let script = Script::new(REMOVE);
        let mut script = script.key(self.key("records"));
        script.key(self.key("due")).key(self.key("since"));
        script.arg(key).arg(expected);
        Ok(script.invoke_async(&mut self.connection.clone()).await?)
    }

    async fn claim(&self, now: i64, lease: Duration, limit: usize) -> Result<Vec<(String, Write)>> {
        let until = now.saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
        let script = Script::new(CLAIM);
        let mut script = script.key(self.key("records"));
        script.key(self.key("due")).arg(now).arg(until).arg(limit);
        let claimed: Vec<String> = script.invoke_async(&mut self.connection.clone()).await?;
        let pairs = claimed.chunks_exact(2);
        pairs.map(|pair| Ok((pair[0].clone(), parsed(&pair[1])?))).collect()
    }

    async fn waiting(&self) -> Result<Waiting> {
        let mut pipe = redis::pipe();
        pipe.cmd("HLEN").arg(self.key("records"));
        pipe.cmd("ZRANGE").arg(self.key("since")).arg(0).arg(0).arg("WITHSCORES");
        let (count, oldest): (usize, Vec<(String, f64)>) =
            pipe.query_async(&mut self.connection.clone()).await?;
        Ok(Waiting {
            count,
            since: oldest.first().map(|(_, since)| *since as i64),
        })
    }

    async fn refuse(&self, refused: &Refused) -> Result<()> {
        let mut pipe = redis::pipe();
        pipe.cmd("LPUSH").arg(self.key("refused")).arg(json(refused)?).ignore();
        pipe.cmd("LTRIM").arg(self.key("refused")).arg(0).arg(REFUSED - 1).ignore();
        Ok(pipe.query_async(&mut self.connection.clone()).await?)
    }

    async fn refused(&self) -> Result<Vec<Refused>> {
        let mut command = redis::cmd("LRANGE");
        command.arg(self.key("refused")).arg(0).arg(-1);
        let texts: Vec<String> = command.query_async(&mut self.connection.clone()).await?;
        texts.iter().map(|text| read(text)).collect()
    }

    async fn forget_refused(&self) -> Result<()> {
        let mut command = redis::cmd("UNLINK");
        command.arg(self.key("refused"));
        Ok(command.query_async(&mut self.connection.clone()).await?)
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Internal(format!("a change cannot be written down: {error}")))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::Internal(format!("a change cannot be read: {error}")))
}

fn parsed(record: &str) -> Result<Write> {
    read(record.split_once(' ').map_or("", |(_, json)| json))
}
