//! Aggregates and projections on every database: one writer wins, nothing is missed or taken twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use frame::cqrs::{
    Aggregate, Aggregates, Change, Command, CommandBus, CommandHandler, EventStore, NewChange,
    Projection, ProjectionRegistry, Query, QueryBus, QueryHandler, StoredChange, VersionRegistry,
    View,
};
use frame::{Database, Error, testing};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Account {
    owner: String,
    cents: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum AccountChange {
    Opened { owner: String },
    Paid(i64),
    Closed,
}

impl Aggregate for Account {
    const KIND: &'static str = "account";
    type Change = AccountChange;

    fn apply(state: Option<Self>, change: &Change<AccountChange>) -> Option<Self> {
        match (state, &change.what) {
            (_, AccountChange::Opened { owner }) => Some(Self {
                owner: owner.clone(),
                cents: 0,
            }),
            (Some(account), AccountChange::Paid(cents)) => Some(Self {
                cents: account.cents + cents,
                ..account
            }),
            (_, AccountChange::Closed) | (None, _) => None,
        }
    }
}

fn opened() -> AccountChange {
    AccountChange::Opened {
        owner: "Ada".to_owned(),
    }
}

fn store(database: &Database) -> EventStore {
    EventStore::new(database.clone(), VersionRegistry::new())
}

/// Stores a change; the error when somebody was faster.
async fn change(
    database: &Database,
    accounts: &Aggregates<Account>,
    id: Uuid,
    what: AccountChange,
) -> Result<(), Error> {
    let decided = accounts.load(id).await?.decide(what);
    let mut tx = database.begin().await?;
    accounts.commit(&mut tx, &decided).await?;
    tx.commit().await
}

/// Counts changes and the cents that were paid.
struct Totals {
    seen: AtomicI64,
    fails: AtomicBool,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Total {
    changes: i64,
    cents: i64,
    last: i64,
}

struct Counting(Arc<Totals>);

#[async_trait]
impl Projection for Counting {
    fn name(&self) -> &str {
        "totals"
    }

    async fn apply(&self, change: &StoredChange, view: &mut View<'_>) -> frame::Result<()> {
        let id = change.id.to_string();
        let mut total: Total = view.get(&id).await?.unwrap_or_default();
        assert_eq!(change.version, total.changes + 1, "in order, each once");
        total.changes += 1;
        total.cents += change.payload.as_i64().unwrap_or_default();
        total.last = change.position;
        view.put(&id, &total).await?;
        if self.0.fails.load(Ordering::SeqCst) {
            return Err(Error::Unavailable("not now".to_owned()));
        }
        if change.kind == "Closed" {
            view.remove(&id).await?;
        }
        self.0.seen.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn totals() -> Arc<Totals> {
    Arc::new(Totals {
        seen: AtomicI64::new(0),
        fails: AtomicBool::new(false),
    })
}

#[tokio::test]
async fn one_of_concurrent_writers_wins() {
    for database in testing::databases(None).await.unwrap() {
        let accounts = Aggregates::<Account>::new(store(&database));
        let id = frame::new_id();
        change(&database, &accounts, id, opened()).await.unwrap();
        // All of them have seen the same version.
        let seen = accounts.load(id).await.unwrap();
        let mut writers = JoinSet::new();
        for cents in 1..=6 {
            let (database, accounts) = (database.database.clone(), accounts.clone());
            let decided = seen.clone().decide(AccountChange::Paid(cents));
            writers.spawn(async move {
                let mut tx = database.begin().await?;
                accounts.commit(&mut tx, &decided).await?;
                tx.commit().await.map(|()| cents)
            });
        }
        let answers = writers.join_all().await.into_iter();
        let (won, lost): (Vec<_>, Vec<_>) = answers.partition(Result::is_ok);
        assert_eq!(won.len(), 1, "{}", database.name);
        for refused in lost {
            assert_eq!(refused, Err(Error::PreconditionFailed));
        }
        let loaded = accounts.load(id).await.unwrap();
        let paid: i64 = won.into_iter().map(Result::unwrap).sum();
        assert_eq!(loaded.state.unwrap().cents, paid);
    }
}

#[tokio::test]
async fn a_version_that_is_not_the_next_is_refused() {
    for database in testing::databases(None).await.unwrap() {
        let store = store(&database);
        let id = frame::new_id();
        let new = NewChange {
            kind: "Paid".to_owned(),
            payload: json!(1),
            at: frame::now(),
        };
        for (expected, is_right) in [(1, false), (0, true), (0, false), (2, false), (1, true)] {
            let mut tx = database.begin().await.unwrap();
            let done = store
                .append(&mut tx, "account", id, expected, std::slice::from_ref(&new))
                .await;
            assert_eq!(done.is_ok(), is_right, "{} at {expected}", database.name);
            tx.commit().await.unwrap();
        }
        assert_eq!(store.changes("account", id, 0).await.unwrap().len(), 2);
        assert_eq!(store.changes("account", id, 1).await.unwrap().len(), 1);
        assert_eq!(store.all(0, 10).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_snapshot_and_what_follows_is_all_there_is() {
    for database in testing::databases(None).await.unwrap() {
        let accounts = Aggregates::<Account>::new(store(&database)).snapshot_every(3);
        let id = frame::new_id();
        change(&database, &accounts, id, opened()).await.unwrap();
        assert_eq!(accounts.snapshot(id).await.unwrap(), None);
        for cents in 2..=7 {
            let paid = AccountChange::Paid(cents);
            change(&database, &accounts, id, paid).await.unwrap();
        }
        let snapshot = accounts.snapshot(id).await.unwrap().unwrap();
        assert_eq!(snapshot.version, 6, "{}", database.name);
        assert_eq!(snapshot.state.unwrap().cents, 2 + 3 + 4 + 5 + 6);
        let loaded = accounts.load(id).await.unwrap();
        assert_eq!(loaded, accounts.load_from_changes(id).await.unwrap());
        assert_eq!(loaded.version, 7);
        let closed = AccountChange::Closed;
        change(&database, &accounts, id, closed).await.unwrap();
        assert_eq!(accounts.load(id).await.unwrap().state, None);
    }
}

#[tokio::test]
async fn old_forms_are_brought_up_to_date_when_read() {
    for database in testing::databases(None).await.unwrap() {
        let id = frame::new_id();
        let old = NewChange {
            kind: "Opened".to_owned(),
            payload: json!({ "name": "Grace" }),
            at: frame::now(),
        };
        let mut tx = database.begin().await.unwrap();
        let first = store(&database);
        let appended = first.append(&mut tx, "account", id, 0, &[old]).await;
        assert_eq!(appended, Ok(1));
        tx.commit().await.unwrap();
        let unread = Aggregates::<Account>::new(first).load(id).await;
        assert!(matches!(unread, Err(Error::Malformed(_))), "{unread:?}");

        let renamed = VersionRegistry::new().upcaster("account", "Opened", |payload| {
            Ok(json!({ "owner": payload["name"] }))
        });
        let accounts = Aggregates::<Account>::new(EventStore::new(database.clone(), renamed));
        let loaded = accounts.load(id).await.unwrap();
        assert_eq!(loaded.state.unwrap().owner, "Grace", "{}", database.name);
        let other = frame::new_id();
        change(&database, &accounts, other, opened()).await.unwrap();
        let loaded = accounts.load(other).await.unwrap();
        assert_eq!(loaded.state.unwrap().owner, "Ada");
        let behind = Aggregates::<Account>::new(store(&database));
        let later = behind.load(other).await;
        assert!(matches!(later, Err(Error::Malformed(_))), "{later:?}");
    }
}

#[tokio::test]
async fn a_projection_is_rebuilt_while_changes_go_on() {
    for database in testing::databases(None).await.unwrap() {
        let accounts = Aggregates::<Account>::new(store(&database));
        let counted = totals();
        let registry =
            ProjectionRegistry::new(store(&database)).register(Counting(counted.clone()));
        let stop = CancellationToken::new();
        // Two instances of the service.
        let running = [registry.clone(), registry.clone()]
            .map(|registry| tokio::spawn(registry.run(stop.clone())));
        let mut writers = JoinSet::new();
        for _ in 0..3 {
            let (database, accounts) = (database.database.clone(), accounts.clone());
            writers.spawn(async move {
                let id = frame::new_id();
                change(&database, &accounts, id, opened()).await.unwrap();
                for cents in 1..=20 {
                    let paid = AccountChange::Paid(cents);
                    change(&database, &accounts, id, paid).await.unwrap();
                }
                id
            });
        }
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(60)).await;
            registry.rebuild("totals").await.unwrap();
        }
        let ids = writers.join_all().await;
        registry.catch_up().await.unwrap();
        stop.cancel();
        for instance in running {
            instance.await.unwrap().unwrap();
        }
        let documents = registry.documents("totals").unwrap();
        for id in ids {
            let total: Total = documents.get(&id.to_string()).await.unwrap().unwrap();
            assert_eq!((total.changes, total.cents), (21, 210), "{}", database.name);
        }
        let state = registry.states().await.unwrap().remove(0);
        assert_eq!((state.position, state.head), (state.head, state.head));
        assert!(!state.is_rebuilding);
        assert_eq!(documents.list::<Total>("", 10).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn what_fails_is_taken_back_and_tried_again() {
    for database in testing::databases(None).await.unwrap() {
        let accounts = Aggregates::<Account>::new(store(&database));
        let counted = totals();
        let registry =
            ProjectionRegistry::new(store(&database)).register(Counting(counted.clone()));
        let id = frame::new_id();
        change(&database, &accounts, id, opened()).await.unwrap();
        counted.fails.store(true, Ordering::SeqCst);
        assert!(registry.catch_up().await.is_err());
        let documents = registry.documents("totals").unwrap();
        let key = id.to_string();
        assert_eq!(documents.get::<Total>(&key).await.unwrap(), None);
        counted.fails.store(false, Ordering::SeqCst);
        registry.catch_up().await.unwrap();
        let total: Total = documents.get(&key).await.unwrap().unwrap();
        assert_eq!(total.changes, 1);
        let closed = AccountChange::Closed;
        change(&database, &accounts, id, closed).await.unwrap();
        registry.catch_up().await.unwrap();
        assert_eq!(documents.get::<Total>(&key).await.unwrap(), None);
        assert_eq!(counted.seen.load(Ordering::SeqCst), 2);
        assert!(matches!(
            registry.documents("nothing"),
            Err(Error::NotFound(_))
        ));
        let unknown = registry.rebuild("nothing").await;
        assert!(matches!(unknown, Err(Error::NotFound(_))));
        assert_eq!(format!("{registry:?}"), "[\"totals\"]");
    }
}

struct Double(i64);

impl Command for Double {
    type Output = i64;
}

impl Query for Double {
    type Output = i64;
}

struct Doubler;

#[async_trait]
impl CommandHandler<Double> for Doubler {
    async fn handle(&self, Double(number): Double) -> frame::Result<i64> {
        Ok(number * 2)
    }
}

#[async_trait]
impl QueryHandler<Double> for Doubler {
    async fn handle(&self, Double(number): Double) -> frame::Result<i64> {
        Ok(number * 2)
    }
}

#[tokio::test]
async fn buses_know_who_handles_what() {
    let commands = CommandBus::new().register::<Double>(Doubler);
    assert_eq!(commands.dispatch(Double(4)).await, Ok(8));
    let queries = QueryBus::new().register::<Double>(Doubler);
    assert_eq!(queries.ask(Double(5)).await, Ok(10));
    let nobody = CommandBus::new().dispatch(Double(1)).await;
    assert!(matches!(nobody, Err(Error::Internal(text)) if text.contains("Double")));
    let nobody = QueryBus::new().ask(Double(1)).await;
    assert!(matches!(nobody, Err(Error::Internal(text)) if text.contains("Double")));
    assert_eq!(
        format!("{commands:?} {queries:?}"),
        "CommandBus(1) QueryBus(1)"
    );
}

#[test]
fn the_registry_counts_the_forms() {
    let versions = VersionRegistry::new()
        .upcaster("order", "Created", |payload| Ok(json!([payload, 2])))
        .upcaster("order", "Created", |payload| Ok(json!([payload, 3])));
    assert_eq!(versions.latest("order", "Created"), 3);
    assert_eq!(versions.latest("order", "Updated"), 1);
    let upcast = |form| versions.upcast("order", "Created", form, json!(1));
    assert_eq!(upcast(1), Ok(json!([[1, 2], 3])));
    assert_eq!(upcast(2), Ok(json!([1, 3])));
    assert_eq!(upcast(3), Ok(json!(1)));
    for unknown in [0, -1, 4, i64::MIN] {
        assert!(
            matches!(upcast(unknown), Err(Error::Malformed(_))),
            "{unknown}"
        );
    }
    assert!(format!("{versions:?}").contains("3"));
}
