-- The kit's own tables. Times are milliseconds since 1970, in UTC.

CREATE TABLE frame_outbox (
    seq BIGSERIAL PRIMARY KEY,
    ordering_key TEXT NOT NULL,
    envelope TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    available_at BIGINT NOT NULL,
    lease_until BIGINT,
    leased_by UUID,
    last_error TEXT,
    failed_at BIGINT
);
CREATE INDEX frame_outbox_pending ON frame_outbox (ordering_key, seq) WHERE failed_at IS NULL;

CREATE TABLE frame_inbox (
    consumer_group TEXT NOT NULL,
    message_id UUID NOT NULL,
    handled_at BIGINT NOT NULL,
    PRIMARY KEY (consumer_group, message_id)
);
CREATE INDEX frame_inbox_handled_at ON frame_inbox (handled_at);

CREATE TABLE frame_idempotency (
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    attempt UUID NOT NULL,
    lease_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    response TEXT,
    PRIMARY KEY (scope, idempotency_key)
);
CREATE INDEX frame_idempotency_expires_at ON frame_idempotency (expires_at);
