-- What a legacy system holds and how far it was read. Times are milliseconds since 1970, in UTC.

CREATE TABLE frame_legacy_ids (
    kind TEXT NOT NULL,
    legacy_id TEXT NOT NULL,
    id BLOB NOT NULL,
    digest TEXT,
    changed TEXT,
    pass BLOB,
    PRIMARY KEY (kind, legacy_id)
);
CREATE UNIQUE INDEX frame_legacy_ids_by_id ON frame_legacy_ids (kind, id);

CREATE TABLE frame_legacy_cursors (
    kind TEXT PRIMARY KEY NOT NULL,
    position TEXT,
    pass BLOB,
    is_whole BOOLEAN NOT NULL DEFAULT TRUE,
    owner BLOB,
    lease_until INTEGER NOT NULL DEFAULT 0,
    synced_at INTEGER,
    error TEXT
);

CREATE TABLE frame_legacy_quarantine (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    legacy_key TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL,
    record TEXT NOT NULL,
    is_readable BOOLEAN NOT NULL,
    is_removal BOOLEAN NOT NULL,
    waits BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL,
    set_aside_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX frame_legacy_quarantine_by_key ON frame_legacy_quarantine (kind, legacy_key);
