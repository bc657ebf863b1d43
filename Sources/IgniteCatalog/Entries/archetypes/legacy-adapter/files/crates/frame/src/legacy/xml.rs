//! XML as far as answers need it: no document types, hence no entities of their own, and limits.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::{Map, Value};

/// How deep elements may be nested.
const DEEPEST: usize = 64;
/// How many elements and attributes there may be.
const MOST: usize = 200_000;

/// An element without its namespace.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The first element of this name within, itself included.
    pub fn first(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.first(name))
    }

    /// All elements of this name, none of them within another one.
    pub fn all(&self, name: &str) -> Vec<&Self> {
        if self.name == name {
            return vec![self];
        }
        self.children
            .iter()
            .flat_map(|child| child.all(name))
            .collect()
    }

    /// As JSON: a text, or an object of the children; attributes are named `@NAME`, several children
    /// of one name are a list.
    pub fn value(&self) -> Value {
        let is_nil = |(name, value): &(String, String)| name == "nil" && value == "true";
        if self.attributes.iter().any(is_nil) {
            return Value::Null;
        }
        if self.children.is_empty() && self.attributes.is_empty() {
            return Value::String(self.text.clone());
        }
        let mut object = Map::new();
        for (name, value) in &self.attributes {
            object.insert(format!("@{name}"), Value::from(value.as_str()));
        }
        for child in &self.children {
            let value = child.value();
            match object.get_mut(&child.name) {
                Some(Value::Array(values)) => values.push(value),
                Some(known) => {
                    let first = known.take();
                    *known = Value::Array(vec![first, value]);
                }
                None => {
                    object.insert(child.name.clone(), value);
                }
            }
        }
        if self.children.is_empty() {
            object.insert("#text".to_owned(), Value::from(self.text.as_str()));
        }
        Value::Object(object)
    }
}

/// A text as it may stand in XML.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    escape(text)
}

/// Reads a document.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not in UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    let (mut open, mut root, mut count): (Vec<Element>, Option<Element>, usize) =
        (Vec::new(), None, 0);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let closed = match event {
            Event::Start(start) => {
                open.push(element(&start, &mut count)?);
                if open.len() > DEEPEST {
                    return Err(format!("elements are nested deeper than {DEEPEST}"));
                }
                None
            }
            Event::Empty(start) => Some(element(&start, &mut count)?),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                add(&mut open, &text);
                None
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                add(&mut open, &text);
                None
            }
            Event::GeneralRef(reference) => {
                add(&mut open, &character(&reference)?);
                None
            }
            Event::DocType(_) => return Err("it declares a document type".to_owned()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => None,
            Event::Eof if open.is_empty() => return root.ok_or_else(|| "it is empty".to_owned()),
            Event::Eof => return Err("it ends too early".to_owned()),
        };
        let Some(closed) = closed else { continue };
        match open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None if root.is_none() => root = Some(closed),
            None => return Err("it has two roots".to_owned()),
        }
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>, count: &mut usize) -> Result<Element, String> {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut element = Element {
        name: name(start.local_name().as_ref()),
        ..Element::default()
    };
    *count += 1;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        *count += 1;
        if attribute.key.as_ref().starts_with(b"xmlns") {
            continue;
        }
        let value = attribute
            .unescape_value()
            .map_err(|error| error.to_string())?;
        let key = name(attribute.key.local_name().as_ref());
        element.attributes.push((key, value.into_owned()));
    }
    if *count > MOST {
        return Err(format!("it has more than {MOST} elements and attributes"));
    }
    Ok(element)
}

/// The character that a reference means; only those that XML itself knows.
fn character(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference
        .resolve_char_ref()
        .map_err(|error| error.to_string())?
    {
        return Ok(character.to_string());
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    resolve_predefined_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| "it uses an entity that it may not declare".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_records() {
        let xml = "<?xml version='1.0'?><a:R xmlns:a='urn:x'><a:C id='7'>\
                   <Name>Ann &amp; Bob &#228;</Name><Tag>x</Tag><Tag>y</Tag><Tag>z</Tag>\
                   <City><![CDATA[<B>]]></City><None xmlns:i='urn:i' i:nil='true'/></a:C></a:R>";
        let root = parse(xml.as_bytes()).unwrap();
        let expected = json!({
            "@id": "7", "Name": "Ann & Bob ä", "Tag": ["x", "y", "z"], "City": "<B>", "None": null,
        });
        assert_eq!(root.all("C")[0].value(), expected);
        assert_eq!(
            root.first("City").map(|city| city.text.as_str()),
            Some("<B>")
        );
        let leaf = parse(b"<C unit='g'>7</C>").unwrap();
        assert_eq!(leaf.value(), json!({ "@unit": "g", "#text": "7" }));
    }

    #[test]
    fn bombs_do_not_go_off() {
        let bomb = "<!DOCTYPE b [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><b>&b;</b>";
        let outside = "<!DOCTYPE b [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><b>&x;</b>";
        for document in [bomb, outside] {
            let refused = parse(document.as_bytes()).unwrap_err();
            assert!(refused.contains("document type"), "{refused}");
        }
        let undeclared = parse(b"<b>&b;</b>").unwrap_err();
        assert!(undeclared.contains("entity"), "{undeclared}");
        let deep = "<a>".repeat(DEEPEST + 1);
        assert!(parse(deep.as_bytes()).unwrap_err().contains("deeper"));
        let wide = format!("<a>{}</a>", "<b/>".repeat(MOST));
        assert!(parse(wide.as_bytes()).unwrap_err().contains("more than"));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for document in [
            "",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a b='&x;'/>",
            "<a>&#xD800;</a>",
        ] {
            assert!(parse(document.as_bytes()).is_err(), "{document}");
        }
        assert!(parse(&[0xff, 0xfe]).is_err());
        assert_eq!(escaped("<&'\">"), "&lt;&amp;&apos;&quot;&gt;");
    }
}
