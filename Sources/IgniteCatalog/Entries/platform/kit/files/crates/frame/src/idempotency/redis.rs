use async_trait::async_trait;
use redis::Script;
use redis::aio::ConnectionManager;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Begin, Claim, IdempotencyStore, StoredResponse, from_json, to_json};
use crate::{Error, Result};

/// Keeps responses in Redis, which forgets them by itself.
#[derive(Clone)]
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
}

/// ARGV: fingerprint, attempt, lease and time to live in milliseconds.
const BEGIN: &str = "
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local record = redis.call('HMGET', KEYS[1], 'fingerprint', 'lease_until', 'response')
if record[1] then
  if record[1] ~= ARGV[1] then return { 'mismatch', '' } end
  if record[3] then return { 'done', record[3] } end
  if tonumber(record[2]) > now then return { 'in-progress', '' } end
end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'attempt', ARGV[2],
  'lease_until', string.format('%d', now + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return { 'started', '' }";

/// ARGV: attempt, response.
const COMPLETE: &str = "
if redis.call('HGET', KEYS[1], 'attempt') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'response', ARGV[2])
end";

/// ARGV: attempt.
const ABANDON: &str = "
local record = redis.call('HMGET', KEYS[1], 'attempt', 'response')
if record[1] == ARGV[1] and not record[2] then redis.call('DEL', KEYS[1]) end";

impl RedisStore {
    /// Connects; keys start with `prefix`.
    ///
    /// # Errors
    /// [`Error::Internal`] for a URL that cannot be read, [`Error::Unavailable`] when nothing answers.
    pub async fn open(url: &SecretString, prefix: impl Into<String>) -> Result<Self> {
        let (_, connection) = crate::bus::connect_redis(url.expose_secret()).await?;
        Ok(Self {
            connection,
            prefix: prefix.into(),
        })
    }

    fn key(&self, claim: &Claim) -> String {
        let (prefix, scope, key) = (&self.prefix, &claim.scope, &claim.key);
        format!("{prefix}:idempotency:{scope}:{key}")
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis())
        .unwrap_or(u64::MAX)
        .clamp(1, 1 << 52)
}

#[async_trait]
impl IdempotencyStore for RedisStore {
    async fn begin(&self, claim: &Claim) -> Result<Begin> {
        let (state, response): (String, String) = Script::new(BEGIN)
            .key(self.key(claim))
            .arg(&claim.fingerprint)
            .arg(claim.attempt.to_string())
            .arg(milliseconds(claim.lease))
            .arg(milliseconds(claim.ttl))
            .invoke_async(&mut self.connection.clone())
            .await?;
        match state.as_str() {
            "started" => Ok(Begin::Started),
            "done" => from_json(&response).map(Begin::Done),
            "in-progress" => Ok(Begin::InProgress),
            "mismatch" => Ok(Begin::Mismatch),
            _ => Err(Error::Internal(format!("the store says {state}"))),
        }
    }

    async fn complete(&self, claim: &Claim, response: &StoredResponse) -> Result<()> {
        let script = Script::new(COMPLETE);
        let mut script = script.key(self.key(claim));
        script
            .arg(claim.attempt.to_string())
            .arg(to_json(response)?);
        let connection = &mut self.connection.clone();
        Ok(script.invoke_async(connection).await?)
    }

    async fn abandon(&self, claim: &Claim) -> Result<()> {
        let script = Script::new(ABANDON);
        let mut script = script.key(self.key(claim));
        script.arg(claim.attempt.to_string());
        let connection = &mut self.connection.clone();
        Ok(script.invoke_async(connection).await?)
    }

    async fn purge(&self) -> Result<u64> {
        Ok(0)
    }
}
