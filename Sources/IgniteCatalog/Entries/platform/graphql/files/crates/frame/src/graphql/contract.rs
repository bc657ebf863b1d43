use graphql_parser::schema::{Definition, TypeDefinition, parse_schema};

use crate::{Error, Result};

/// The definitions of a schema in one order and without descriptions, to hold a contract to the schema
/// that runs.
///
/// ```
/// use frame::graphql::definitions;
///
/// let (one, other) = ("type A { b: Int } scalar C", "scalar C type A { \"its b\" b: Int }");
/// assert_eq!(definitions(one), definitions(other));
/// assert_ne!(definitions(one), definitions("type A { b: Int! } scalar C"));
/// ```
///
/// # Errors
/// [`Error::Malformed`] when it is no schema.
pub fn definitions(schema: &str) -> Result<Vec<String>> {
    let document = parse_schema::<String>(schema)
        .map_err(|error| Error::Malformed(format!("the schema cannot be read: {error}")))?;
    let mut definitions: Vec<_> = document
        .into_static()
        .definitions
        .into_iter()
        .map(told)
        .collect();
    definitions.sort();
    Ok(definitions)
}

fn told(mut definition: Definition<'static, String>) -> String {
    if let Definition::TypeDefinition(definition) = &mut definition {
        silence(definition);
    }
    definition.to_string()
}

fn silence(definition: &mut TypeDefinition<'static, String>) {
    match definition {
        TypeDefinition::Scalar(scalar) => scalar.description = None,
        TypeDefinition::Object(object) => {
            object.description = None;
            for field in &mut object.fields {
                field.description = None;
            }
        }
        TypeDefinition::InputObject(object) => {
            object.description = None;
            for field in &mut object.fields {
                field.description = None;
            }
        }
        TypeDefinition::Enum(words) => {
            words.description = None;
            for word in &mut words.values {
                word.description = None;
            }
        }
        TypeDefinition::Interface(_) | TypeDefinition::Union(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_descriptions_and_order_do_not_count() {
        let told = "\"t\" type T { \"f\" f(a: Int): [U!]! } \"i\" input I { \"x\" x: E } \
                    \"e\" enum E { \"a\" A B } \"u\" scalar U union O = T | T";
        let bare =
            "union O = T | T scalar U enum E { A B } input I { x: E } type T { f(a: Int): [U!]! }";
        assert!(
            definitions(told)
                .unwrap()
                .iter()
                .any(|text| text.starts_with("enum E"))
        );
        assert_ne!(definitions(told), definitions(&bare.replace("A B", "B A")));
        assert_ne!(
            definitions(told),
            definitions(&bare.replace("a: Int", "a: Int!"))
        );
        assert!(matches!(definitions("type {"), Err(Error::Malformed(_))));
        let bare_types: Vec<_> = definitions(bare).unwrap();
        let told_types = definitions(told).unwrap();
        assert_eq!(bare_types, told_types);
    }
}
