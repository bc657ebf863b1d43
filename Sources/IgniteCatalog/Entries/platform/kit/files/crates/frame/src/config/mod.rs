//! The environment, read with types; every problem is found before the service starts.
//!
//! ```
//! use std::time::Duration;
//!
//! let mut reader = frame::Reader::from_pairs([("PORT", "80a"), ("TIMEOUT", "30s")]);
//! let port: u16 = reader.or("PORT", 8080);
//! let timeout: Duration = reader.or("TIMEOUT", Duration::from_secs(5));
//! let name: String = reader.required("NAME");
//! assert_eq!(timeout, Duration::from_secs(30));
//! let Err(error) = reader.finish() else { unreachable!() };
//! assert_eq!(error.problems().len(), 2);
//! # let _ = (port, name);
//! ```

mod settings;
mod telemetry;
mod variables;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
pub use settings::{
    BusSettings, ConsumerSettings, DatabaseSettings, Defaults, HttpSettings, IdempotencySettings,
    IdempotencyStorage, IntakeSettings, JobSettings, LogFormat, LogSettings, RelaySettings,
    Settings,
};
pub use telemetry::TelemetrySettings;
use url::Url;
pub use variables::Variables;

const DAY_MS: u64 = 86_400_000;

/// A type that a variable of the environment can have.
pub trait Setting: Sized {
    /// What a person should write, as `a number from 0 to 65535`.
    const EXPECTED: &'static str;

    /// The value, or `None` when the text is not one.
    fn parse(text: &str) -> Option<Self>;
}

/// One variable that is missing or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The variable's name.
    pub name: String,
    /// What is wrong; never its value.
    pub reason: String,
    /// What would be right.
    pub expected: &'static str,
}

/// Every problem of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(Vec<ConfigProblem>);

impl ConfigError {
    /// The problems in the order they were met.
    #[must_use]
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.0
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the environment has {} problem(s):", self.0.len())?;
        for problem in &self.0 {
            let ConfigProblem {
                name,
                reason,
                expected,
            } = problem;
            write!(f, "\n  {name} {reason}; expected {expected}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Reads variables and remembers what was wrong with them.
#[derive(Debug)]
pub struct Reader {
    variables: BTreeMap<String, String>,
    defaults: BTreeMap<String, String>,
    prefix: String,
    problems: Vec<ConfigProblem>,
}

impl Reader {
    /// Reads the environment of this process.
    #[must_use]
    pub fn from_env() -> Self {
        Self::from_pairs(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))
    }

    /// Reads the given pairs instead of the environment.
    #[must_use]
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self {
            variables: pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            defaults: BTreeMap::new(),
            prefix: String::new(),
            problems: Vec::new(),
        }
    }

    /// Looks for `prefix` + name first, so that several services can share one environment.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Reads `value` where the environment has neither the prefixed nor the plain name.
    pub fn default_to(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.defaults.insert(name.into(), value.into());
    }

    /// The value of a variable; an empty one counts as not set.
    pub fn optional<T: Setting>(&mut self, name: &str) -> Option<T> {
        let (name, text) = self.find(name)?;
        let value = T::parse(&text);
        if value.is_none() {
            self.problem(name, "cannot be read", T::EXPECTED);
        }
        value
    }

    /// The value of a variable, or `default` when it is not set.
    pub fn or<T: Setting>(&mut self, name: &str, default: T) -> T {
        self.optional(name).unwrap_or(default)
    }

    /// The value of a variable that must be set; a placeholder stands in until [`Self::finish`].
    pub fn required<T: Setting + Default>(&mut self, name: &str) -> T {
        if self.find(name).is_none() {
            self.problem(name.to_owned(), "is not set", T::EXPECTED);
        }
        self.optional(name).unwrap_or_default()
    }

    /// A secret that must be set; it is wiped from memory when dropped and never printed.
    pub fn required_secret(&mut self, name: &str) -> SecretString {
        SecretString::from(self.required::<String>(name))
    }

    /// A secret, or `default` when it is not set.
    pub fn secret_or(&mut self, name: &str, default: &str) -> SecretString {
        SecretString::from(self.or(name, default.to_owned()))
    }

    /// The URL of a server, or `default`; its password may be in a variable of its own, since what
    /// keeps passwords knows no URLs. A password in the URL counts.
    pub fn server_or(&mut self, name: &str, password: &str, default: &str) -> SecretString {
        let url = self.secret_or(name, default);
        let Some(secret) = self.optional::<String>(password) else {
            return url;
        };
        let Some(told) = with_password(url.expose_secret(), &secret) else {
            self.problem(
                password,
                format!("does not fit into {name}"),
                "a URL with a host",
            );
            return url;
        };
        SecretString::from(told)
    }

    /// Records a problem the types cannot see, as two values that contradict each other.
    pub fn problem(
        &mut self,
        name: impl Into<String>,
        reason: impl Into<String>,
        expected: &'static str,
    ) {
        self.problems.push(ConfigProblem {
            name: name.into(),
            reason: reason.into(),
            expected,
        });
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem met.
    pub fn finish(self) -> Result<(), ConfigError> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError(self.problems))
        }
    }

    fn find(&self, name: &str) -> Option<(String, String)> {
        let prefixed = format!("{}{name}", self.prefix);
        let places = [
            (prefixed, &self.variables),
            (name.to_owned(), &self.variables),
            (name.to_owned(), &self.defaults),
        ];
        places.into_iter().find_map(|(name, values)| {
            let text = values.get(&name)?.trim();
            (!text.is_empty()).then(|| (name, text.to_owned()))
        })
    }
}

macro_rules! parsed {
    ($($type:ty => $expected:literal),+ $(,)?) => {$(
        impl Setting for $type {
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )+};
}

parsed! {
    String => "a text",
    u16 => "a number from 0 to 65535",
    u32 => "a number from 0 to 4294967295",
    u64 => "a number that is not negative",
    usize => "a number that is not negative",
    i64 => "a whole number",
    f64 => "a number",
    IpAddr => "an address such as 127.0.0.1",
}

impl Setting for bool {
    const EXPECTED: &'static str = "true or false";

    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        }
    }
}

impl Setting for Duration {
    const EXPECTED: &'static str = "a duration such as 500ms, 30s, 5m, 2h or 7d, at most 3650d";

    fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = text.get(..digits)?.parse().ok()?;
        let millis = match text.get(digits..)?.trim_start() {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => DAY_MS,
            _ => return None,
        };
        let millis = number.checked_mul(millis)?;
        // Far from what would overflow when it is added to the present.
        (millis <= 3_650 * DAY_MS).then(|| Self::from_millis(millis))
    }
}

impl Setting for Vec<String> {
    const EXPECTED: &'static str = "texts with commas between them";

    fn parse(text: &str) -> Option<Self> {
        let parts = text.split(',').map(str::trim).filter(|s| !s.is_empty());
        Some(parts.map(str::to_owned).collect())
    }
}

/// A URL with a password where it has none; absent when it is no URL. Where there is no host, as in
/// `memory:`, there is nobody to show it to.
fn with_password(url: &str, password: &str) -> Option<String> {
    // Several hosts, as a cluster has them, are one too many for a URL: the first stands for all.
    let hosts = url.rfind('@').map_or(0, |at| at + 1);
    let (head, rest) = match url[hosts..].find(',') {
        Some(comma) if Url::parse(url).is_err() => url.split_at(hosts + comma),
        _ => (url, ""),
    };
    let mut parsed = Url::parse(head).ok()?;
    // A percent sign of the password is none of the URL.
    let secret = password.replace('%', "%25");
    if parsed.password().is_some() || parsed.set_password(Some(&secret)).is_err() {
        return Some(url.to_owned());
    }
    Some(format!("{parsed}{rest}"))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn passwords_come_into_urls_that_have_none() {
        let read = |url: &str, password: &str| {
            let mut reader = Reader::from_pairs([("URL", url), ("PASSWORD", password)]);
            let url = reader.server_or("URL", "PASSWORD", "memory:");
            (url.expose_secret().to_owned(), reader.finish().is_ok())
        };
        let url = "postgres://bus@db:5432/bus?sslmode=require";
        assert_eq!(
            read(url, "p@ss:w/rd%"),
            (url.replace("bus@", "bus:p%40ss%3Aw%2Frd%25@"), true)
        );
        let cluster = "kafkas://me@b-1.example.com:9096,b-2.example.com:9096";
        assert_eq!(
            read(cluster, "a,%41@"),
            (cluster.replace("me@", "me:a,%2541%40@"), true)
        );
        assert_eq!(read("rediss://cache", "x").0, "rediss://:x@cache",);
        let given = "postgres://bus:theirs@db/bus";
        for (url, password) in [
            (url, ""),
            (given, "ours"),
            ("memory:", "x"),
            ("sqlite::memory:", "x"),
        ] {
            assert_eq!(read(url, password), (url.to_owned(), true), "{url}");
        }
        assert!(!read("no URL", "x").1);
    }

    #[test]
    fn reads_every_type() {
        let mut reader = Reader::from_pairs([
            ("FLAG", "Yes"),
            ("OFF", "0"),
            ("LIST", "a, b,,c"),
            ("RATE", "0.5"),
            ("ADDRESS", "::1"),
            ("EMPTY", " "),
            ("KEY", "hunter2"),
        ]);
        assert!(reader.or("FLAG", false));
        assert!(!reader.or("OFF", true));
        assert_eq!(reader.or("LIST", Vec::<String>::new()), ["a", "b", "c"]);
        assert!((reader.or("RATE", 0.0) - 0.5_f64).abs() < f64::EPSILON);
        assert_eq!(reader.optional::<IpAddr>("ADDRESS"), "::1".parse().ok());
        assert_eq!(reader.or("EMPTY", 7_u64), 7);
        let key = reader.required_secret("KEY");
        assert_eq!(key.expose_secret(), "hunter2");
        assert!(!format!("{key:?}").contains("hunter2"));
        assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn durations_have_units() {
        for (text, millis) in [
            ("250ms", 250),
            ("2s", 2_000),
            ("3m", 180_000),
            ("1h", 3_600_000),
        ] {
            assert_eq!(Duration::parse(text), Some(Duration::from_millis(millis)));
        }
        assert_eq!(Duration::parse("7d"), Some(Duration::from_secs(604_800)));
        for text in [
            "5",
            "s",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "18446744073709551615d",
            "3651d",
        ] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    #[test]
    fn reports_all_problems_and_no_value() {
        let mut reader = Reader::from_pairs([("PORT", "99999999"), ("SECRET_FLAG", "s3cr3t")]);
        let _: u16 = reader.or("PORT", 1);
        let _: bool = reader.or("SECRET_FLAG", false);
        let _: String = reader.required("NAME");
        reader.problem("MIN", "is above MAX", "a smaller number");
        let text = reader.finish().unwrap_err().to_string();
        assert!(
            text.starts_with("the environment has 4 problem(s):"),
            "{text}"
        );
        for name in ["PORT", "SECRET_FLAG", "NAME", "MIN"] {
            assert!(text.contains(name), "{text}");
        }
        assert!(!text.contains("s3cr3t"), "{text}");
    }

    #[test]
    fn a_prefixed_name_wins() {
        let mut reader = Reader::from_pairs([("PORT", "1"), ("ORDERS_PORT", "2"), ("HOST", "h")])
            .with_prefix("ORDERS_");
        assert_eq!(reader.or("PORT", 0_u16), 2);
        assert_eq!(reader.or("HOST", String::new()), "h");
        reader.default_to("PORT", "3");
        reader.default_to("LEVEL", "debug");
        assert_eq!(reader.or("PORT", 0_u16), 2);
        assert_eq!(reader.or("LEVEL", String::new()), "debug");
    }

    #[test]
    fn the_process_has_an_environment() {
        assert!(Reader::from_env().optional::<String>("PATH").is_some());
    }
}
