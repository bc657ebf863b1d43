/// A kind of thing as this service has it.
#[derive(Debug)]
pub struct KindSpec {
    /// Its name, as `Customer`.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [FieldSpec],
}

/// A field of a kind.
#[derive(Debug)]
pub struct FieldSpec {
    /// Its name.
    pub name: &'static str,
    /// What a value is.
    pub form: FieldForm,
    /// Whether it may be missing.
    pub is_optional: bool,
    /// Whether it holds several values.
    pub is_list: bool,
}

/// What the value of a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldForm {
    /// A text.
    Text,
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// An exact number.
    Decimal,
    /// An identifier of this platform.
    Uuid,
    /// A day.
    Date,
    /// A point in time.
    Timestamp,
    /// Anything.
    Json,
    /// Bytes in Base64.
    Bytes,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One thing of another kind, by its id in the legacy system.
    Reference(&'static str),
}
