use std::path::PathBuf;
use std::time::Duration;

use crate::config::Reader;
use crate::integration::{IntegrationSettings, NoticeSettings, Scheme};
use crate::resilience::PolicySettings;

/// Where the legacy system is and how it is read.
#[derive(Debug, Clone)]
pub struct LegacySettings {
    /// `LEGACY_BASE_URL` and its secrets: where it is over HTTP.
    pub system: IntegrationSettings,
    /// `LEGACY_FOLDER`: where it drops files.
    pub folder: Option<PathBuf>,
    /// `LEGACY_POLL`: how often it is asked; only on request if absent.
    pub poll: Option<Duration>,
    /// `LEGACY_LEASE`: how long an instance that died keeps the others away.
    pub lease: Duration,
    /// `LEGACY_SETTLE`: how long a file must not have changed.
    pub settle: Duration,
    /// `LEGACY_LARGEST_FILE`: how many bytes a file may have.
    pub largest_file: u64,
    /// `LEGACY_TRANSLATION`: a translation in place of the one that the program was built with.
    pub translation: Option<PathBuf>,
    /// `LEGACY_WEBHOOK_…`: how its notices are checked.
    pub notices: NoticeSettings,
}

impl LegacySettings {
    /// Reads the variables.
    pub fn read(
        reader: &mut Reader,
        url: Option<&str>,
        scheme: Scheme,
        policy: PolicySettings,
    ) -> Self {
        let system = IntegrationSettings::new("legacy", "LEGACY", policy);
        Self {
            system: system.read(reader, url, scheme),
            folder: reader
                .optional::<String>("LEGACY_FOLDER")
                .map(PathBuf::from),
            poll: reader.optional("LEGACY_POLL"),
            lease: reader.or("LEGACY_LEASE", Duration::from_secs(30)),
            settle: reader.or("LEGACY_SETTLE", Duration::from_secs(5)),
            largest_file: reader.or("LEGACY_LARGEST_FILE", 256 * 1024 * 1024),
            translation: reader
                .optional::<String>("LEGACY_TRANSLATION")
                .map(PathBuf::from),
            notices: NoticeSettings::read(reader, "legacy", "LEGACY"),
        }
    }
}
