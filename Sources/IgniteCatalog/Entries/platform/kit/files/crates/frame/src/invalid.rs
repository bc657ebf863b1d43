use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::{Error, FieldProblem, Result};

/// Collects every broken rule of a value before the request is refused.
///
/// ```
/// let mut invalid = frame::Invalid::new();
/// invalid.text("name", "", 1..=80);
/// invalid.range("quantity", 0, 1..=100);
/// invalid.check(false, "note", "must not hold a secret");
/// let Err(frame::Error::Invalid(problems)) = invalid.finish() else { unreachable!() };
/// assert_eq!(problems.len(), 3);
/// assert_eq!(problems[0].pointer, "#/name");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invalid(Vec<FieldProblem>);

impl Invalid {
    /// No problem yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records that `field` is wrong; `a/b` names a field inside another.
    pub fn add(&mut self, field: &str, detail: impl Into<String>) {
        self.0.push(FieldProblem {
            pointer: format!("#/{field}"),
            detail: detail.into(),
        });
    }

    /// Records a problem unless `holds`.
    pub fn check(&mut self, holds: bool, field: &str, detail: impl Into<String>) {
        if !holds {
            self.add(field, detail);
        }
    }

    /// A text must have a number of characters within `length` and no NUL, which SQL cannot hold.
    pub fn text(&mut self, field: &str, value: &str, length: RangeInclusive<usize>) {
        let (least, most) = (length.start(), length.end());
        match value.chars().count() {
            0 if *least > 0 => self.add(field, "must not be empty"),
            n if n < *least => self.add(field, format!("must have at least {least} characters")),
            n if n > *most => self.add(field, format!("must have at most {most} characters")),
            _ => self.check(
                !value.contains('\0'),
                field,
                "must not hold the character NUL",
            ),
        }
    }

    /// A value must lie within `range`.
    pub fn range<T: PartialOrd + Display>(
        &mut self,
        field: &str,
        value: T,
        range: RangeInclusive<T>,
    ) {
        if !range.contains(&value) {
            let (least, most) = (range.start(), range.end());
            self.add(field, format!("must be between {least} and {most}"));
        }
    }

    /// Takes over the problems of a part, whose fields lie below `prefix`.
    pub fn merge(&mut self, prefix: &str, part: Self) {
        self.0
            .extend(part.0.into_iter().map(|problem| FieldProblem {
                pointer: problem.pointer.replacen("#/", &format!("#/{prefix}/"), 1),
                detail: problem.detail,
            }));
    }

    /// Whether no rule was broken so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every recorded problem.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(invalid: Invalid) -> Vec<String> {
        match invalid.finish() {
            Err(Error::Invalid(problems)) => problems.into_iter().map(|p| p.pointer).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn counts_characters_and_not_bytes() {
        let mut invalid = Invalid::new();
        invalid.text("ok", "äöü", 3..=3);
        invalid.text("long", "abcd", 1..=3);
        invalid.text("short", "a", 2..=3);
        invalid.text("nul", "a\0", 1..=3);
        invalid.text("empty", "", 0..=3);
        assert_eq!(pointers(invalid), ["#/long", "#/short", "#/nul"]);
    }

    #[test]
    fn merges_parts_below_their_field() {
        let mut line = Invalid::new();
        line.range("quantity", 0, 1..=9);
        let mut order = Invalid::new();
        order.merge("lines/2", line);
        assert!(!order.is_empty());
        assert_eq!(pointers(order), ["#/lines/2/quantity"]);
    }

    #[test]
    fn nothing_wrong_is_ok() {
        let mut invalid = Invalid::new();
        invalid.check(true, "a", "never");
        assert_eq!(invalid.finish(), Ok(()));
    }
}
