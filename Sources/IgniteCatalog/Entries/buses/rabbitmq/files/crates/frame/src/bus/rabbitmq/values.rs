//! How AMQP 0-9-1 writes numbers, texts and tables.

use serde_json::{Map, Value};

use super::wire::gone;
use crate::bus::BusError;

/// How deep tables may lie in tables.
const MAX_DEPTH: u8 = 16;

/// Writes the arguments of a method.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn method(class: u16, method: u16) -> Self {
        Self::default().u16(class).u16(method)
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub fn u8(self, value: u8) -> Self {
        self.bytes(&[value])
    }

    pub fn u16(self, value: u16) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn u64(self, value: u64) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    /// A text of up to 255 bytes; what is behind them is cut off.
    pub fn short(self, text: &str) -> Self {
        let end = text.floor_char_boundary(255);
        let text = text.get(..end).unwrap_or_default();
        self.u8(u8::try_from(end).unwrap_or(u8::MAX))
            .bytes(text.as_bytes())
    }

    pub fn long(self, bytes: &[u8]) -> Self {
        self.u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX))
            .bytes(bytes)
    }

    /// An object as a table; what is neither text, number, flag nor object is left out.
    pub fn table(self, table: &Value) -> Self {
        let mut inner = Self::default();
        for (name, value) in table.as_object().into_iter().flatten() {
            inner = match value {
                Value::String(text) => inner.short(name).u8(b'S').long(text.as_bytes()),
                Value::Bool(flag) => inner.short(name).u8(b't').u8((*flag).into()),
                Value::Object(_) => inner.short(name).u8(b'F').table(value),
                _ => match value.as_i64() {
                    Some(number) => inner.short(name).u8(b'l').bytes(&number.to_be_bytes()),
                    None => inner,
                },
            };
        }
        self.long(&inner.bytes)
    }
}

/// Reads the arguments of a method.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], BusError> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| gone("rabbitmq says what cannot be read"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], BusError> {
        self.take(N)?.try_into().map_err(gone)
    }

    pub fn u8(&mut self) -> Result<u8, BusError> {
        self.number().map(u8::from_be_bytes)
    }

    pub fn u16(&mut self) -> Result<u16, BusError> {
        self.number().map(u16::from_be_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, BusError> {
        self.number().map(u32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, BusError> {
        self.number().map(u64::from_be_bytes)
    }

    pub fn short(&mut self) -> Result<String, BusError> {
        let length = self.u8()?;
        let bytes = self.take(length.into())?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    pub fn long(&mut self) -> Result<&'a [u8], BusError> {
        let length = self.u32()?;
        self.take(usize::try_from(length).map_err(gone)?)
    }

    pub fn table(&mut self) -> Result<Value, BusError> {
        self.table_at(0)
    }

    fn table_at(&mut self, depth: u8) -> Result<Value, BusError> {
        let mut inner = Self(self.long()?);
        let mut table = Map::new();
        while !inner.0.is_empty() {
            let name = inner.short()?;
            table.insert(name, inner.value(depth)?);
        }
        Ok(Value::Object(table))
    }

    fn value(&mut self, depth: u8) -> Result<Value, BusError> {
        if depth > MAX_DEPTH {
            return Err(gone("rabbitmq nests tables too deep"));
        }
        Ok(match self.u8()? {
            b't' => (self.u8()? != 0).into(),
            b'b' => i8::from_be_bytes(self.number()?).into(),
            b'B' => self.u8()?.into(),
            b's' => i16::from_be_bytes(self.number()?).into(),
            b'u' => self.u16()?.into(),
            b'I' => i32::from_be_bytes(self.number()?).into(),
            b'i' => self.u32()?.into(),
            b'l' => i64::from_be_bytes(self.number()?).into(),
            b'T' => self.u64()?.into(),
            b'f' => f32::from_be_bytes(self.number()?).into(),
            b'd' => f64::from_be_bytes(self.number()?).into(),
            b'D' => {
                self.take(5)?;
                Value::Null
            }
            b'S' | b'x' => String::from_utf8_lossy(self.long()?).into(),
            b'A' => {
                let mut inner = Self(self.long()?);
                let mut values = Vec::new();
                while !inner.0.is_empty() {
                    values.push(inner.value(depth + 1)?);
                }
                Value::Array(values)
            }
            b'F' => self.table_at(depth + 1)?,
            b'V' => Value::Null,
            _ => return Err(gone("rabbitmq says what cannot be read")),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tables_come_back() {
        let table = json!({ "a": "ü", "b": true, "c": { "d": -7 } });
        let written = Writer::default().table(&table).bytes;
        assert_eq!(Reader(&written).table().unwrap(), table);
        for end in 0..written.len() {
            assert!(Reader(&written[..end]).table().is_err(), "{end}");
        }
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let mut bytes = Vec::new();
        let kinds: [(u8, &[u8]); 12] = [
            (b'b', &[255]),
            (b'B', &[255]),
            (b's', &[255, 255]),
            (b'u', &[0, 1]),
            (b'I', &[255; 4]),
            (b'i', &[0, 0, 0, 1]),
            (b'T', &[0; 8]),
            (b'f', &[0; 4]),
            (b'd', &[0; 8]),
            (b'D', &[0; 5]),
            (b'A', &[0, 0, 0, 2, b'V', b'V']),
            (b'x', &[0, 0, 0, 1, b'y']),
        ];
        for (kind, value) in kinds {
            bytes.extend_from_slice(&[1, kind, kind]);
            bytes.extend_from_slice(value);
        }
        let written = Writer::default().long(&bytes).bytes;
        let table = Reader(&written).table().unwrap();
        let expected = json!({
            "b": -1, "B": 255, "s": -1, "u": 1, "I": -1, "i": 1, "T": 0, "f": 0.0, "d": 0.0,
            "D": null, "A": [null, null], "x": "y",
        });
        assert_eq!(table, expected);
    }

    #[test]
    fn what_nests_too_deep_is_refused() {
        let mut bytes = Vec::new();
        for _ in 0..40 {
            let mut outer = vec![1, b'a', b'F'];
            outer.extend(Writer::default().long(&bytes).bytes);
            bytes = outer;
        }
        assert!(
            Reader(&Writer::default().long(&bytes).bytes)
                .table()
                .is_err()
        );
        assert!(Reader(&[0, 0, 0, 3, 1, b'a', b'?']).table().is_err());
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let written = Writer::default().short(&"ü".repeat(200)).bytes;
        assert_eq!(Reader(&written).short().unwrap(), "ü".repeat(127));
    }
}
