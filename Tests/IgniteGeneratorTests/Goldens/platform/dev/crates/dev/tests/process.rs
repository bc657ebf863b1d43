//! The program itself: it says where everything is, and ends cleanly when it is told to.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn it_stops_when_it_is_told_to() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_dev"))
        .env("PORT", "0")
        .env("HOST", "127.0.0.1")
        .env("LOG_LEVEL", "info")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("  http://")));
    assert!(lines.any(|line| line.unwrap().contains("serving")));
    let id = program.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    lines.for_each(drop);
    assert!(program.wait().unwrap().success());
}
