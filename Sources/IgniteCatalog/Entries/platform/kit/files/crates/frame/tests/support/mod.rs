//! What several tests need.
#![allow(dead_code)]

use frame::{Envelope, Event};
use serde::{Deserialize, Serialize};

/// The n-th event of a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    pub key: String,
    pub n: u32,
}

impl Event for Counted {
    const TYPE: &'static str = "Counted";
    const VERSION: u32 = 1;

    fn key(&self) -> String {
        self.key.clone()
    }
}

pub fn counted(key: &str, n: u32) -> Envelope {
    let key = key.to_owned();
    Envelope::of("test", &Counted { key, n }).unwrap()
}

pub fn number(envelope: &Envelope) -> u32 {
    envelope.decode::<Counted>().unwrap().n
}
