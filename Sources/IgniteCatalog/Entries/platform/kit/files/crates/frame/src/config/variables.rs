use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};

use super::Reader;

/// Variables that only one kind of bus or store has.
///
/// ```
/// use frame::config::Variables;
/// use secrecy::SecretString;
///
/// let variables: Variables = [("REGION", SecretString::from("north"))].into_iter().collect();
/// assert_eq!(variables.get("REGION"), Some("north"));
/// assert_eq!(variables.get("ZONE"), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Variables(BTreeMap<&'static str, SecretString>);

impl FromIterator<(&'static str, SecretString)> for Variables {
    fn from_iter<I: IntoIterator<Item = (&'static str, SecretString)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Variables {
    /// Reads those of these names that are set.
    pub fn read(&mut self, reader: &mut Reader, names: &[&[&'static str]]) {
        for name in names.iter().copied().flatten() {
            if let Some(value) = reader.optional::<String>(name) {
                self.0.insert(name, SecretString::from(value));
            }
        }
    }

    /// The value of one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.expose_secret())
    }

    /// Forgets one.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }
}
