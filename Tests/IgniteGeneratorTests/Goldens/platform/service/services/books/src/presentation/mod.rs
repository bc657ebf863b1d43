//! How the service is reached.

pub mod rest;
