use juniper::{GraphQLScalar, InputValue, ScalarValue, Value, graphql_scalar};

/// A whole number of 64 bits, as text, since JSON numbers of many clients are exact to 53 bits only; it
/// is taken as a number too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, GraphQLScalar)]
#[graphql(with = big_int, parse_token(String, i32))]
pub struct BigInt(
    /// The number.
    pub i64,
);

mod big_int {
    use super::*;

    pub(super) fn to_output<S: ScalarValue>(number: &BigInt) -> Value<S> {
        Value::scalar(number.0.to_string())
    }

    pub(super) fn from_input<S: ScalarValue>(value: &InputValue<S>) -> Result<BigInt, String> {
        let text = value.as_string_value().map(str::to_owned);
        let text = text.or_else(|| value.as_int_value().map(|number| number.to_string()));
        // Large whole numbers of JSON come as floats; printed they are whole if they were.
        let text = text.or_else(|| value.as_float_value().map(|number| number.to_string()));
        let number = text.and_then(|text| text.parse().ok());
        number
            .map(BigInt)
            .ok_or_else(|| format!("expected a whole number of 64 bits, found {value}"))
    }
}

/// Any JSON, as text.
#[derive(Debug, Clone, PartialEq, GraphQLScalar)]
#[graphql(name = "JSON", with = json, parse_token(String))]
pub struct Json(
    /// The value.
    pub serde_json::Value,
);

mod json {
    use super::*;

    pub(super) fn to_output<S: ScalarValue>(json: &Json) -> Value<S> {
        Value::scalar(json.0.to_string())
    }

    pub(super) fn from_input<S: ScalarValue>(value: &InputValue<S>) -> Result<Json, String> {
        let json = value
            .as_string_value()
            .and_then(|text| serde_json::from_str(text).ok());
        json.map(Json)
            .ok_or_else(|| format!("expected JSON as text, found {value}"))
    }
}

/// Binary data as base64 text.
#[graphql_scalar(with = bytes, parse_token(String))]
type Bytes = crate::Bytes;

mod bytes {
    use serde_json::json;

    use super::*;

    pub(super) fn to_output<S: ScalarValue>(bytes: &Bytes) -> Value<S> {
        let text = json!(bytes).as_str().unwrap_or_default().to_owned();
        Value::scalar(text)
    }

    pub(super) fn from_input<S: ScalarValue>(value: &InputValue<S>) -> Result<Bytes, String> {
        let bytes = value
            .as_string_value()
            .and_then(|text| serde_json::from_value(json!(text)).ok());
        bytes.ok_or_else(|| format!("expected base64 text, found {value}"))
    }
}

#[cfg(test)]
mod tests {
    use juniper::{FromInputValue, ToInputValue};
    use serde_json::json;

    use super::*;

    type Input = InputValue<juniper::DefaultScalarValue>;

    fn read<T: FromInputValue>(input: &Input) -> Option<T> {
        T::from_input_value(input).ok()
    }

    #[test]
    fn large_numbers_keep_every_digit() {
        for number in [0, -7, i64::MAX, i64::MIN] {
            let written: Input = BigInt(number).to_input_value();
            assert_eq!(written, Input::scalar(number.to_string()));
            assert_eq!(read(&written), Some(BigInt(number)));
        }
        assert_eq!(read(&Input::scalar(7)), Some(BigInt(7)));
        assert_eq!(
            read(&Input::scalar(7_000_000_000.0)),
            Some(BigInt(7_000_000_000))
        );
        for wrong in [
            Input::scalar("x"),
            Input::scalar(1.5),
            Input::scalar(1e30),
            Input::scalar(true),
        ] {
            assert_eq!(read::<BigInt>(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn json_and_bytes_are_text() {
        let document = Json(json!({ "a": [1, null] }));
        let written: Input = document.to_input_value();
        assert_eq!(written, Input::scalar(r#"{"a":[1,null]}"#));
        assert_eq!(read(&written), Some(document));
        assert_eq!(read::<Json>(&Input::scalar("{")), None);
        let bytes = crate::Bytes::from(vec![1, 2, 3]);
        let written: Input = bytes.to_input_value();
        assert_eq!(written, Input::scalar("AQID"));
        assert_eq!(read(&written), Some(bytes));
        assert_eq!(read::<crate::Bytes>(&Input::scalar("%")), None);
    }
}
