//! Runs the service until it is told to stop.

use std::process::ExitCode;

use frame::{Shutdown, telemetry};
use books::{Config, app};

#[tokio::main]
async fn main() -> ExitCode {
    frame::main(async {
        let config = Config::from_env()?;
        telemetry::init(&config.frame.log)?;
        let bound = app(&config).await?.bind().await?;
        bound.run(Shutdown::on_signals()).await
    })
    .await
}
