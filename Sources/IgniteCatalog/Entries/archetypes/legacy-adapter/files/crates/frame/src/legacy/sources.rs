use async_trait::async_trait;

use super::file::FileMap;
use super::form::{KindForm, RestForm, SoapForm};
use super::record::{Item, is_before};
use super::rest::RestMap;
use super::soap::SoapMap;
use super::translation::{Checker, KindMap};
use crate::Result;

/// How the legacy system is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// JSON over HTTP.
    Rest,
    /// SOAP 1.1 over HTTP.
    Soap,
    /// Files in a folder.
    File,
}

/// Where the records of one kind are.
#[derive(Debug, Clone)]
pub(super) enum SourceMap {
    Rest(RestMap),
    Soap(SoapMap),
    File(FileMap),
}

/// Some records, and where those after them are.
#[derive(Debug, Default)]
pub struct Page {
    /// The records.
    pub items: Vec<Item>,
    /// What to ask for next time.
    pub position: Option<String>,
    /// Whether all that there was has been read.
    pub ends_pass: bool,
    /// Whether to go on at once.
    pub has_more: bool,
    /// The file that is read to its end.
    pub finished: Option<String>,
}

/// Reads records of the legacy system.
#[async_trait]
pub trait Source: Send + Sync + 'static {
    /// The records from a position on; those from the beginning without one.
    ///
    /// # Errors
    /// What the legacy system answered, or that it did not.
    async fn page(&self, kind: &KindMap, position: Option<&str>) -> Result<Page>;

    /// Hears that a page has taken effect.
    ///
    /// # Errors
    /// What goes wrong then; the effect stays.
    async fn done(&self, _page: &Page) -> Result<()> {
        Ok(())
    }
}

/// How the records after a page are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Paging {
    /// The answer says it.
    Next,
    /// By the mark that says when a record was changed.
    Changed,
    /// By how many there were so far.
    Offset,
    /// There are none.
    Whole,
}

impl Paging {
    /// A page of what was asked for with a position; `next` is what the answer says of the rest.
    pub fn page(
        &self,
        kind: &KindMap,
        items: Vec<Item>,
        position: Option<&str>,
        next: Option<String>,
    ) -> Page {
        let is_full = u32::try_from(items.len()).is_ok_and(|count| count >= kind.page_size);
        let old = position.map(str::to_owned);
        let (position, has_more) = match self {
            Self::Whole => (None, false),
            // The last page is asked for again next time, since more may have come to it.
            Self::Next => match next.filter(|next| Some(next) != old.as_ref()) {
                Some(next) => (Some(next), true),
                None => (old.filter(|_| !kind.is_complete), false),
            },
            Self::Offset => {
                let so_far: usize = position.and_then(|text| text.parse().ok()).unwrap_or(0);
                let is_more = is_full.then(|| (so_far + items.len()).to_string());
                let has_more = is_more.is_some();
                (is_more, has_more)
            }
            Self::Changed => {
                let marks = items.iter().filter_map(|item| kind.changed(&item.record));
                let latest = marks.chain(old.clone()).reduce(|one, other| {
                    if is_before(&one, &other) { other } else { one }
                });
                let is_ahead = latest != old;
                if is_full && !is_ahead {
                    let (kind, size) = (kind.name(), kind.page_size);
                    tracing::error!(kind, size, "a page holds one time only; raise page_size");
                }
                (latest, is_full && is_ahead)
            }
        };
        Page {
            items,
            position,
            ends_pass: !has_more,
            has_more,
            finished: None,
        }
    }
}

impl Checker<'_> {
    pub(super) fn source(
        &mut self,
        name: &toml::Spanned<String>,
        form: &KindForm,
        protocol: Protocol,
    ) -> Option<SourceMap> {
        let table = match protocol {
            Protocol::Rest => "rest",
            Protocol::Soap => "soap",
            Protocol::File => "file",
        };
        let source = match protocol {
            Protocol::Rest => form.rest.as_ref().map(|rest| self.rest(form, rest)),
            Protocol::Soap => form.soap.as_ref().map(|soap| self.soap(form, soap)),
            Protocol::File => form.file.as_ref().map(|file| {
                let map = FileMap::read(self, file);
                map.map(SourceMap::File)
            }),
        };
        if source.is_none() {
            let kind = name.get_ref();
            let reason = format!("[kinds.{kind}.{table}] is needed: it says where they are");
            self.report(name.span(), reason);
        }
        source.flatten()
    }

    fn rest(&mut self, form: &KindForm, rest: &RestForm) -> Option<SourceMap> {
        let path = rest.path.get_ref();
        if !path.starts_with('/') || path.contains(['?', '#']) {
            let reason = "a path is like /customers; what follows a ? is in parameters";
            self.report(rest.path.span(), reason);
        }
        if let Some(next) = &rest.next {
            self.path(next);
        }
        let paging = match (&rest.next, &rest.cursor, &rest.offset) {
            (Some(_), ..) => Paging::Next,
            (_, Some(_), Some(offset)) => {
                let reason = "either cursor or offset says where a page begins";
                self.report(offset.span(), reason);
                return None;
            }
            (_, Some(_), _) => Paging::Changed,
            (_, _, Some(_)) => Paging::Offset,
            _ => Paging::Whole,
        };
        self.mark(form, &paging, rest.path.span());
        Some(SourceMap::Rest(RestMap::new(rest, paging)))
    }

    fn soap(&mut self, form: &KindForm, soap: &SoapForm) -> Option<SourceMap> {
        let body = soap.body.get_ref();
        let paging = match &soap.next {
            Some(_) => Paging::Next,
            None if body.contains("{cursor}") => Paging::Changed,
            None if body.contains("{offset}") => Paging::Offset,
            None => Paging::Whole,
        };
        let trial = super::soap::filled(body, "", 0);
        if let Err(reason) = super::xml::parse(trial.as_bytes()) {
            self.report(soap.body.span(), format!("the body: {reason}"));
        }
        self.mark(form, &paging, soap.body.span());
        Some(SourceMap::Soap(SoapMap::new(soap, paging)))
    }

    /// A position that follows from records needs a field that says when each was changed.
    fn mark(&mut self, form: &KindForm, paging: &Paging, span: std::ops::Range<usize>) {
        if *paging == Paging::Changed && form.changed.is_none() {
            let reason = "a cursor needs `changed`: the field that says when a record was changed";
            self.report(span.clone(), reason);
        }
        if *paging == Paging::Changed && form.complete {
            self.report(span, "`complete` is for what is read whole each time");
        }
    }
}
