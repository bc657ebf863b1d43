//! Records of a file, read on from where the last ones ended.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use serde_json::{Map, Value};

use super::file::{Column, FileMap, Format};
use super::record::Item;

/// The longest line that is read.
const LONGEST: u64 = 1024 * 1024;

/// How far a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub offset: u64,
    /// The lines before.
    pub line: u64,
}

/// Reads up to `most` records; gives where they end, and whether that is the end of the file.
pub(super) fn read(
    path: &Path,
    name: &str,
    map: &FileMap,
    from: Mark,
    most: usize,
) -> io::Result<(Vec<Item>, Mark, bool)> {
    match &map.format {
        Format::Csv { delimiter } => separated(path, name, map, *delimiter, from, most),
        Format::JsonLines => lines(path, name, map, from, most, json),
        Format::Fixed { prefix, columns } => lines(path, name, map, from, most, |place, text| {
            text.starts_with(prefix)
                .then(|| fixed(place, text, columns))
        }),
    }
}

fn separated(
    path: &Path,
    name: &str,
    map: &FileMap,
    delimiter: u8,
    from: Mark,
    most: usize,
) -> io::Result<(Vec<Item>, Mark, bool)> {
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder
        .delimiter(delimiter)
        .flexible(true)
        .from_path(path)?;
    let decode = |bytes: &[u8]| decoded(bytes, map.is_latin).map(|text| text.trim().to_owned());
    let headers: Vec<_> = reader.byte_headers()?.iter().map(decode).collect();
    if from.offset > 0 {
        let mut position = csv::Position::new();
        position.set_byte(from.offset).set_line(from.line + 1);
        reader.seek(position)?;
    }
    let (mut items, mut record) = (Vec::new(), csv::ByteRecord::new());
    loop {
        let position = reader.position();
        let mark = Mark {
            offset: position.byte(),
            line: position.line().saturating_sub(1),
        };
        if items.len() == most {
            return Ok((items, mark, false));
        }
        if !reader.read_byte_record(&mut record)? {
            return Ok((items, mark, true));
        }
        let line = record.position().map_or(mark.line + 1, csv::Position::line);
        items.push(row(&format!("{name}:{line}"), &headers, &record, decode));
    }
}

fn row(
    place: &str,
    headers: &[Option<String>],
    record: &csv::ByteRecord,
    decode: impl Fn(&[u8]) -> Option<String>,
) -> Item {
    let told = || {
        let parts: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        parts.join(" | ").chars().take(10_000).collect::<String>()
    };
    if record.len() != headers.len() {
        let (has, needs) = (record.len(), headers.len());
        let reason = format!("it has {has} fields where the first line names {needs}");
        return Item::broken(place, &told(), reason);
    }
    let mut fields = Map::new();
    for (header, value) in headers.iter().zip(record) {
        let (Some(header), Some(value)) = (header, decode(value)) else {
            return Item::broken(
                place,
                &told(),
                "it is not in the encoding of the translation",
            );
        };
        fields.insert(header.clone(), Value::String(value));
    }
    Item::new(place, Value::Object(fields))
}

fn lines(
    path: &Path,
    name: &str,
    map: &FileMap,
    from: Mark,
    most: usize,
    record: impl Fn(&str, &str) -> Option<Item>,
) -> io::Result<(Vec<Item>, Mark, bool)> {
    let mut reader = BufReader::new(File::open(path)?);
    reader.seek(SeekFrom::Start(from.offset))?;
    let (mut items, mut mark, mut line) = (Vec::new(), from, Vec::new());
    while items.len() < most {
        line.clear();
        let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok((items, mark, true));
        }
        mark.offset += u64::try_from(read).unwrap_or(LONGEST);
        mark.line += 1;
        let place = format!("{name}:{}", mark.line);
        let is_cut = line.last() != Some(&b'\n') && u64::try_from(read) == Ok(LONGEST);
        if is_cut {
            mark.offset += skip_line(&mut reader)?;
            items.push(Item::broken(
                place,
                "",
                format!("the line is longer than {LONGEST} bytes"),
            ));
            continue;
        }
        match decoded(&line, map.is_latin) {
            Some(text) => {
                let text = text
                    .trim_end_matches(['\r', '\n'])
                    .trim_start_matches('\u{feff}');
                if !text.trim().is_empty() {
                    items.extend(record(&place, text));
                }
            }
            None => {
                let text: String = String::from_utf8_lossy(&line)
                    .chars()
                    .take(10_000)
                    .collect();
                let reason = "it is not in the encoding of the translation";
                items.push(Item::broken(place, &text, reason));
            }
        }
    }
    Ok((items, mark, false))
}

/// Goes on to the next line without keeping what is between; gives how many bytes that were.
fn skip_line(reader: &mut BufReader<File>) -> io::Result<u64> {
    let (mut skipped, mut part) = (0, Vec::new());
    loop {
        part.clear();
        let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut part)?;
        skipped += u64::try_from(read).unwrap_or(LONGEST);
        if read == 0 || part.last() == Some(&b'\n') {
            return Ok(skipped);
        }
    }
}

fn json(place: &str, text: &str) -> Option<Item> {
    Some(match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => Item::new(place, value),
        Ok(_) => Item::broken(place, text, "the line is no object"),
        Err(error) => Item::broken(place, text, format!("the line is no JSON: {error}")),
    })
}

fn fixed(place: &str, text: &str, columns: &[Column]) -> Item {
    let letters: Vec<char> = text.chars().collect();
    let mut fields = Map::new();
    for Column { name, from, to } in columns {
        // What is blank at the end of a line is often left out.
        let part = letters.get(from - 1..(*to).min(letters.len()).max(from - 1));
        let part: String = part.unwrap_or_default().iter().collect();
        fields.insert(name.clone(), Value::from(part.trim()));
    }
    Item::new(place, Value::Object(fields))
}

fn decoded(bytes: &[u8], is_latin: bool) -> Option<String> {
    if is_latin {
        return Some(bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    String::from_utf8(bytes.to_vec()).ok()
}
