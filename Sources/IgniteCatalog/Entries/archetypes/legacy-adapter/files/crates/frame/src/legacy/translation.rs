use std::fmt;
use std::ops::Range;

use chrono::format::{Item, StrftimeItems};
use chrono_tz::Tz;
use serde_json::Value;
use toml::Spanned;

use super::convert::{self, Number, Rule};
use super::form::{FileForm, KindForm, RuleForm};
use super::path::Path;
use super::sources::{Protocol, SourceMap};
use super::spec::{FieldForm, FieldSpec, KindSpec};
use crate::{Error, Result};

/// How many records are read at once where the translation does not say it.
const PAGE: u32 = 200;

/// How the legacy system's records become ours.
#[derive(Debug, Clone)]
pub struct Translation {
    /// The kinds that come over, in the order in which they are read.
    pub(super) kinds: Vec<KindMap>,
}

/// How records of one kind become ours.
#[derive(Debug, Clone)]
pub struct KindMap {
    pub(super) spec: &'static KindSpec,
    pub(super) id: Path,
    pub(super) changed: Option<Path>,
    pub(super) deleted: Option<(Path, Vec<String>)>,
    pub(super) is_complete: bool,
    pub(super) page_size: u32,
    pub(super) source: SourceMap,
    pub(super) rules: Vec<Rule>,
}

/// One thing that is wrong with a translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranslationProblem {
    /// Where it is.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub reason: String,
}

/// Everything that is wrong with a translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranslationError {
    file: String,
    problems: Vec<TranslationProblem>,
}

impl TranslationError {
    /// What is wrong, by lines.
    #[must_use]
    pub fn problems(&self) -> &[TranslationProblem] {
        &self.problems
    }
}

impl fmt::Display for TranslationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(f, "the translation has {count} problem(s):")?;
        for TranslationProblem { line, reason } in &self.problems {
            write!(f, "\n  {}:{line}: {reason}", self.file)?;
        }
        Ok(())
    }
}

impl std::error::Error for TranslationError {}

impl From<TranslationError> for Error {
    fn from(error: TranslationError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl Translation {
    /// Reads a translation of these kinds; `file` is its name for what is told of it.
    ///
    /// # Errors
    /// Everything that is wrong, each with its line.
    pub fn parse(
        file: &str,
        text: &str,
        specs: &[&'static KindSpec],
        protocol: Protocol,
    ) -> Result<Self, TranslationError> {
        let mut checker = Checker {
            text,
            specs,
            problems: Vec::new(),
        };
        let kinds = match toml::from_str::<FileForm>(text) {
            Ok(form) => checker.kinds(form, protocol),
            Err(error) => {
                checker.report(error.span().unwrap_or_default(), error.message());
                Vec::new()
            }
        };
        let mut problems = checker.problems;
        if problems.is_empty() {
            return Ok(Self { kinds });
        }
        problems.sort_by_key(|problem| problem.line);
        let file = file.to_owned();
        Err(TranslationError { file, problems })
    }

    /// The kind of this name.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&KindMap> {
        self.kinds.iter().find(|kind| kind.spec.name == name)
    }

    /// The kinds that come over.
    #[must_use]
    pub fn kinds(&self) -> &[KindMap] {
        &self.kinds
    }
}

impl KindMap {
    /// The name of the kind.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.spec.name
    }
}

/// Checks a translation and remembers what is wrong with it.
pub(super) struct Checker<'t> {
    text: &'t str,
    specs: &'t [&'static KindSpec],
    problems: Vec<TranslationProblem>,
}

impl Checker<'_> {
    pub(super) fn report(&mut self, span: Range<usize>, reason: impl Into<String>) {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        self.problems.push(TranslationProblem {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            reason: reason.into(),
        });
    }

    fn kinds(&mut self, mut form: FileForm, protocol: Protocol) -> Vec<KindMap> {
        let names = self.specs.iter().map(|spec| spec.name);
        let names = names.collect::<Vec<_>>().join(", ");
        for name in form.kinds.keys() {
            if !self.specs.iter().any(|spec| spec.name == name.get_ref()) {
                let reason = format!("no kind is called {}; there are {names}", name.get_ref());
                self.report(name.span(), reason);
            }
        }
        self.terms(&form);
        let specs: Vec<_> = self.specs.to_vec();
        let mut kinds = Vec::new();
        for spec in specs {
            let found = form
                .kinds
                .iter()
                .find(|(name, _)| name.get_ref() == spec.name);
            let Some((name, _)) = found else { continue };
            let name = name.clone();
            if let Some(kind) = form.kinds.remove(&name) {
                kinds.extend(self.kind(spec, &name, kind, &form.terms, protocol));
            }
        }
        if kinds.is_empty() && self.problems.is_empty() {
            self.report(
                0..0,
                format!("nothing comes over: [kinds.NAME] is needed for one of {names}"),
            );
        }
        kinds
    }

    fn terms(&mut self, form: &FileForm) {
        for (legacy, ours) in &form.terms {
            let mut fields = self.specs.iter().flat_map(|spec| spec.fields);
            if !fields.any(|field| field.name == ours) {
                self.report(legacy.span(), format!("no kind has a field {ours}"));
            }
        }
    }

    fn kind(
        &mut self,
        spec: &'static KindSpec,
        name: &Spanned<String>,
        form: KindForm,
        terms: &std::collections::BTreeMap<Spanned<String>, String>,
        protocol: Protocol,
    ) -> Option<KindMap> {
        let page_size = form.page_size.as_ref().map_or(PAGE, |size| {
            if !(1..=10_000).contains(size.get_ref()) {
                self.report(size.span(), "page_size is from 1 to 10000");
            }
            *size.get_ref()
        });
        for field in form.fields.keys() {
            if !spec
                .fields
                .iter()
                .any(|known| known.name == field.get_ref())
            {
                let fields = spec.fields.iter().map(|field| field.name);
                let fields = fields.collect::<Vec<_>>().join(", ");
                let reason = format!(
                    "{} has no field {}; it has {fields}",
                    spec.name,
                    field.get_ref()
                );
                self.report(field.span(), reason);
            }
        }
        let source = self.source(name, &form, protocol);
        let KindForm {
            id,
            changed,
            deleted,
            complete,
            mut fields,
            ..
        } = form;
        let mut rules = Vec::new();
        for field in spec.fields {
            let term = terms.iter().find(|(_, ours)| *ours == field.name);
            let usual = term.map_or(field.name, |(legacy, _)| legacy.get_ref().as_str());
            let key = fields
                .keys()
                .find(|name| name.get_ref() == field.name)
                .cloned();
            let form = key.and_then(|key| fields.remove(&key)).unwrap_or_default();
            rules.push(self.rule(field, form, usual));
        }
        Some(KindMap {
            spec,
            id: self.path(&id),
            changed: changed.map(|path| self.path(&path)),
            deleted: deleted.map(|deleted| (self.path(&deleted.field), deleted.values)),
            is_complete: complete,
            page_size,
            source: source?,
            rules,
        })
    }

    pub(super) fn path(&mut self, text: &Spanned<String>) -> Path {
        if text.get_ref().split('/').any(str::is_empty) {
            self.report(
                text.span(),
                "a field is named like NAME, or NAME/NAME within another one",
            );
        }
        Path::new(text.get_ref())
    }

    fn rule(&mut self, field: &'static FieldSpec, form: RuleForm, usual: &str) -> Rule {
        let from = match &form.from {
            Some(from) => self.path(from),
            None => Path::new(usual),
        };
        let number = self.number(field, &form);
        let is_number = number.is_some();
        let is_time = matches!(field.form, FieldForm::Date | FieldForm::Timestamp);
        if let Some(format) = form.format.as_ref().filter(|_| is_time) {
            self.time_format(format);
        } else if let Some(format) = form.format.as_ref().filter(|_| !is_number) {
            self.report(
                format.span(),
                format!("{} is no time and no number", field.name),
            );
        }
        let zone = form.zone.as_ref().and_then(|zone| {
            let parsed = zone.get_ref().parse::<Tz>();
            if parsed.is_err() {
                self.report(zone.span(), "is no time zone; one is Europe/Berlin");
            }
            parsed.ok()
        });
        let mut rule = Rule {
            spec: field,
            from,
            is_required: form.required,
            default: None,
            values: form
                .values
                .iter()
                .map(|(from, to)| (from.clone(), json(to)))
                .collect(),
            empty: form.empty,
            format: form.format.map(Spanned::into_inner),
            zone,
            number: number.unwrap_or_default(),
            separator: form.separator.unwrap_or_else(|| ",".to_owned()),
            reference: None,
        };
        rule.reference = self.reference(field, form.kind.as_ref());
        if let Some(default) = &form.default {
            let value = json(default.get_ref());
            // A default is written in our form, whatever that of the legacy system is.
            let plain = Rule {
                format: None,
                values: Vec::new(),
                number: Number::default(),
                ..rule.clone()
            };
            match convert::values(&value, &plain) {
                Ok(converted) => rule.default = Some(converted),
                Err(reason) => self.report(
                    default.span(),
                    format!("the default of {}: {reason}", field.name),
                ),
            }
        }
        rule
    }

    fn number(&mut self, field: &FieldSpec, form: &RuleForm) -> Option<Number> {
        let numbers = [FieldForm::Integer, FieldForm::Float, FieldForm::Decimal];
        if !numbers.contains(&field.form) {
            if let Some(scale) = &form.scale {
                self.report(scale.span(), format!("{} is no number", field.name));
            }
            return None;
        }
        let has_comma = form.format.as_ref().is_some_and(|format| {
            if !["comma", "point"].contains(&format.get_ref().as_str()) {
                self.report(
                    format.span(),
                    "the format of a number is point, as 1234.5, or comma, as 1.234,5",
                );
            }
            format.get_ref() == "comma"
        });
        let scale = form.scale.as_ref().map_or(0, |scale| {
            if *scale.get_ref() > 12 {
                self.report(scale.span(), "scale is at most 12");
            }
            *scale.get_ref()
        });
        Some(Number { has_comma, scale })
    }

    fn time_format(&mut self, format: &Spanned<String>) {
        if StrftimeItems::new(format.get_ref()).any(|item| item == Item::Error) {
            self.report(format.span(), "is no format of times; one is %d.%m.%Y");
        }
    }

    fn reference(
        &mut self,
        field: &FieldSpec,
        kind: Option<&Spanned<String>>,
    ) -> Option<&'static str> {
        let own = match field.form {
            FieldForm::Reference(kind) => Some(kind),
            _ => None,
        };
        let Some(kind) = kind else { return own };
        if own.is_none() && field.form != FieldForm::Uuid {
            self.report(kind.span(), format!("{} holds no id", field.name));
        }
        let found = self.specs.iter().find(|spec| spec.name == kind.get_ref());
        if found.is_none() {
            self.report(kind.span(), format!("no kind is called {}", kind.get_ref()));
        }
        found.map(|spec| spec.name)
    }
}

/// A value of the file in the form that records have.
fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        other => serde_json::to_value(other).unwrap_or_default(),
    }
}
