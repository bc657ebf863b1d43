//! What Shuttle started: it hands over the secrets and the address to listen on.

use std::net::SocketAddr;

use shuttle_runtime::{CustomError, SecretStore};

struct Platform(SecretStore);

#[shuttle_runtime::async_trait]
impl shuttle_runtime::Service for Platform {
    async fn bind(mut self, address: SocketAddr) -> Result<(), shuttle_runtime::Error> {
        let ended = on_shuttle::serve(self.0, address).await;
        ended.map_err(|error| CustomError::new(error).into())
    }
}

#[shuttle_runtime::main]
async fn main(
    #[shuttle_runtime::Secrets] secrets: SecretStore,
) -> Result<Platform, shuttle_runtime::Error> {
    Ok(Platform(secrets))
}
