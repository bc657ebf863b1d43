//! Changes of texts that several people write at once.

pub mod note;

use axum::Router;
use frame::Database;

use crate::application::Application;

/// The routes of all such texts.
pub fn routes(application: &Application, database: &Database) -> Router {
    Router::new()
        .merge(note::routes(&application.note, database))
}
