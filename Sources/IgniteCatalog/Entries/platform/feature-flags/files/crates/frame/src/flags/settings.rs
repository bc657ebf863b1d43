use std::time::Duration;

use super::{FlagContext, bucket};
use crate::config::{Reader, Setting};

/// What a flag is that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlagDefault {
    /// On.
    Enabled,
    /// Off.
    #[default]
    Disabled,
    /// On for so many of a hundred callers, always the same.
    Gradual(u32),
}

impl FlagDefault {
    /// Whether such a flag is on here.
    #[must_use]
    pub fn is_on(self, flag: &str, context: &FlagContext) -> bool {
        match self {
            Self::Enabled => true,
            Self::Disabled => false,
            Self::Gradual(percent) => share(flag, context, percent),
        }
    }
}

impl Setting for FlagDefault {
    const EXPECTED: &'static str = "enabled, disabled, gradual or a share such as 25%";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "enabled" => Some(Self::Enabled),
            "disabled" => Some(Self::Disabled),
            "gradual" => Some(Self::Gradual(50)),
            share => percent(share).map(Self::Gradual),
        }
    }
}

/// Whether a caller belongs to so many of a hundred.
pub(super) fn share(flag: &str, context: &FlagContext, percent: u32) -> bool {
    let place = match context.sticks_to() {
        Some(id) => bucket(flag, id),
        None => fastrand::u32(1..=100),
    };
    place <= percent
}

/// The number of a share such as `25%`.
pub(super) fn percent(text: &str) -> Option<u32> {
    let number = text.strip_suffix('%')?.trim().parse().ok()?;
    (number <= 100).then_some(number)
}

/// How flags are kept up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagSettings {
    /// `FLAGS_DEFAULT`: what a flag is that nobody knows.
    pub default: FlagDefault,
    /// `FLAGS_SYNC`: how often the provider is asked.
    pub sync: Duration,
}

impl Default for FlagSettings {
    fn default() -> Self {
        Self {
            default: FlagDefault::default(),
            sync: Duration::from_secs(30),
        }
    }
}

impl FlagSettings {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let base = Self::default();
        let settings = Self {
            default: reader.or("FLAGS_DEFAULT", base.default),
            sync: reader.or("FLAGS_SYNC", base.sync),
        };
        if settings.sync < Duration::from_millis(10) {
            reader.problem("FLAGS_SYNC", "is too short", "a time such as 30s");
        }
        settings
    }
}
