//! What the service can do, whatever the protocol.

pub mod announcements;
pub mod customer;
pub mod order;

/// Every use case of the service.
#[derive(Clone)]
pub struct Application {
    pub customer: customer::CustomerUseCases,
    pub order: order::OrderUseCases,
    pub announcements: announcements::Announcements,
}
