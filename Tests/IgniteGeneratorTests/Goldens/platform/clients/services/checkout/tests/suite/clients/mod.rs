//! The clients, against services that answer as they are told.

mod stock;

use std::time::Duration;

use frame::client::ClientSettings;
use frame::resilience::{BreakerSettings, PolicySettings, RetrySettings, TimeoutSettings};
use frame::retry::Backoff;
use frame::testing::Callee;
use checkout::Config;

/// A policy that does not wait long.
fn settings(callee: &Callee) -> ClientSettings {
    let policy = PolicySettings {
        retry: Some(RetrySettings {
            max_attempts: 3,
            backoff: Backoff::new(Duration::from_millis(1), Duration::from_millis(2)),
        }),
        breaker: Some(BreakerSettings {
            failure_threshold: 4,
            ..BreakerSettings::default()
        }),
        timeout: TimeoutSettings {
            attempt: Duration::from_millis(200),
            total: Duration::from_secs(5),
        },
        ..PolicySettings::default()
    };
    ClientSettings::new(callee.url(), policy)
}

#[test]
fn the_architecture_decides_the_policy() {
    let reader = frame::Reader::from_pairs([("PORT", "0")]);
    let clients = Config::read(reader).unwrap().clients;
    let policy = clients.stock.policy;
    assert_eq!(policy.retry.map(|retry| retry.max_attempts), Some(4));
    let breaker = policy.breaker.map(|breaker| breaker.failure_threshold);
    assert_eq!(breaker, Some(8));
}
