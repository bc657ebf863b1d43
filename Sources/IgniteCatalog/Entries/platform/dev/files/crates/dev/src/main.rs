//! `cargo run -p dev`: the whole platform in one process, until Ctrl-C.

use std::process::ExitCode;

use frame::config::Reader;
use frame::{Shutdown, telemetry};

#[tokio::main]
async fn main() -> ExitCode {
    frame::main(async {
        telemetry::init(&dev::log(&mut Reader::from_env()))?;
        let platform = dev::start(Reader::from_env).await?;
        print!("{platform}");
        platform.run(Shutdown::on_signals()).await
    })
    .await
}
