//! `cargo run -p dev`: the whole platform in one process, until Ctrl-C.

use std::process::ExitCode;

use frame::config::{Defaults, LogFormat, Reader, Settings};
use frame::{Shutdown, telemetry};

#[tokio::main]
async fn main() -> ExitCode {
    frame::main(async {
        let mut reader = Reader::from_env();
        reader.default_to("LOG_REDACT", "email");
        let format = reader.or("LOG_FORMAT", LogFormat::Plain);
        let defaults = Defaults { name: "dev", port: 0 };
        let mut log = Settings::read(&mut reader, defaults).log;
        reader.finish()?;
        log.format = format;
        telemetry::init(&log)?;
        let platform = dev::start(at_home).await?;
        print!("{platform}");
        platform.run(Shutdown::on_signals()).await
    })
    .await
}

/// The environment, but that only this machine is listened to unless `HOST` says more.
fn at_home() -> Reader {
    let mut reader = Reader::from_env();
    reader.default_to("HOST", "127.0.0.1");
    reader
}
