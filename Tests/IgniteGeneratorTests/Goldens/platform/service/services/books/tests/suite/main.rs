//! The tests of the service, in one program.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod harness;
mod process;
mod service;
mod book;
