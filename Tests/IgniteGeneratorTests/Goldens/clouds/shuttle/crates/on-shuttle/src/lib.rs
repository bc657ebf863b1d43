//! The whole platform as one service of Shuttle, which had room for one in a workspace. What others
//! may call answers at Shuttle's address; all other services answer inside the container alone.

use std::net::SocketAddr;

use frame::config::Reader;
use frame::{Error, Shutdown};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// What the variables of the services begin with that face the internet; the first one does here.
const PUBLIC: &[&str] = &[
    "ORDERS_",
];

/// The environment of the platform: the secrets, and where it listens.
#[must_use]
pub fn variables(
    secrets: impl IntoIterator<Item = (String, String)>,
    address: SocketAddr,
) -> Vec<(String, String)> {
    let mut variables = vec![("HOST".to_owned(), "127.0.0.1".to_owned())];
    if let Some(prefix) = PUBLIC.first() {
        variables.push((format!("{prefix}HOST"), address.ip().to_string()));
        variables.push((format!("{prefix}PORT"), address.port().to_string()));
    }
    variables.extend(secrets);
    variables
}

/// Answers requests at `address` until the container is told to stop.
///
/// # Errors
/// A setting without meaning, a database that cannot be opened, the first failure of a service.
pub async fn serve(
    secrets: impl IntoIterator<Item = (String, String)>,
    address: SocketAddr,
) -> Result<(), Error> {
    let variables = variables(secrets, address);
    // What services are put together from stays on its thread.
    let runtime = Handle::current();
    let running = spawn_blocking(move || {
        runtime.block_on(async {
            let platform = dev::start(|| Reader::from_pairs(variables.clone())).await?;
            platform.run(Shutdown::on_signals()).await
        })
    });
    running
        .await
        .unwrap_or_else(|error| Err(Error::Internal(error.to_string())))
}
