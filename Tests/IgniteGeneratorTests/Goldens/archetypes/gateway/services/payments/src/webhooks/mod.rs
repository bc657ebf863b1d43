//! What external systems tell by themselves, signed, at `/webhooks/NAME`.

pub mod stripe;

use std::sync::Arc;

use axum::Router;
use frame::Database;
use frame::Publisher;
use frame::config::Reader;
use frame::integration::{NoticeSettings, Notices};

use self::stripe::OnStripe;

/// How their notices are checked.
#[derive(Debug, Clone)]
pub struct Settings {
    pub stripe: NoticeSettings,
}

impl Settings {
    /// Reads secrets from variables such as `STRIPE_WEBHOOK_SECRET`.
    pub fn read(reader: &mut Reader) -> Self {
        Self {
            stripe: NoticeSettings::read(reader, "stripe", "STRIPE"),
        }
    }
}

/// The routes that take notices in.
pub fn routes(settings: &Settings, database: &Database, publisher: &Arc<dyn Publisher>) -> Router {
    Router::new()
        .merge(
            Notices::new(
                settings.stripe.clone(),
                database.clone(),
                OnStripe::new(publisher),
            )
            .routes("/webhooks/stripe"),
        )
}
