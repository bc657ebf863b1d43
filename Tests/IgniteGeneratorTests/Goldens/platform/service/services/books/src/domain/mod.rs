//! What the service is about: no storage, no protocol.

pub mod book;
