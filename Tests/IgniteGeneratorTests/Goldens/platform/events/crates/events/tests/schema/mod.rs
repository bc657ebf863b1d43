//! As much of JSON Schema as the contracts say.

use serde_json::Value;

/// What of `value` breaks `schema`, each with its place; `root` holds the definitions.
pub fn breaches(root: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(path) = schema["$ref"].as_str() {
        let meant = root.pointer(path.trim_start_matches('#')).unwrap();
        return breaches(root, meant, value, place);
    }
    let mut found = Vec::new();
    if schema.get("const").is_some_and(|only| only != value) {
        found.push(format!("{place} is {value}, not {}", schema["const"]));
    }
    if schema.get("type").is_some_and(|kind| !is_of(kind, value)) {
        found.push(format!("{place} is {value}, not of type {}", schema["type"]));
    }
    if let (Some(format), Some(text)) = (schema["format"].as_str(), value.as_str())
        && !has_format(format, text)
    {
        found.push(format!("{place} is {text}, no {format}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            found.push(format!("{place} has no {name}"));
        }
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(member) = value.get(name) {
            found.extend(breaches(root, schema, member, &format!("{place}.{name}")));
        }
    }
    if let (Some(schema), Some(elements)) = (schema.get("items"), value.as_array()) {
        for element in elements {
            found.extend(breaches(root, schema, element, &format!("{place}[]")));
        }
    }
    found
}

/// Whether a value has the type, or one of the types, of a schema.
fn is_of(kind: &Value, value: &Value) -> bool {
    if let Some(kinds) = kind.as_array() {
        return kinds.iter().any(|kind| is_of(kind, value));
    }
    match kind.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => unreachable!("the contracts know no type {other}"),
    }
}

/// Whether a text looks like what a format says: `0` stands for any digit.
fn has_format(format: &str, text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|letter| if letter.is_ascii_digit() { '0' } else { letter })
        .collect();
    match format {
        "uuid" => uuid::Uuid::parse_str(text).is_ok(),
        "date" => shape == "0000-00-00",
        "date-time" => shape.starts_with("0000-00-00T00:00:00"),
        "decimal" => text.parse::<f64>().is_ok(),
        other => unreachable!("the contracts know no format {other}"),
    }
}
