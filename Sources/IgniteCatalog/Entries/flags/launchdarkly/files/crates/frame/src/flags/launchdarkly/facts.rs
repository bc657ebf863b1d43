use std::borrow::Cow;

use crate::flags::FlagContext;

/// The kind that rules mean which name none.
const USER: &str = "user";

/// What is known of a caller, as rules ask for it.
#[derive(Debug)]
pub(super) struct Facts<'c> {
    context: &'c FlagContext,
    kinds: Vec<(&'static str, &'c str)>,
}

impl<'c> Facts<'c> {
    /// The kinds that a caller is known as, each with its key.
    pub fn of(context: &'c FlagContext) -> Self {
        let kinds = [
            (USER, &context.user),
            ("session", &context.session),
            ("tenant", &context.tenant),
            ("request", &context.request),
        ];
        let known = kinds.into_iter();
        Self {
            context,
            kinds: known
                .filter_map(|(kind, key)| Some((kind, key.as_deref()?)))
                .collect(),
        }
    }

    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().map(|(kind, _)| *kind)
    }

    /// The key of a kind, if the caller is known as one.
    pub fn key(&self, kind: Option<&str>) -> Option<&'c str> {
        let kind = kind.filter(|kind| !kind.is_empty()).unwrap_or(USER);
        let known = self.kinds.iter().find(|(name, _)| *name == kind);
        known.map(|(_, key)| *key)
    }

    /// What the caller is known to be as one of a kind, where they are known as one.
    pub fn value(&self, kind: Option<&str>, attribute: &Attribute) -> Option<Cow<'c, str>> {
        let key = self.key(kind)?;
        match attribute.name.as_str() {
            "key" => Some(Cow::Borrowed(key)),
            "anonymous" => None,
            name => self.context.properties.get(name).map(Cow::from),
        }
    }
}

/// What a rule asks for.
#[derive(Debug)]
pub(super) struct Attribute {
    /// Nothing here has parts, so that one name is enough.
    pub name: String,
}

impl Attribute {
    /// Reads a reference: a name, or, where a kind is given, a path after a slash. A path of several parts
    /// leads nowhere here; one that cannot be read is nothing.
    pub fn read(reference: &str, kind: Option<&str>) -> Option<Self> {
        let has_kind = kind.is_some_and(|kind| !kind.is_empty());
        let name = match reference.strip_prefix('/').filter(|_| has_kind) {
            None => reference.to_owned(),
            Some(path) if path.contains('/') => {
                let is_whole = path.split('/').all(|part| part_of(part).is_some());
                return is_whole.then(|| Self {
                    name: String::from("\u{0}"),
                });
            }
            Some(part) => part_of(part)?,
        };
        (!name.is_empty()).then_some(Self { name })
    }
}

/// A part of a path with `~0` and `~1` for a tilde and a slash.
fn part_of(text: &str) -> Option<String> {
    let mut part = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        part.push(match letter {
            '~' => match letters.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    (!part.is_empty()).then_some(part)
}
