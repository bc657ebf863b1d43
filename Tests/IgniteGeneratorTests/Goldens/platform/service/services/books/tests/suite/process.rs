//! The program itself: it starts, answers, and ends cleanly when it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn it_drains_when_it_is_told_to_stop() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_books"))
        .env("PORT", "0")
        .env("HOST", "127.0.0.1")
        .env("LOG_FORMAT", "json")
        .env("LOG_LEVEL", "info")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| address(&line.unwrap())).unwrap();

    let mut stream = TcpStream::connect(address).unwrap();
    let request = "GET /health/ready HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    let id = program.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(lines.any(|line| line.unwrap().contains("draining")));
    lines.for_each(drop);
    assert!(program.wait().unwrap().success());
}

#[test]
fn it_does_not_start_with_a_wrong_setting() {
    let program = Command::new(env!("CARGO_BIN_EXE_books"))
        .env("PORT", "none")
        .output()
        .unwrap();
    assert_eq!(program.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&program.stderr).contains("PORT"));
}

/// The address in a line of the log, where it says one.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("\"address\":\"")?;
    let (address, _) = rest.split_once('"')?;
    Some(address.to_owned())
}
