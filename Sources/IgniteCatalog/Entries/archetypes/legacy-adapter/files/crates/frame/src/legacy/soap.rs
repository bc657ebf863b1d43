use async_trait::async_trait;
use axum::http::Method;

use super::form::SoapForm;
use super::record::Item;
use super::sources::{Page, Paging, Source, SourceMap};
use super::translation::KindMap;
use super::xml;
use crate::integration::Integration;
use crate::resilience::Repeat;
use crate::{Error, Result};

/// Where the records of one kind are behind SOAP.
#[derive(Debug, Clone)]
pub(super) struct SoapMap {
    path: String,
    action: Option<String>,
    body: String,
    item: String,
    next: Option<String>,
    paging: Paging,
}

impl SoapMap {
    pub fn new(form: &SoapForm, paging: Paging) -> Self {
        Self {
            path: form.path.clone(),
            action: form.action.clone(),
            body: form.body.get_ref().clone(),
            item: form.item.get_ref().clone(),
            next: form.next.as_ref().map(|next| next.get_ref().clone()),
            paging,
        }
    }
}

/// The body of a request in its envelope, `{cursor}`, `{offset}` and `{limit}` filled in.
pub(super) fn filled(body: &str, position: &str, limit: u32) -> String {
    let position = xml::escaped(position);
    let offset = if position.is_empty() { "0" } else { &*position };
    let body = body
        .replace("{cursor}", &position)
        .replace("{offset}", offset)
        .replace("{limit}", &limit.to_string());
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <soap:Body>{body}</soap:Body></soap:Envelope>"
    )
}

/// Reads records over SOAP 1.1.
#[derive(Debug, Clone)]
pub struct SoapSource(Integration);

impl SoapSource {
    /// A source behind this client.
    #[must_use]
    pub fn new(system: Integration) -> Self {
        Self(system)
    }
}

#[async_trait]
impl Source for SoapSource {
    async fn page(&self, kind: &KindMap, position: Option<&str>) -> Result<Page> {
        let SourceMap::Soap(map) = &kind.source else {
            return Err(Error::Internal(
                "the translation is not for SOAP".to_owned(),
            ));
        };
        let body = filled(&map.body, position.unwrap_or_default(), kind.page_size);
        let action = format!("\"{}\"", map.action.as_deref().unwrap_or_default());
        let answer = self
            .0
            .call(Method::POST, &map.path, None)?
            // It only reads.
            .repeated(Repeat::Idempotent)
            .header("soapaction", &action)
            .header("accept", "text/xml")
            .raw("text/xml; charset=utf-8", body.into_bytes())
            .answer()
            .await?;
        let name = self.0.name();
        let envelope = xml::parse(&answer.body).map_err(|reason| {
            Error::Internal(format!("{name} answered something else: {reason}"))
        })?;
        if let Some(fault) = envelope.first("Fault") {
            let reason = fault.first("faultstring").or_else(|| fault.first("Text"));
            let reason = reason.map_or("no reason", |reason| reason.text.trim());
            return Err(Error::Unavailable(format!(
                "{name} answered a fault: {reason}"
            )));
        }
        if !answer.status.is_success() {
            return Err(Error::Internal(format!(
                "{name} answered {}",
                answer.status
            )));
        }
        let next = map.next.as_deref().and_then(|next| envelope.first(next));
        let next = next.map(|next| next.text.trim().to_owned());
        let records = envelope.all(&map.item);
        let items = records
            .iter()
            .map(|record| Item::new(&map.item, record.value()));
        let next = next.filter(|next| !next.is_empty());
        Ok(map.paging.page(kind, items.collect(), position, next))
    }
}
