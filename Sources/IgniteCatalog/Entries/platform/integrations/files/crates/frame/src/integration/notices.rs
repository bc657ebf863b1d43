use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio_util::sync::CancellationToken;

use super::{Notice, Signature};
use crate::clock::now_ms;
use crate::config::Reader;
use crate::database::{on_connection, on_pool};
use crate::http::Problem;
use crate::security::Sensitive;
use crate::{Database, Error, Result, Transaction};

/// How long it is remembered what was heard; far longer than a signature is good.
const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);
/// How often what need not be remembered is deleted.
const CLEAN_EVERY: Duration = Duration::from_secs(3_600);

/// How notices of an external system are checked.
#[derive(Debug, Clone)]
pub struct NoticeSettings {
    /// The name of the system, as `stripe`.
    pub source: String,
    /// `…_WEBHOOK_HEADER`: where the signature is.
    pub header: HeaderName,
    /// `…_WEBHOOK_SECRET`: what signatures are made with; several with commas while one is replaced.
    pub secrets: Vec<Sensitive<String>>,
    /// `…_WEBHOOK_TOLERANCE`: how old, or how far ahead, a signature may be.
    pub tolerance: Duration,
}

impl NoticeSettings {
    /// Reads the variables that begin with `prefix`, as `STRIPE`.
    pub fn read(reader: &mut Reader, source: &str, prefix: &str) -> Self {
        let variable = format!("{prefix}_WEBHOOK_HEADER");
        let name = reader.or(&variable, "webhook-signature".to_owned());
        let header = HeaderName::try_from(&name).unwrap_or_else(|_| {
            reader.problem(variable, "is no header name", "a header name");
            header::AUTHORIZATION
        });
        let secrets = reader.or(&format!("{prefix}_WEBHOOK_SECRET"), Vec::<String>::new());
        let tolerance = format!("{prefix}_WEBHOOK_TOLERANCE");
        Self {
            source: source.to_owned(),
            header,
            secrets: secrets.into_iter().map(Sensitive::new).collect(),
            tolerance: reader.or(&tolerance, Duration::from_secs(300)),
        }
    }
}

/// What happens when a notice comes.
#[async_trait]
pub trait NoticeHandler: Send + Sync + 'static {
    /// Acts on a notice, once: what it writes and publishes in the transaction is committed together
    /// with the note that the notice was heard.
    ///
    /// # Errors
    /// When it should come again.
    async fn handle(&self, notice: &Notice, transaction: &mut Transaction) -> Result<()>;
}

/// Hears the notices of one external system.
#[derive(Clone)]
pub struct Notices {
    settings: Arc<NoticeSettings>,
    database: Database,
    handler: Arc<dyn NoticeHandler>,
}

impl Notices {
    /// Notices that are remembered in this database.
    pub fn new(settings: NoticeSettings, database: Database, handler: impl NoticeHandler) -> Self {
        if settings.secrets.is_empty() {
            let source = &settings.source;
            tracing::warn!(
                source,
                "its notices are turned away until its secret is set"
            );
        }
        Self {
            settings: Arc::new(settings),
            database,
            handler: Arc::new(handler),
        }
    }

    /// The route that takes them in.
    pub fn routes(self, path: &str) -> Router {
        Router::new().route(path, post(hear)).with_state(self)
    }

    /// Checks a signature against the present.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), &'static str> {
        let header = headers
            .get(&self.settings.header)
            .and_then(|value| value.to_str().ok());
        let signature = header
            .and_then(Signature::parse)
            .ok_or("a signature is needed")?;
        let age = crate::now().timestamp().abs_diff(signature.at);
        let secrets = &self.settings.secrets;
        if !secrets.iter().any(|secret| signature.is_of(body, secret)) {
            return Err("the signature is not accepted");
        }
        if age > self.settings.tolerance.as_secs() {
            return Err("the signature is of another time");
        }
        Ok(())
    }

    /// Acts on a notice that was not heard before; `false` when it was.
    ///
    /// # Errors
    /// What the handler or the database answers.
    pub async fn act(&self, notice: &Notice) -> Result<bool> {
        let mut transaction = self.database.begin().await?;
        if !remember(&mut transaction, notice).await? {
            return Ok(false);
        }
        self.handler.handle(notice, &mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Deletes from time to time what need not be remembered.
    ///
    /// # Errors
    /// None; what the database answers is logged.
    pub async fn clean(database: Database, stop: CancellationToken) -> Result<()> {
        while stop
            .run_until_cancelled(tokio::time::sleep(CLEAN_EVERY))
            .await
            .is_some()
        {
            if let Err(error) = forget(&database, REMEMBERED).await {
                tracing::warn!(%error, "old notices stay for now");
            }
        }
        Ok(())
    }
}

/// Notes that a notice was heard; `false` when it had been.
async fn remember(transaction: &mut Transaction, notice: &Notice) -> Result<bool> {
    let insert = "INSERT INTO frame_notices (source, id, heard_at) VALUES ($1, $2, $3) \
                  ON CONFLICT DO NOTHING";
    let rows = on_connection!(transaction.connection(), c => {
        let insert = sqlx::query(insert).bind(&notice.source).bind(&notice.id);
        insert.bind(now_ms()).execute(c).await?.rows_affected()
    });
    Ok(rows == 1)
}

/// Deletes what was heard longer ago.
async fn forget(database: &Database, age: Duration) -> Result<u64> {
    let delete = "DELETE FROM frame_notices WHERE heard_at < $1";
    let before = now_ms() - crate::clock::ms(age);
    Ok(on_pool!(database, pool => {
        sqlx::query(delete).bind(before).execute(pool).await?.rows_affected()
    }))
}

async fn hear(State(notices): State<Notices>, headers: HeaderMap, body: Bytes) -> Result<Response> {
    let source = &notices.settings.source;
    if notices.settings.secrets.is_empty() {
        return Err(Error::Unavailable(format!(
            "the secret of {source}'s notices is not set"
        )));
    }
    if let Err(reason) = notices.check(&headers, &body) {
        tracing::warn!(source, reason, "a notice was turned away");
        let problem = Problem::new(StatusCode::UNAUTHORIZED).detail(reason);
        return Ok(problem.into_response());
    }
    let notice = Notice::read(source, &body)?;
    let is_new = notices.act(&notice).await?;
    tracing::info!(
        source,
        id = notice.id,
        kind = notice.kind,
        is_new,
        "a notice was heard"
    );
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn old_notices_are_forgotten() {
        for database in testing::databases(None).await.unwrap() {
            let mut transaction = database.begin().await.unwrap();
            let heard = Notice::read("stripe", br#"{ "id": "n1" }"#).unwrap();
            assert!(remember(&mut transaction, &heard).await.unwrap());
            assert!(!remember(&mut transaction, &heard).await.unwrap());
            transaction.commit().await.unwrap();
            assert_eq!(forget(&database, REMEMBERED).await.unwrap(), 0);
            tokio::time::sleep(Duration::from_millis(5)).await;
            assert_eq!(forget(&database, Duration::ZERO).await.unwrap(), 1);
        }
    }
}
