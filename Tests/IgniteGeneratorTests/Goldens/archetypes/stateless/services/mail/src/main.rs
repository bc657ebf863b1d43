//! Runs the service until it is told to stop.

use std::process::ExitCode;

use frame::bus;
use frame::{Shutdown, telemetry};
use mail::{Config, app};

#[tokio::main]
async fn main() -> ExitCode {
    frame::main(async {
        let config = Config::from_env()?;
        telemetry::init(&config.frame.log)?;
        let bus = bus::open(&config.frame.bus).await?;
        let bound = app(&config, bus).await?.bind().await?;
        bound.run(Shutdown::on_signals()).await
    })
    .await
}
