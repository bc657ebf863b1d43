//! The program itself, killed in the middle of its work: nothing is lost, nothing takes effect twice.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use frame::bus::{self, Bus};
use frame::config::{DatabaseSettings, Reader};
use frame::{Database, testing};
use secrecy::SecretString;
use journal::{Config, NAME};
use tempfile::TempDir;

use crate::handling::{envelope, handled, samples, until};

const EVENTS: usize = 300;

/// One platform: a bus on a server and a database in a file.
struct Place {
    folder: TempDir,
    bus_url: String,
    prefix: String,
}

impl Place {
    /// A place for each bus that outlives the program and is at hand.
    async fn all() -> Vec<Self> {
        let redis = std::env::var("TEST_REDIS_URL").ok();
        if redis.is_none() {
            eprintln!("not tested on Redis: TEST_REDIS_URL is not set");
        }
        let urls = redis.into_iter().chain(testing::postgres_url().await.unwrap());
        urls.map(|bus_url| Self {
            folder: tempfile::tempdir().unwrap(),
            bus_url,
            prefix: frame::new_id().to_string(),
        })
        .collect()
    }

    fn pairs(&self) -> Vec<(&str, String)> {
        vec![
            ("PORT", "0".to_owned()),
            ("HOST", "127.0.0.1".to_owned()),
            ("BUS_URL", self.bus_url.clone()),
            ("BUS_PREFIX", self.prefix.clone()),
            ("BUS_LEASE", "1s".to_owned()),
            ("DATABASE_URL", self.database_url()),
            // A kill is an attempt, too.
            ("CONSUMER_MAX_ATTEMPTS", "100".to_owned()),
        ]
    }

    fn database_url(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("service.sqlite").display())
    }

    async fn bus(&self) -> Arc<dyn Bus> {
        let config = Config::read(Reader::from_pairs(self.pairs())).unwrap();
        bus::open(&config.frame.bus).await.unwrap()
    }

    async fn database(&self) -> Database {
        let settings = DatabaseSettings {
            url: SecretString::from(self.database_url()),
            ..DatabaseSettings::default()
        };
        let database = Database::open(&settings).await.unwrap();
        database.migrate_frame().await.unwrap();
        database
    }

    fn program(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_journal"))
            .envs(self.pairs())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }
}

#[tokio::test]
async fn a_killed_program_goes_on_where_it_was() {
    for place in Place::all().await {
        let (bus, database) = (place.bus().await, place.database().await);
        let (kind, payload) = samples().remove(0);
        let events: Vec<_> = (0..EVENTS).map(|n| envelope(kind, &format!("k{n}"), payload.clone())).collect();
        bus.publish(&events).await.unwrap();
        for _ in 0..3 {
            let before = handled(&database).await;
            let mut program = place.program();
            until("begun", async || handled(&database).await > before || before == EVENTS).await;
            // SIGKILL: nothing can be put in order before the end.
            program.kill().unwrap();
            program.wait().unwrap();
        }
        let mut program = place.program();
        until("all handled", async || handled(&database).await == EVENTS).await;
        let id = program.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(program.wait().unwrap().success());
        assert_eq!(handled(&database).await, EVENTS);
        assert!(bus.dead_letters(NAME, 1).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn dead_letters_go_again_on_command() {
    for place in Place::all().await {
        let (bus, database) = (place.bus().await, place.database().await);
        let subscription = frame::bus::Subscription::new(NAME, samples().into_iter().map(|(kind, _)| kind));
        let consumer = bus.subscribe(&subscription).await.unwrap();
        let (kind, payload) = samples().remove(0);
        bus.publish(&[envelope(kind, "k", payload)]).await.unwrap();
        let wait = std::time::Duration::from_secs(5);
        let delivery = consumer.receive(1, wait).await.unwrap().remove(0);
        consumer.reject(&delivery, "for a test").await.unwrap();
        consumer.close().await.unwrap();
        let redrive = Command::new(env!("CARGO_BIN_EXE_journal"))
            .arg("redrive")
            .envs(place.pairs())
            .output()
            .unwrap();
        assert!(redrive.status.success(), "{redrive:?}");
        assert!(String::from_utf8_lossy(&redrive.stdout).contains("1 dead letters go again"), "{redrive:?}");
        let mut program = place.program();
        until("handled", async || handled(&database).await == 1).await;
        program.kill().unwrap();
        program.wait().unwrap();
    }
}

#[test]
fn a_bus_in_memory_has_no_dead_letters_to_be_reached_from_outside() {
    let redrive = Command::new(env!("CARGO_BIN_EXE_journal"))
        .arg("redrive")
        .env("BUS_URL", "memory:")
        .output()
        .unwrap();
    assert_eq!(redrive.status.code(), Some(1), "{redrive:?}");
    assert!(String::from_utf8_lossy(&redrive.stderr).contains("/operations/"), "{redrive:?}");
}
