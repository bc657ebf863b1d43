//! The program itself, killed in the middle of publishing: what was taken in is published.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use frame::bus::{self, Subscription};
use frame::config::Reader;
use frame::testing;
use serde_json::Value;
use scanners::Config;
use scanners::presentation::ingest::PATH;
use tempfile::TempDir;

use crate::ingest::{TYPES, incoming};

/// How often everything is sent.
const ROUNDS: usize = 40;

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
        let database = self.folder.path().join("service.sqlite");
        vec![
            ("PORT", "0".to_owned()),
            ("HOST", "127.0.0.1".to_owned()),
            ("LOG_FORMAT", "json".to_owned()),
            ("LOG_LEVEL", "info".to_owned()),
            ("BUS_URL", self.bus_url.clone()),
            ("BUS_PREFIX", self.prefix.clone()),
            ("OUTBOX_LEASE", "1s".to_owned()),
            ("OUTBOX_BATCH", "5".to_owned()),
            ("OUTBOX_POLL", "50ms".to_owned()),
            ("DATABASE_URL", format!("sqlite://{}", database.display())),
        ]
    }

    /// Starts the program and gives its address.
    fn program(&self) -> (Child, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_scanners"))
            .envs(self.pairs())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, rest) = line.split_once("\"address\":\"")?;
            Some(rest.split_once('"')?.0.to_owned())
        });
        // What it goes on to say must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        (program, address.unwrap())
    }
}

#[tokio::test]
async fn what_a_killed_program_took_in_is_published() {
    for place in Place::all().await {
        let config = Config::read(Reader::from_pairs(place.pairs())).unwrap();
        let bus = bus::open(&config.frame.bus).await.unwrap();
        let consumer = bus.subscribe(&Subscription::new("test", TYPES.to_vec())).await.unwrap();
        let client = reqwest::Client::new();
        let (mut accepted, mut heard) = (HashSet::new(), HashSet::new());
        for _ in 0..3 {
            let (mut program, address) = place.program();
            for _ in 0..ROUNDS {
                let request = client.post(format!("http://{address}{PATH}")).json(&incoming());
                let answer: Value = request.send().await.unwrap().json().await.unwrap();
                let ids: Vec<String> = serde_json::from_value(answer["ids"].clone()).unwrap();
                accepted.extend(ids);
            }
            // SIGKILL: nothing can be put in order before the end.
            program.kill().unwrap();
            program.wait().unwrap();
        }
        let (mut program, _) = place.program();
        while heard.len() < accepted.len() {
            let deliveries = consumer.receive(100, Duration::from_secs(20)).await.unwrap();
            assert!(!deliveries.is_empty(), "{} of {} were heard", heard.len(), accepted.len());
            for delivery in deliveries {
                consumer.ack(&delivery).await.unwrap();
                heard.insert(delivery.envelope.id.to_string());
            }
        }
        assert_eq!(heard, accepted);
        let id = program.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(program.wait().unwrap().success());
    }
}
