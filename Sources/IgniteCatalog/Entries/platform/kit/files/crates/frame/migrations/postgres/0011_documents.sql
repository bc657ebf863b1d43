-- JSON documents, as projections of what other services tell. Times are milliseconds since 1970.

CREATE TABLE frame_documents (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (collection, id)
);
