use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::database::{on_connection, on_pool, upsert};
use crate::{Database, Error, Result, Transaction};

/// The documents of a projection, as a projection sees them while it takes a change.
pub struct View<'t> {
    pub(super) tx: &'t mut Transaction,
    pub(super) projection: &'t str,
    pub(super) generation: i64,
}

impl View<'_> {
    /// The document with an id.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a document of another form.
    pub async fn get<D: DeserializeOwned>(&mut self, id: &str) -> Result<Option<D>> {
        let select = "SELECT document FROM frame_views \
                      WHERE projection = $1 AND generation = $2 AND id = $3";
        let found: Option<String> = on_connection!(self.tx.connection(), c => {
            let select = sqlx::query_scalar(select).bind(self.projection);
            select.bind(self.generation).bind(id).fetch_optional(c).await?
        });
        found
            .map(|document| read(self.projection, &document))
            .transpose()
    }

    /// Keeps a document in place of the one with this id.
    ///
    /// # Errors
    /// [`Error::Internal`] for a document that cannot be written as JSON.
    pub async fn put<D: Serialize>(&mut self, id: &str, document: &D) -> Result<()> {
        let insert = "INSERT INTO frame_views (projection, generation, id, document) \
                      VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let update = "UPDATE frame_views SET document = $4 \
                      WHERE projection = $1 AND generation = $2 AND id = $3";
        let document =
            serde_json::to_string(document).map_err(|error| Error::Internal(error.to_string()))?;
        let connection = self.tx.connection();
        let (projection, generation) = (self.projection, self.generation);
        upsert!(
            connection,
            insert,
            update,
            [projection, generation, id, &document]
        );
        Ok(())
    }

    /// Removes the document with an id, if there is one.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn remove(&mut self, id: &str) -> Result<()> {
        let delete = "DELETE FROM frame_views \
                      WHERE projection = $1 AND generation = $2 AND id = $3";
        on_connection!(self.tx.connection(), c => {
            let delete = sqlx::query(delete).bind(self.projection).bind(self.generation);
            delete.bind(id).execute(c).await?;
        });
        Ok(())
    }
}

/// The documents of a projection as readers see them: always those of one generation.
#[derive(Debug, Clone)]
pub struct Documents {
    pub(super) database: Database,
    pub(super) projection: String,
}

const LIVE: &str = "FROM frame_views d JOIN frame_projections p \
                    ON p.name = d.projection AND p.generation = d.generation \
                    WHERE p.is_live AND p.name = $1";

impl Documents {
    /// The document with an id.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a document of another form.
    pub async fn get<D: DeserializeOwned>(&self, id: &str) -> Result<Option<D>> {
        let select = sqlx::AssertSqlSafe(format!("SELECT d.document {LIVE} AND d.id = $2"));
        let found: Option<String> = on_pool!(&self.database, pool => {
            let select = sqlx::query_scalar(select).bind(&self.projection).bind(id);
            select.fetch_optional(pool).await?
        });
        found
            .map(|document| read(&self.projection, &document))
            .transpose()
    }

    /// At most `limit` documents behind an id, with their ids and in their order.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn list<D: DeserializeOwned>(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, D)>> {
        let select = format!("SELECT d.id, d.document {LIVE} AND d.id > $2 ORDER BY d.id LIMIT $3");
        let select = sqlx::AssertSqlSafe(select);
        let found: Vec<(String, String)> = on_pool!(&self.database, pool => {
            let select = sqlx::query_as(select).bind(&self.projection).bind(after);
            select.bind(i64::from(limit)).fetch_all(pool).await?
        });
        let documents = found.into_iter();
        documents
            .map(|(id, document)| Ok((id, read(&self.projection, &document)?)))
            .collect()
    }
}

fn read<D: DeserializeOwned>(projection: &str, document: &str) -> Result<D> {
    serde_json::from_str(document)
        .map_err(|error| Error::Malformed(format!("a document of {projection}: {error}")))
}
