use url::Url;

use super::REDACTED;

/// What the names of secrets contain.
const SECRET_WORDS: [&str; 14] = [
    "apikey",
    "api-key",
    "api_key",
    "auth",
    "code",
    "cookie",
    "credential",
    "jwt",
    "passphrase",
    "password",
    "secret",
    "session",
    "signature",
    "token",
];

/// Whether a header, parameter or field of this name holds a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    matches!(name.as_str(), "key" | "pwd" | "sig") || SECRET_WORDS.iter().any(|w| name.contains(w))
}

/// A URL without its user, password, fragment and the values of secret parameters; what is not a
/// URL is left out whole.
///
/// ```
/// use frame::security::obfuscate_url;
/// assert_eq!(
///     obfuscate_url("https://me:pw@pay.example/v1?token=abc&page=2"),
///     "https://[redacted]@pay.example/v1?token=[redacted]&page=2"
/// );
/// ```
#[must_use]
pub fn obfuscate_url(text: &str) -> String {
    let Ok(url) = Url::parse(text) else {
        return REDACTED.to_owned();
    };
    if url.cannot_be_a_base() {
        return format!("{}:{REDACTED}", url.scheme());
    }
    let mut shown = format!("{}://", url.scheme());
    if !url.username().is_empty() || url.password().is_some() {
        shown.push_str(REDACTED);
        shown.push('@');
    }
    shown.push_str(url.host_str().unwrap_or_default());
    if let Some(port) = url.port() {
        shown.push_str(&format!(":{port}"));
    }
    shown.push_str(url.path());
    if let Some(query) = url.query() {
        let pairs: Vec<_> = query.split('&').map(parameter).collect();
        shown.push('?');
        shown.push_str(&pairs.join("&"));
    }
    shown
}

fn parameter(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={REDACTED}"),
        _ => pair.to_owned(),
    }
}

/// Whether the name, once decoded, is a secret's.
fn is_secret(name: &str) -> bool {
    let decoded = url::form_urlencoded::parse(name.as_bytes());
    decoded.into_iter().any(|(name, _)| is_secret_name(&name))
}

/// The value of a header as it may be logged; of an `authorization` the scheme stays.
///
/// ```
/// use frame::security::obfuscate_header;
/// assert_eq!(obfuscate_header("Authorization", "Bearer abc"), "Bearer [redacted]");
/// assert_eq!(obfuscate_header("accept", "text/html"), "text/html");
/// ```
#[must_use]
pub fn obfuscate_header(name: &str, value: &str) -> String {
    if !is_secret_name(name) {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme, _)) if ["basic", "bearer", "digest"].contains(&&*scheme.to_lowercase()) => {
            format!("{scheme} {REDACTED}")
        }
        _ => REDACTED.to_owned(),
    }
}

/// A key by which a person recognises it: its first four characters, if it is long enough.
///
/// ```
/// use frame::security::obfuscate_key;
/// assert_eq!(obfuscate_key("sk_live_0123456789abcdef"), "sk_l…");
/// assert_eq!(obfuscate_key("hunter2"), "[redacted]");
/// ```
#[must_use]
pub fn obfuscate_key(key: &str) -> String {
    if key.chars().count() < 20 {
        return REDACTED.to_owned();
    }
    let shown: String = key.chars().take(4).collect();
    format!("{shown}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "hunter2";

    #[test]
    fn urls_keep_what_helps() {
        for (url, shown) in [
            (
                "postgres://u:hunter2@db:5432/o",
                "postgres://[redacted]@db:5432/o",
            ),
            ("https://hunter2@h/", "https://[redacted]@h/"),
            (
                "https://h/p?a=1&sig=hunter2&b",
                "https://h/p?a=1&sig=[redacted]&b",
            ),
            (
                "https://h/?%74oken=hunter2",
                "https://h/?%74oken=[redacted]",
            ),
            ("https://h/#access_token=hunter2", "https://h/"),
            ("mailto:hunter2@h", "mailto:[redacted]"),
            ("not a url hunter2", REDACTED),
            ("", REDACTED),
        ] {
            assert_eq!(obfuscate_url(url), shown, "{url}");
            assert!(!obfuscate_url(url).contains(SECRET));
        }
    }

    #[test]
    fn headers_that_hold_secrets_are_known() {
        for name in [
            "Cookie",
            "set-cookie",
            "X-API-Key",
            "x-hub-signature-256",
            "sig",
        ] {
            assert_eq!(obfuscate_header(name, SECRET), REDACTED, "{name}");
        }
        assert_eq!(
            obfuscate_header("authorization", "Custom hunter2"),
            REDACTED
        );
        assert_eq!(obfuscate_header("authorization", SECRET), REDACTED);
        assert_eq!(obfuscate_header("x-request-id", "r1"), "r1");
    }

    #[test]
    fn any_text_is_safe() {
        let pieces = [
            "é",
            "漢字",
            "👩‍👩‍👧",
            "\u{202e}",
            "\u{0}",
            "e\u{301}",
            "%",
            "&=",
            "://",
            "@",
            "?",
        ];
        for seed in 0..2_000 {
            let mut random = fastrand::Rng::with_seed(seed);
            let length = random.usize(0..12);
            let text: String = (0..length)
                .map(|_| pieces[random.usize(0..pieces.len())])
                .collect();
            let url = format!("https://u:{SECRET}@h/{text}?{text}&token={SECRET}&{text}");
            assert!(!obfuscate_url(&url).contains(SECRET), "{url}");
            assert!(!obfuscate_url(&text).contains('@'));
            assert_eq!(obfuscate_header("token", &text), REDACTED);
            let long = text.repeat(8);
            assert!(long.is_empty() || obfuscate_key(&long) != long, "{long}");
        }
    }
}
