use serde_json::Value;

/// Where something is in a record: a name, or names within each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<String>);

impl Path {
    pub fn new(text: &str) -> Self {
        Self(text.split('/').map(str::to_owned).collect())
    }

    /// What is there; nothing where the way ends.
    pub fn of<'v>(&self, record: &'v Value) -> &'v Value {
        self.0.iter().fold(record, |value, name| match value {
            Value::Array(items) => name
                .parse()
                .ok()
                .and_then(|index: usize| items.get(index))
                .unwrap_or(&Value::Null),
            value => &value[name.as_str()],
        })
    }

    /// What is there as a text; `None` for nothing, blanks, and what has parts.
    pub fn text(&self, record: &Value) -> Option<String> {
        let text = match self.of(record) {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}
