//! Flags of the environment: `FLAGS`, as `new-greeting=on,beta=25%,orders-maintenance=off`, and the
//! file that `FLAGS_FILE` names, one flag a line, which is read again while the service runs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;

use super::settings::{percent, share};
use super::{FlagContext, FlagProvider};
use crate::config::Reader;
use crate::{Error, Result};

/// Where flags are written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnvSettings {
    /// `FLAGS`: flags and what they are.
    pub flags: BTreeMap<String, Switch>,
    /// `FLAGS_FILE`: a file with more of them, which counts where both name a flag.
    pub file: Option<PathBuf>,
}

impl EnvSettings {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let text: Vec<String> = reader.or("FLAGS", Vec::new());
        let flags = parsed(text.iter().map(String::as_str)).unwrap_or_else(|_| {
            let expected = "flags such as new-greeting=on,beta=25%";
            reader.problem("FLAGS", "cannot be read", expected);
            BTreeMap::new()
        });
        let file: Option<String> = reader.optional("FLAGS_FILE");
        Self {
            flags,
            file: file.map(PathBuf::from),
        }
    }

    /// The flags of this environment.
    ///
    /// # Errors
    /// A file that is not there or cannot be read.
    pub fn open(&self, _service: &str) -> Result<Arc<dyn FlagProvider>> {
        let flags = EnvFlags::new(self.clone());
        flags.reload()?;
        Ok(Arc::new(flags))
    }
}

/// What is written down about a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On for everybody or for nobody.
    All(bool),
    /// On for so many of a hundred callers, always the same.
    Share(u32),
}

impl Switch {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "on" | "true" => Some(Self::All(true)),
            "off" | "false" => Some(Self::All(false)),
            share => percent(share).map(Self::Share),
        }
    }
}

/// Flags that are written down on this machine.
#[derive(Debug)]
pub struct EnvFlags {
    settings: EnvSettings,
    flags: RwLock<BTreeMap<String, Switch>>,
}

impl EnvFlags {
    /// The flags of the variable; those of the file come with the first refresh.
    #[must_use]
    pub fn new(settings: EnvSettings) -> Self {
        let flags = RwLock::new(settings.flags.clone());
        Self { settings, flags }
    }

    fn reload(&self) -> Result<()> {
        let Some(file) = &self.settings.file else {
            return Ok(());
        };
        let fail = |reason: String| Error::Unavailable(format!("{}: {reason}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| fail(error.to_string()))?;
        let lines = text.lines().map(|line| match line.split_once('#') {
            Some((before, _)) => before.trim(),
            None => line.trim(),
        });
        let told = parsed(lines.filter(|line| !line.is_empty())).map_err(fail)?;
        let mut flags = self.settings.flags.clone();
        flags.extend(told);
        *self.flags.write().unwrap_or_else(PoisonError::into_inner) = flags;
        Ok(())
    }
}

#[async_trait]
impl FlagProvider for EnvFlags {
    fn evaluate(&self, flag: &str, context: &FlagContext) -> Option<bool> {
        let flags = self.flags.read().unwrap_or_else(PoisonError::into_inner);
        Some(match *flags.get(flag)? {
            Switch::All(is_on) => is_on,
            Switch::Share(percent) => share(flag, context, percent),
        })
    }

    fn known(&self) -> Vec<String> {
        let flags = self.flags.read().unwrap_or_else(PoisonError::into_inner);
        flags.keys().cloned().collect()
    }

    async fn refresh(&self) -> Result<()> {
        self.reload()
    }
}

/// The flags of texts such as `beta = 25%`, or the first text that is none.
fn parsed<'t>(texts: impl Iterator<Item = &'t str>) -> Result<BTreeMap<String, Switch>, String> {
    let mut flags = BTreeMap::new();
    for text in texts {
        let pair = text.split_once('=').and_then(|(name, switch)| {
            let name = name.trim();
            let switch = Switch::parse(switch.trim())?;
            (!name.is_empty()).then(|| (name.to_owned(), switch))
        });
        let (name, switch) = pair.ok_or_else(|| format!("`{text}` is no flag"))?;
        flags.insert(name, switch);
    }
    Ok(flags)
}
