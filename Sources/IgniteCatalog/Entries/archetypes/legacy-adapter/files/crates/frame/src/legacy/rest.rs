use async_trait::async_trait;
use axum::http::Method;
use serde_json::Value;

use super::form::RestForm;
use super::path::Path;
use super::record::Item;
use super::sources::{Page, Paging, Source, SourceMap};
use super::translation::KindMap;
use crate::integration::Integration;
use crate::{Error, Result};

/// Where the records of one kind are behind JSON over HTTP.
#[derive(Debug, Clone)]
pub(super) struct RestMap {
    path: String,
    items: Option<Path>,
    next: Option<Path>,
    cursor: Option<String>,
    limit: Option<String>,
    parameters: Vec<(String, String)>,
    paging: Paging,
}

impl RestMap {
    pub fn new(form: &RestForm, paging: Paging) -> Self {
        let offset = form.offset.as_ref().map(|name| name.get_ref().clone());
        Self {
            path: form.path.get_ref().clone(),
            items: form.items.as_deref().map(Path::new),
            next: form.next.as_ref().map(|next| Path::new(next.get_ref())),
            cursor: form.cursor.clone().or(offset),
            limit: form.limit.clone(),
            parameters: form.parameters.clone().into_iter().collect(),
            paging,
        }
    }
}

/// Reads records as JSON over HTTP.
#[derive(Debug, Clone)]
pub struct RestSource(Integration);

impl RestSource {
    /// A source behind this client.
    #[must_use]
    pub fn new(system: Integration) -> Self {
        Self(system)
    }
}

#[async_trait]
impl Source for RestSource {
    async fn page(&self, kind: &KindMap, position: Option<&str>) -> Result<Page> {
        let SourceMap::Rest(map) = &kind.source else {
            return Err(Error::Internal(
                "the translation is not for REST".to_owned(),
            ));
        };
        let mut call = self.0.call(Method::GET, &map.path, None)?;
        for (name, value) in &map.parameters {
            call = call.query(name, value);
        }
        if let (Some(name), Some(position)) = (&map.cursor, position) {
            call = call.query(name, position);
        }
        if let Some(name) = &map.limit {
            call = call.query(name, &kind.page_size.to_string());
        }
        let answer: Value = call.json().await?;
        let next = map.next.as_ref().and_then(|next| next.text(&answer));
        let items = match &map.items {
            Some(path) => path.of(&answer),
            None => &answer,
        };
        let Value::Array(records) = items else {
            let place = map.items.as_ref().map_or("it".to_owned(), Path::to_string);
            let path = &map.path;
            let reason = format!("the answer of {path} has no list of records: {place} is none");
            return Err(Error::Internal(reason));
        };
        let items = records
            .iter()
            .map(|record| Item::new(&map.path, record.clone()));
        Ok(map.paging.page(kind, items.collect(), position, next))
    }
}
