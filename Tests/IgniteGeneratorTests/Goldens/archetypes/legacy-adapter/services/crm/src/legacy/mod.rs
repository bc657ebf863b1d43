//! What comes over from the legacy system, and where it goes; `translation.toml` says how.

pub mod customer;
pub mod order;

use std::sync::Arc;

use frame::config::Reader;
use frame::integration::Scheme;
use frame::integration::Integration;
use frame::legacy::{Adapter, KindSpec, LegacySettings, Protocol, RestSource, Target, Translation};
use frame::metrics::CallMetrics;
use frame::resilience::PolicySettings;
use frame::{Database, Error, Publisher};

/// What comes over, each after what it refers to.
pub static KINDS: &[&KindSpec] = &[
    &customer::SPEC,
    &order::SPEC,
];

/// How the legacy system is talked to.
pub const PROTOCOL: Protocol = Protocol::Rest;

/// Reads where the legacy system is.
pub fn settings(reader: &mut Reader) -> LegacySettings {
    let policy = PolicySettings::read(reader, PolicySettings::default());
    let scheme = Scheme::Bearer;
    let url = Some("https://legacy.example.com/api");
    LegacySettings::read(reader, url, scheme, policy)
}

/// The translation that the settings name, or the one that the program was built with.
///
/// # Errors
/// A file that cannot be read, or every line of it that is wrong.
pub fn translation(settings: &LegacySettings) -> Result<Translation, Error> {
    let (name, text) = match &settings.translation {
        None => ("translation.toml".to_owned(), include_str!("../../translation.toml").to_owned()),
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|error| Error::Internal(format!("{name}: {error}")))?;
            (name, text)
        }
    };
    Ok(Translation::parse(&name, &text, KINDS, PROTOCOL)?)
}

/// Brings over what the legacy system holds.
///
/// # Errors
/// A translation that is wrong, or a client that cannot be made.
pub fn adapter(
    settings: &LegacySettings,
    database: &Database,
    publisher: &Arc<dyn Publisher>,
    metrics: &CallMetrics,
) -> Result<Adapter, Error> {
    let translation = translation(settings)?;
    let source = RestSource::new(Integration::new(settings.system.clone(), metrics)?);
    let targets: Vec<Arc<dyn Target>> = vec![
        Arc::new(customer::Records::new(publisher)),
        Arc::new(order::Records::new(publisher)),
    ];
    Adapter::new(database.clone(), translation, source, targets, settings.clone())
}
