//! The contract of another service, as this one uses it.


use async_trait::async_trait;
use frame::Error;
use frame::client::{Client, ClientSettings};
use frame::http::{IdsRequest, Page, PageRequest};
use frame::metrics::CallMetrics;
use uuid::Uuid;

/// What the service can be asked. Reading is retried as the policy of the edge says, changing is not; a creation has a key that makes it count once, and is.
#[async_trait]
pub trait StockClient: Send + Sync {
    /// One page; what the service itself narrows a list by is not part of this contract.
    ///
    /// # Errors
    /// What the service refuses, or that it does not answer.
    async fn list_item_entity(&self, page: &PageRequest) -> Result<Page<item_entity::ItemEntity>, Error>;
    /// # Errors
    /// What the service refuses, or that it does not answer.
    async fn create_item_entity(
        &self,
        key: &str,
        fields: &item_entity::ItemEntityFields,
    ) -> Result<item_entity::ItemEntity, Error>;
    /// # Errors
    /// What the service refuses, or that it does not answer.
    async fn fetch_item_entity(&self, id: Uuid) -> Result<item_entity::ItemEntity, Error>;
    /// Those of up to 100 that are there, in one call.
    ///
    /// # Errors
    /// What the service refuses, or that it does not answer.
    async fn fetch_many_item_entity(&self, ids: &[Uuid]) -> Result<Vec<item_entity::ItemEntity>, Error>;
    /// Changes it if it is in this version still.
    ///
    /// # Errors
    /// What the service refuses, or that it does not answer.
    async fn update_item_entity(
        &self,
        id: Uuid,
        version: i64,
        fields: &item_entity::ItemEntityFields,
    ) -> Result<item_entity::ItemEntity, Error>;
    /// Removes it if it is in this version still.
    ///
    /// # Errors
    /// What the service refuses, or that it does not answer.
    async fn remove_item_entity(&self, id: Uuid, version: i64) -> Result<(), Error>;
}

/// The service over HTTP.
#[derive(Debug, Clone)]
pub struct HttpStockClient(Client);

impl HttpStockClient {
    /// # Errors
    /// A client that cannot be made.
    pub fn new(settings: &ClientSettings, metrics: &CallMetrics) -> Result<Self, Error> {
        Client::new("stock", settings, metrics).map(Self)
    }
}

#[async_trait]
impl StockClient for HttpStockClient {
    async fn list_item_entity(&self, page: &PageRequest) -> Result<Page<item_entity::ItemEntity>, Error> {
        let limit = page.limit().to_string();
        let mut request = self.0.get("/api/items").query("limit", &limit);
        if let Some(cursor) = &page.cursor {
            request = request.query("cursor", cursor);
        }
        request.json().await
    }

    async fn create_item_entity(
        &self,
        key: &str,
        fields: &item_entity::ItemEntityFields,
    ) -> Result<item_entity::ItemEntity, Error> {
        let request = self.0.post("/api/items").body(fields);
        let request = request.idempotent("Idempotency-Key", key);
        request.json().await
    }

    async fn fetch_item_entity(&self, id: Uuid) -> Result<item_entity::ItemEntity, Error> {
        let path = format!("/api/items/{id}");
        self.0.get(&path).json().await
    }

    async fn fetch_many_item_entity(&self, ids: &[Uuid]) -> Result<Vec<item_entity::ItemEntity>, Error> {
        let request = IdsRequest::of(ids);
        self.0.get("/api/items/batch").query("ids", &request.ids).json().await
    }

    async fn update_item_entity(
        &self,
        id: Uuid,
        version: i64,
        fields: &item_entity::ItemEntityFields,
    ) -> Result<item_entity::ItemEntity, Error> {
        let path = format!("/api/items/{id}");
        self.0.put(&path).if_match(version).body(fields).json().await
    }

    async fn remove_item_entity(&self, id: Uuid, version: i64) -> Result<(), Error> {
        let path = format!("/api/items/{id}");
        self.0.delete(&path).if_match(version).done().await
    }
}

/// `ItemEntity` as the service serves it.
pub mod item_entity {
    use chrono::{DateTime, NaiveDate, Utc};
    use rust_decimal::Decimal;
    use serde::{Deserialize, Serialize};
    use utoipa::ToSchema;
    use uuid::Uuid;

    /// One of them.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
    #[schema(as = stock::ItemEntity)]
    pub struct ItemEntity {
        pub id: Uuid,
        #[serde(flatten)]
        pub fields: ItemEntityFields,
        pub version: i64,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    /// What a caller decides.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
    #[schema(as = stock::ItemEntityFields)]
    pub struct ItemEntityFields {
        pub sku: String,
        pub quantity: i32,
        pub price: Decimal,
        pub kind: ItemEntityKind,
        #[serde(default)]
        pub arrives_on: Option<NaiveDate>,
    }

    /// The values it may have.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
    #[schema(as = stock::ItemEntityKind)]
    pub enum ItemEntityKind {
        #[serde(rename = "whole")]
        Whole,
        #[serde(rename = "loose")]
        Loose,
    }
}
