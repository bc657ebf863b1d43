use super::form::FileSourceForm;
use super::translation::Checker;

/// Where the records of one kind are in files.
#[derive(Debug, Clone)]
pub(super) struct FileMap {
    pub names: Pattern,
    pub format: Format,
    pub is_latin: bool,
}

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    /// A line of names, then a line a record.
    Csv { delimiter: u8 },
    /// An object a line.
    JsonLines,
    /// A line a record, each field at its columns; lines that do not begin with the prefix are none.
    Fixed {
        prefix: String,
        columns: Vec<Column>,
    },
}

/// Where a field is in a line: its first and last column, from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub name: String,
    pub from: usize,
    pub to: usize,
}

/// The names of files, with `*` for any letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    pub fn matches(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|start| name.strip_prefix(start)) else {
            return false;
        };
        let mut parts: Vec<_> = parts.collect();
        let Some(end) = parts.pop() else {
            return rest.is_empty();
        };
        for part in parts {
            let Some(at) = rest.find(part) else {
                return false;
            };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(end)
    }
}

impl FileMap {
    pub fn read(checker: &mut Checker<'_>, form: &FileSourceForm) -> Option<Self> {
        let names = form.names.get_ref();
        if names.is_empty() || names.starts_with('.') || names.contains(['/', '\\', '\0']) {
            let reason = "names are like customers*.csv, within the folder";
            checker.report(form.names.span(), reason);
        }
        let delimiter = form.delimiter.as_ref().map_or(b',', |delimiter| {
            let bytes = delimiter.get_ref().as_bytes();
            if bytes.len() != 1 || b"\"\r\n".contains(&bytes[0]) {
                checker.report(
                    delimiter.span(),
                    "a delimiter is one character, as ; or \\t",
                );
            }
            bytes.first().copied().unwrap_or(b',')
        });
        let format = match form.format.get_ref().as_str() {
            "csv" => Format::Csv { delimiter },
            "json-lines" => Format::JsonLines,
            "fixed" => Format::Fixed {
                prefix: form.prefix.clone().unwrap_or_default(),
                columns: columns(checker, form),
            },
            _ => {
                let reason = "the format is csv, json-lines or fixed";
                checker.report(form.format.span(), reason);
                return None;
            }
        };
        let is_latin = form.encoding.as_ref().is_some_and(|encoding| {
            if !["utf-8", "latin-1"].contains(&encoding.get_ref().as_str()) {
                checker.report(encoding.span(), "the encoding is utf-8 or latin-1");
            }
            encoding.get_ref() == "latin-1"
        });
        let names = Pattern(names.clone());
        Some(Self {
            names,
            format,
            is_latin,
        })
    }
}

fn columns(checker: &mut Checker<'_>, form: &FileSourceForm) -> Vec<Column> {
    if form.columns.is_empty() {
        let reason = "a fixed file needs columns, as { name = \"NO\", from = 1, to = 8 }";
        checker.report(form.format.span(), reason);
    }
    let mut columns = Vec::new();
    for column in &form.columns {
        let (from, to) = (*column.from.get_ref(), column.to);
        if from == 0 || to < from {
            checker.report(
                column.from.span(),
                "columns count from 1, the last one included",
            );
        }
        let name = column.name.get_ref().clone();
        columns.push(Column { name, from, to });
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_letters() {
        let is = |pattern: &str, name| Pattern(pattern.to_owned()).matches(name);
        assert!(is("a.csv", "a.csv") && !is("a.csv", "ba.csv") && !is("a.csv", "a.csvx"));
        assert!(is("a*.csv", "a.csv") && is("a*.csv", "a-1.csv") && !is("a*.csv", "a-1.txt"));
        assert!(is("*", "x") && is("a*b*c", "a1b2c") && !is("a*b*c", "a1c"));
        assert!(!is("ab*ba", "aba"));
    }
}
