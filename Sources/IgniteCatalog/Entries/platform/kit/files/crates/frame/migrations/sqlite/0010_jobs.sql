-- The jobs of a scheduled service and their history. Times are milliseconds since 1970, in UTC.

CREATE TABLE frame_jobs (
    name TEXT PRIMARY KEY NOT NULL,
    schedule TEXT NOT NULL,
    next_due INTEGER
);

CREATE TABLE frame_job_runs (
    id BLOB PRIMARY KEY NOT NULL,
    job TEXT NOT NULL,
    cause TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    owner BLOB,
    lease_until INTEGER,
    error TEXT
);
CREATE INDEX frame_job_runs_open ON frame_job_runs (job, state) WHERE finished_at IS NULL;
CREATE INDEX frame_job_runs_due_at ON frame_job_runs (job, due_at);
