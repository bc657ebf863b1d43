-- What requests with an idempotency key have done, written by the transactions that did it.

CREATE TABLE frame_done (
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    place BIGINT NOT NULL,
    fingerprint BYTEA NOT NULL,
    what TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (scope, idempotency_key, place)
);
CREATE INDEX frame_done_expires_at ON frame_done (expires_at);
