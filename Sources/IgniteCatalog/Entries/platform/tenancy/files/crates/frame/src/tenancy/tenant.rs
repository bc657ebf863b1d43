use std::fmt;

use crate::config::Setting;

/// The name of a tenant: 1 to 30 lower-case letters, digits and single hyphens between them, a letter
/// first. So it is harmless in hosts, paths, files and the names of databases.
///
/// ```
/// use frame::tenancy::Tenant;
///
/// assert!(Tenant::parse("acme-2").is_some());
/// assert!(Tenant::parse("../acme").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tenant(String);

impl Tenant {
    /// The tenant of this name; `None` when it cannot be one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let is_sound = (1..=30).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && !name.ends_with('-')
            && !name.contains("--")
            && name
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        is_sound.then(|| Self(name.to_owned()))
    }

    /// The name of what belongs to a tenant of a service, for databases: letters, digits and `_`.
    /// No two are the same, since no name holds an underscore.
    #[must_use]
    pub fn place_in(&self, service: &str) -> String {
        format!("{service}__{}", self.0).replace('-', "_")
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Tenant {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Setting for Tenant {
    const EXPECTED: &'static str = "a name of lower-case letters, digits and hyphens";

    fn parse(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_names_are_names() {
        for name in ["a", "acme", "acme-2", "a-b-c", &"a".repeat(30)] {
            assert!(Tenant::parse(name).is_some(), "{name}");
        }
        for name in [
            "",
            "-",
            "Acme",
            "acme-",
            "-acme",
            "2acme",
            "a--b",
            "a_b",
            "a.b",
            "a/b",
            "../a",
            "a b",
            "a\"b",
            "a'b",
            "a;b",
            "a\0b",
            "ä",
            "a%2e",
            &"a".repeat(31),
        ] {
            assert!(Tenant::parse(name).is_none(), "{name}");
        }
    }

    #[test]
    fn places_tell_tenants_and_services_apart() {
        let place = |service, tenant| Tenant::parse(tenant).map(|t| t.place_in(service));
        assert_eq!(
            place("order-book", "acme-2").as_deref(),
            Some("order_book__acme_2")
        );
        assert_ne!(place("a", "b-c"), place("a-b", "c"));
    }
}
