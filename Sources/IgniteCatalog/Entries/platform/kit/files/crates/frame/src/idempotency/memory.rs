use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Begin, Claim, IdempotencyStore, StoredResponse};
use crate::Result;

/// Keeps responses in this process, for development and tests.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<HashMap<(String, String), Record>>);

#[derive(Debug)]
struct Record {
    fingerprint: Vec<u8>,
    attempt: Uuid,
    lease_until: Instant,
    expires_at: Instant,
    response: Option<StoredResponse>,
}

impl MemoryStore {
    fn records(&self) -> MutexGuard<'_, HashMap<(String, String), Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(claim: &Claim) -> (String, String) {
    (claim.scope.clone(), claim.key.clone())
}

#[async_trait]
impl IdempotencyStore for MemoryStore {
    async fn begin(&self, claim: &Claim) -> Result<Begin> {
        let now = Instant::now();
        let mut records = self.records();
        if let Some(record) = records.get(&name(claim)).filter(|r| r.expires_at > now) {
            let is_running = record.response.is_none() && record.lease_until > now;
            if record.fingerprint != claim.fingerprint {
                return Ok(Begin::Mismatch);
            }
            if let Some(response) = &record.response {
                return Ok(Begin::Done(response.clone()));
            }
            if is_running {
                return Ok(Begin::InProgress);
            }
        }
        let record = Record {
            fingerprint: claim.fingerprint.clone(),
            attempt: claim.attempt,
            lease_until: now + claim.lease,
            expires_at: now + claim.ttl,
            response: None,
        };
        records.insert(name(claim), record);
        Ok(Begin::Started)
    }

    async fn complete(&self, claim: &Claim, response: &StoredResponse) -> Result<()> {
        if let Some(record) = self.records().get_mut(&name(claim))
            && record.attempt == claim.attempt
        {
            record.response = Some(response.clone());
        }
        Ok(())
    }

    async fn abandon(&self, claim: &Claim) -> Result<()> {
        self.records()
            .retain(|_, record| record.attempt != claim.attempt);
        Ok(())
    }

    async fn purge(&self) -> Result<u64> {
        let mut records = self.records();
        let before = records.len();
        records.retain(|_, record| record.expires_at > Instant::now());
        Ok(u64::try_from(before - records.len()).unwrap_or(u64::MAX))
    }
}
