-- What happened to aggregates, and what is kept of it. Times are microseconds since 1970, in UTC.

CREATE TABLE frame_changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    aggregate TEXT NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    form INTEGER NOT NULL,
    payload TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    UNIQUE (aggregate, id, version)
);

CREATE TABLE frame_snapshots (
    aggregate TEXT NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    form INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (aggregate, id)
);

-- Two generations of a projection stand side by side while it is rebuilt.
CREATE TABLE frame_projections (
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    position INTEGER NOT NULL,
    is_live BOOLEAN NOT NULL,
    PRIMARY KEY (name, generation)
);

CREATE TABLE frame_views (
    projection TEXT NOT NULL,
    generation INTEGER NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (projection, generation, id)
);
