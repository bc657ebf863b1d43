-- The notices of external systems that were heard, so that none counts twice.
CREATE TABLE frame_notices (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    heard_at BIGINT NOT NULL,
    PRIMARY KEY (source, id)
);

CREATE INDEX frame_notices_by_time ON frame_notices (heard_at);
