//! Changes of the texts of `Note`.
//!
//! `GET` gives all changes of a text, `POST` takes some and answers with the text that comes out. What
//! comes out is written like any other change of it, so that everybody is told who is told of those.

use axum::extract::State;
use axum::routing::get;
use axum::Router;
use frame::http::{IfMatch, Json, Path};
use frame::merging::{Change, Merging};
use frame::{Database, Error};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::application::note::NoteUseCases;

/// How often a text is merged anew because somebody else was faster.
const ATTEMPTS: u32 = 50;

/// Changes that somebody made.
#[derive(Debug, Deserialize)]
pub struct Changes {
    pub changes: Vec<Change>,
}

/// The text that came out.
#[derive(Debug, Serialize)]
pub struct Merged {
    pub text: String,
    pub version: i64,
}

type Shared = (NoteUseCases, Merging);

pub fn routes(use_cases: &NoteUseCases, database: &Database) -> Router {
    Router::new()
        .merge(
            Router::new()
                .route("/api/notes/{id}/body/changes", get(list_body).post(merge_body))
                .with_state((use_cases.clone(), Merging::new(database.clone(), "note/body"))),
        )
}

async fn list_body(State((use_cases, merging)): State<Shared>, Path(id): Path<Uuid>) -> Result<Json<Vec<Change>>, Error> {
    let current = use_cases.get(id).await?;
    // A text that nobody changed yet gets its first changes here, so that there is something to stand behind.
    merging.take(id, &current.fields.body, Vec::new()).await?;
    Ok(Json(merging.replica(id).await?.changes().cloned().collect()))
}

async fn merge_body(
    State((use_cases, merging)): State<Shared>,
    Path(id): Path<Uuid>,
    Json(Changes { changes }): Json<Changes>,
) -> Result<Json<Merged>, Error> {
    for _ in 0..ATTEMPTS {
        let current = use_cases.get(id).await?;
        let text = merging.take(id, &current.fields.body, changes.clone()).await?;
        if current.fields.body == text {
            let version = current.version;
            return Ok(Json(Merged { text, version }));
        }
        let mut fields = current.fields.clone();
        fields.body.clone_from(&text);
        match use_cases.update(id, &IfMatch::version(current.version), fields).await {
            Ok(merged) => return Ok(Json(Merged { text, version: merged.version })),
            // Somebody else merged meanwhile: with what they brought the text is another one.
            Err(Error::PreconditionFailed) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::Unavailable("too many change the text right now".to_owned()))
}
