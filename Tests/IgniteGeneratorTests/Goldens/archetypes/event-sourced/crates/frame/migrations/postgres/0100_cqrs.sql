-- What happened to aggregates, and what is kept of it. Times are microseconds since 1970, in UTC.

CREATE TABLE frame_changes (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    aggregate TEXT NOT NULL,
    id UUID NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    form BIGINT NOT NULL,
    payload TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    UNIQUE (aggregate, id, version)
);

CREATE TABLE frame_snapshots (
    aggregate TEXT NOT NULL,
    id UUID NOT NULL,
    version BIGINT NOT NULL,
    form BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (aggregate, id)
);

-- Two generations of a projection stand side by side while it is rebuilt.
CREATE TABLE frame_projections (
    name TEXT NOT NULL,
    generation BIGINT NOT NULL,
    position BIGINT NOT NULL,
    is_live BOOLEAN NOT NULL,
    PRIMARY KEY (name, generation)
);

CREATE TABLE frame_views (
    projection TEXT NOT NULL,
    generation BIGINT NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (projection, generation, id)
);
