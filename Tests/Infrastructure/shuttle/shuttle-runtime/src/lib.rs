//! The types of `shuttle-runtime` 0.57 that the entry point uses.

use std::collections::BTreeMap;
use std::net::SocketAddr;

pub use async_trait::async_trait;
pub use shuttle_codegen::main;

pub type CustomError = anyhow::Error;

#[derive(Debug)]
pub enum Error {
    Custom(CustomError),
}

impl From<CustomError> for Error {
    fn from(error: CustomError) -> Self {
        Self::Custom(error)
    }
}

pub struct SecretStore {
    secrets: BTreeMap<String, String>,
}

impl IntoIterator for SecretStore {
    type Item = (String, String);
    type IntoIter = <BTreeMap<String, String> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.secrets.into_iter()
    }
}

pub struct Secrets;

#[async_trait]
pub trait Service: Send {
    async fn bind(mut self, addr: SocketAddr) -> Result<(), Error>;
}

/// As the macro uses it: loads what the arguments ask for, then binds.
pub fn start<S: Service, F: Future<Output = Result<S, Error>>>(_: impl Fn(SecretStore) -> F) {}
