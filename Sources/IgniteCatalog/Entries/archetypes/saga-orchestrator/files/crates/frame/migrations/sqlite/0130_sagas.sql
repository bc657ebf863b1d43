CREATE TABLE frame_sagas (
    id          BLOB    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    record      TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    due_ms      INTEGER NOT NULL,
    lease_ms    INTEGER NOT NULL,
    started_ms  INTEGER NOT NULL
);

CREATE INDEX frame_sagas_due ON frame_sagas (name, state, due_ms);
