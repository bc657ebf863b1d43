-- The jobs of a scheduled service and their history. Times are milliseconds since 1970, in UTC.

CREATE TABLE frame_jobs (
    name TEXT PRIMARY KEY,
    schedule TEXT NOT NULL,
    next_due BIGINT
);

CREATE TABLE frame_job_runs (
    id UUID PRIMARY KEY,
    job TEXT NOT NULL,
    cause TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    owner UUID,
    lease_until BIGINT,
    error TEXT
);
CREATE INDEX frame_job_runs_open ON frame_job_runs (job, state) WHERE finished_at IS NULL;
CREATE INDEX frame_job_runs_due_at ON frame_job_runs (job, due_at);
