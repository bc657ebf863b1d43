CREATE TABLE frame_sagas (
    id          UUID   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    record      TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    due_ms      BIGINT NOT NULL,
    lease_ms    BIGINT NOT NULL,
    started_ms  BIGINT NOT NULL
);

CREATE INDEX frame_sagas_due ON frame_sagas (name, state, due_ms);
