//! What several tests need.
#![allow(dead_code)]

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use frame::{Envelope, Event, Handler, HandlerError};
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

/// Fails or gives up as the number says, and remembers what it saw.
#[derive(Clone, Default)]
pub struct Seen(pub Arc<Mutex<Vec<u32>>>);

#[async_trait]
impl Handler for Seen {
    async fn handle(&self, envelope: &Envelope) -> Result<(), HandlerError> {
        let number = number(envelope);
        self.0.lock().unwrap().push(number);
        match number {
            7 => Err(HandlerError::Retry("later".to_owned())),
            13 => Err(HandlerError::Reject("never".to_owned())),
            _ => Ok(()),
        }
    }
}

/// An authority, a certificate of it for this machine, and another authority that knows nobody; absent
/// where openssl is missing.
pub fn certificates(folder: &Path) -> Option<()> {
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(folder)
            .output()
            .ok()?;
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl: {told}");
        Some(())
    };
    for name in ["authority", "stranger"] {
        let (key, out, subject) = (
            format!("{name}.key"),
            format!("{name}.pem"),
            format!("/CN={name}"),
        );
        openssl(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            &key,
            "-out",
            &out,
            "-subj",
            &subject,
        ])?;
    }
    openssl(&[
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
        "-subj",
        "/CN=server",
    ])?;
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
    std::fs::write(folder.join("names"), names).unwrap();
    openssl(&[
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "authority.pem",
        "-CAkey",
        "authority.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "names",
        "-out",
        "server.pem",
    ])
}
