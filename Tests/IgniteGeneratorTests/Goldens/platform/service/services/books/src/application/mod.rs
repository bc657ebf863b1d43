//! What the service can do, whatever the protocol.

pub mod book;

/// Every use case of the service.
#[derive(Clone)]
pub struct Application {
    pub book: book::BookUseCases,
}
