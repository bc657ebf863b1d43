//! What `catalog` keeps, nearer.

use std::collections::HashMap;
use std::sync::Arc;

use frame::Error;
use frame::cache::Found;
use frame::http::{IfMatch, Page, PageRequest};
use uuid::Uuid;

use super::{Cached, key};
use crate::clients::catalog as origin;

fn product_key(id: &str) -> String {
    key("catalog/products", id)
}

/// The `Product` with this id.
///
/// # Errors
/// What the service says; that there is nothing is kept for a while too.
pub async fn get_product(cached: &Cached, id: Uuid) -> Result<Found<origin::product::Product>, Error> {
    let client = Arc::clone(&cached.clients.catalog);
    let load = async move || client.fetch_product(id).await;
    let key = product_key(&id.to_string());
    cached.cache.get_or_load(&key, load).await
}

/// Those of them that are there, in the order of their ids; the service is asked once for all that are
/// not kept.
///
/// # Errors
/// What the service says.
pub async fn get_many_product(cached: &Cached, ids: &[Uuid]) -> Result<Vec<origin::product::Product>, Error> {
    let client = Arc::clone(&cached.clients.catalog);
    let load = move |ids: Vec<Uuid>| {
        let client = Arc::clone(&client);
        async move {
            let found = client.fetch_many_product(&ids).await?;
            Ok(found.into_iter().map(|found| (found.id, found)).collect())
        }
    };
    let prefix = product_key("");
    let mut found: HashMap<_, _> = cached.cache.get_or_load_many(&prefix, ids, load).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// A page as the service has it: lists are not kept, since every change would end them.
///
/// # Errors
/// What the service says.
pub async fn list_product(cached: &Cached, page: &PageRequest) -> Result<Page<origin::product::Product>, Error> {
    cached.clients.catalog.list_product(page).await
}

/// Makes one in the service and keeps it.
///
/// # Errors
/// What the service says.
pub async fn create_product(
    cached: &Cached,
    fields: &origin::product::ProductFields,
) -> Result<origin::product::Product, Error> {
    let created = cached.clients.catalog.create_product(fields).await?;
    let key = product_key(&created.id.to_string());
    cached.keep(&key, created.version, &created).await;
    Ok(created)
}

/// Changes one in the service, then what is kept of it.
///
/// # Errors
/// What the service says.
pub async fn update_product(
    cached: &Cached,
    id: Uuid,
    expected: &IfMatch,
    fields: &origin::product::ProductFields,
) -> Result<origin::product::Product, Error> {
    let version = product_version(cached, id, expected).await?;
    let key = product_key(&id.to_string());
    let updated = cached.clients.catalog.update_product(id, version, fields).await;
    match &updated {
        Ok(updated) => cached.keep(&key, updated.version, updated).await,
        // It may have been changed although no answer came.
        Err(_) => cached.forget(&key).await,
    }
    updated
}

/// Removes one in the service, then what is kept of it.
///
/// # Errors
/// What the service says.
pub async fn remove_product(cached: &Cached, id: Uuid, expected: &IfMatch) -> Result<(), Error> {
    let version = product_version(cached, id, expected).await?;
    let key = product_key(&id.to_string());
    let removed = cached.clients.catalog.remove_product(id, version).await;
    match &removed {
        Ok(()) => cached.keep_removal(&key).await,
        Err(_) => cached.forget(&key).await,
    }
    removed
}

/// The version that the caller means; where that is any, the one that the service has.
async fn product_version(cached: &Cached, id: Uuid, expected: &IfMatch) -> Result<i64, Error> {
    if let Some(version) = expected.expected() {
        return Ok(version);
    }
    let current = cached.clients.catalog.fetch_product(id).await?;
    expected.check(current.version)?;
    Ok(current.version)
}
