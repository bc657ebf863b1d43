//! What can be done with `Customer`.

use std::sync::Arc;

use async_trait::async_trait;
use frame::Error;
use frame::http::{Page, PageRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::domain::customer::{Customer, CustomerFields};

/// Narrows a list; what is absent does not narrow.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CustomerFilter {
    pub email: Option<String>,
}

/// Where they are kept.
#[async_trait]
pub trait CustomerRepository: Send + Sync {
    async fn insert(
        &self,
        customer: &Customer,
    ) -> Result<(), Error>;
    async fn find(&self, id: Uuid) -> Result<Option<Customer>, Error>;
    /// At most `limit` of them, in the order of their ids.
    async fn list(
        &self,
        filter: &CustomerFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Customer>, Error>;
    /// Replaces the version before this one; false when that is not the stored one any more.
    async fn update(
        &self,
        customer: &Customer,
    ) -> Result<bool, Error>;
    /// Removes this version; false when it is not the stored one any more.
    async fn delete(
        &self,
        customer: &Customer,
    ) -> Result<bool, Error>;
}

/// The use cases.
#[derive(Clone)]
pub struct CustomerUseCases {
    repository: Arc<dyn CustomerRepository>,
}

impl CustomerUseCases {
    #[must_use]
    pub fn new(repository: Arc<dyn CustomerRepository>) -> Self {
        Self { repository }
    }

    /// # Errors
    /// Invalid fields, a value that is taken, or a failed store.
    pub async fn create(&self, fields: CustomerFields) -> Result<Customer, Error> {
        let customer = Customer::new(fields)?;
        self.repository.insert(&customer).await?;
        Ok(customer)
    }

    /// # Errors
    /// Nothing with this id, or a failed store.
    pub async fn get(&self, id: Uuid) -> Result<Customer, Error> {
        let found = self.repository.find(id).await?;
        found.ok_or_else(|| Error::NotFound(format!("no customer has the id {id}")))
    }

    /// # Errors
    /// A cursor that is not one, or a failed store.
    pub async fn list(
        &self,
        filter: &CustomerFilter,
        page: &PageRequest,
    ) -> Result<Page<Customer>, Error> {
        let limit = page.limit();
        let found = self.repository.list(filter, page.after()?, limit + 1).await?;
        Ok(Page::of(found, limit, |last| last.id))
    }

    /// Changes the expected version, or any when none is expected.
    ///
    /// # Errors
    /// Nothing with this id, another version, invalid fields, a value that is taken, or a failed store.
    pub async fn update(
        &self,
        id: Uuid,
        expected: Option<i64>,
        fields: CustomerFields,
    ) -> Result<Customer, Error> {
        let customer = self.expect(id, expected).await?.change(fields)?;
        if self.repository.update(&customer).await? {
            Ok(customer)
        } else {
            Err(Error::PreconditionFailed)
        }
    }

    /// Removes the expected version, or any when none is expected.
    ///
    /// # Errors
    /// Nothing with this id, another version, something that still refers to it, or a failed store.
    pub async fn delete(&self, id: Uuid, expected: Option<i64>) -> Result<(), Error> {
        let customer = self.expect(id, expected).await?;
        if self.repository.delete(&customer).await? {
            Ok(())
        } else {
            Err(Error::PreconditionFailed)
        }
    }

    async fn expect(&self, id: Uuid, version: Option<i64>) -> Result<Customer, Error> {
        let current = self.get(id).await?;
        match version {
            Some(version) if version != current.version => Err(Error::PreconditionFailed),
            _ => Ok(current),
        }
    }
}
