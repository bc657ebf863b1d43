//! What the environment decides.

use frame::config::{ConfigError, Defaults, Reader, Settings};

/// The settings of the service, all of them checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub frame: Settings,
    pub docs: frame::docs::DocsSettings,
}

impl Config {
    /// # Errors
    /// Every variable that is missing or has no meaning.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(Reader::from_env())
    }

    /// # Errors
    /// Every variable that is missing or has no meaning.
    pub fn read(mut reader: Reader) -> Result<Self, ConfigError> {
        reader.default_to("HTTP_RATE_LIMIT_RPS", "1000");
        reader.default_to("HTTP_RATE_LIMIT_BURST", "100");
        reader.default_to("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
        reader.default_to("OTEL_TRACES_SAMPLER_ARG", "1.0");
        let frame = Settings::read(
            &mut reader,
            Defaults {
                name: crate::NAME,
                port: 11521,
            },
        );
        let docs = frame::docs::DocsSettings::read(&mut reader);
        reader.finish()?;
        Ok(Self {
            frame,
            docs,
        })
    }
}
