use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};
use serde_json::{Map, Value, json};

/// How deep an example goes.
const DEPTH: usize = 6;

/// Every method of some services with the fields of what it takes and gives, and an example of what it
/// takes.
pub(super) fn services(pool: &DescriptorPool) -> Value {
    let services = pool.services().map(|service| {
        let methods: Vec<_> = service.methods().map(|method| sketched(&method)).collect();
        json!({ "name": service.full_name(), "methods": methods })
    });
    Value::Array(services.collect())
}

fn sketched(method: &MethodDescriptor) -> Value {
    json!({
        "name": method.name(),
        "input": told(&method.input()),
        "output": told(&method.output()),
        "is_stream": method.is_client_streaming() || method.is_server_streaming(),
        "example": example(&method.input(), DEPTH),
    })
}

fn told(message: &MessageDescriptor) -> Value {
    let fields = message.fields().map(
        |field| json!({ "name": field.name(), "type": type_of(&field), "number": field.number() }),
    );
    json!({ "name": message.name(), "fields": fields.collect::<Vec<_>>() })
}

fn type_of(field: &FieldDescriptor) -> String {
    let kind = match field.kind() {
        Kind::Message(message) => message.name().to_owned(),
        Kind::Enum(words) => {
            let words: Vec<_> = words.values().map(|word| word.name().to_owned()).collect();
            words.join(" | ")
        }
        kind => format!("{kind:?}"),
    };
    match field.is_list() {
        true => format!("repeated {kind}"),
        false if is_optional(field) => format!("optional {kind}"),
        false => kind,
    }
}

/// Whether it says so itself; messages may be absent anyway.
fn is_optional(field: &FieldDescriptor) -> bool {
    field.field_descriptor_proto().proto3_optional()
}

fn example(message: &MessageDescriptor, depth: usize) -> Value {
    let mut members = Map::new();
    for field in message.fields() {
        let value = match one(&field, depth) {
            _ if is_optional(&field) => Value::Null,
            one if field.is_list() => Value::Array(one.into_iter().collect()),
            one => one.unwrap_or_default(),
        };
        members.insert(field.name().to_owned(), value);
    }
    Value::Object(members)
}

fn one(field: &FieldDescriptor, depth: usize) -> Option<Value> {
    Some(match field.kind() {
        Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => {
            json!("2026-01-31T12:00:00Z")
        }
        Kind::Message(_) if depth == 0 => return None,
        Kind::Message(message) => example(&message, depth - 1),
        Kind::Enum(words) => json!(words.values().last().map(|word| word.name().to_owned())),
        Kind::Bool => json!(false),
        // Where people write about something; other texts are ids and tokens.
        Kind::String if field.parent_message().name().ends_with("Fields") => json!("a word"),
        Kind::String | Kind::Bytes => json!(""),
        Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => json!("1"),
        _ => json!(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::DESCRIPTORS;

    #[test]
    fn methods_are_told_with_their_fields() {
        let pool = DescriptorPool::decode(DESCRIPTORS).unwrap();
        let told = services(&pool);
        let names: Vec<_> = told
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["name"])
            .collect();
        assert_eq!(
            names,
            [
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection"
            ]
        );
        let check = &told[0]["methods"][0];
        assert_eq!(check["example"], json!({ "service": "" }));
        assert_eq!(check["is_stream"], false);
        let words = "UNKNOWN | SERVING | NOT_SERVING | SERVICE_UNKNOWN";
        let status = json!({ "name": "status", "type": words, "number": 1 });
        assert_eq!(check["output"]["fields"], json!([status]));
        let info = &told[1]["methods"][0];
        assert_eq!(info["is_stream"], true);
        assert_eq!(
            info["example"]["file_containing_extension"]["extension_number"],
            0
        );
    }
}
