use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Overlap, RunRecord, Scheduler};
use crate::Result;
use crate::http::{Path, Query};

/// The most runs one answer holds.
const MOST: u32 = 1_000;

pub(super) fn routes(scheduler: Scheduler) -> Router {
    Router::new()
        .route("/operations/jobs", get(list))
        .route("/operations/jobs/{job}/runs", get(history))
        .route("/operations/jobs/{job}/run", post(request))
        .with_state(scheduler)
}

#[derive(Serialize)]
struct JobStatus {
    name: String,
    schedule: String,
    overlap: Overlap,
    timeout_seconds: u64,
    next_due: Option<DateTime<Utc>>,
    last_run: Option<RunRecord>,
}

#[derive(Serialize)]
struct Requested {
    run: Uuid,
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<u32>,
}

async fn list(State(scheduler): State<Scheduler>) -> Result<Json<Vec<JobStatus>>> {
    let mut jobs = Vec::new();
    for entry in scheduler.jobs.values() {
        let next_due = scheduler.runs.next_due(&entry.name).await?;
        jobs.push(JobStatus {
            name: entry.name.clone(),
            schedule: entry.options.schedule.to_string(),
            overlap: entry.options.overlap,
            timeout_seconds: entry.options.timeout.as_secs(),
            next_due: next_due.and_then(DateTime::from_timestamp_millis),
            last_run: scheduler.runs.history(&entry.name, 1).await?.pop(),
        });
    }
    Ok(Json(jobs))
}

async fn history(
    State(scheduler): State<Scheduler>,
    Path(job): Path<String>,
    Query(Limit { limit }): Query<Limit>,
) -> Result<Json<Vec<RunRecord>>> {
    let limit = limit.unwrap_or(100).min(MOST);
    Ok(Json(scheduler.history(&job, limit).await?))
}

async fn request(
    State(scheduler): State<Scheduler>,
    Path(job): Path<String>,
) -> Result<(StatusCode, Json<Requested>)> {
    let run = scheduler.request(&job).await?;
    Ok((StatusCode::ACCEPTED, Json(Requested { run })))
}
