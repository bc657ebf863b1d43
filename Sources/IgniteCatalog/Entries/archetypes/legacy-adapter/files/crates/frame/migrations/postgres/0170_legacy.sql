-- What a legacy system holds and how far it was read. Times are milliseconds since 1970, in UTC.

CREATE TABLE frame_legacy_ids (
    kind TEXT NOT NULL,
    legacy_id TEXT NOT NULL,
    id UUID NOT NULL,
    digest TEXT,
    changed TEXT,
    pass UUID,
    PRIMARY KEY (kind, legacy_id)
);
CREATE UNIQUE INDEX frame_legacy_ids_by_id ON frame_legacy_ids (kind, id);

CREATE TABLE frame_legacy_cursors (
    kind TEXT PRIMARY KEY,
    position TEXT,
    pass UUID,
    is_whole BOOLEAN NOT NULL DEFAULT TRUE,
    owner UUID,
    lease_until BIGINT NOT NULL DEFAULT 0,
    synced_at BIGINT,
    error TEXT
);

CREATE TABLE frame_legacy_quarantine (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    legacy_key TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL,
    record TEXT NOT NULL,
    is_readable BOOLEAN NOT NULL,
    is_removal BOOLEAN NOT NULL,
    waits BOOLEAN NOT NULL,
    attempts BIGINT NOT NULL,
    set_aside_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX frame_legacy_quarantine_by_key ON frame_legacy_quarantine (kind, legacy_key);
