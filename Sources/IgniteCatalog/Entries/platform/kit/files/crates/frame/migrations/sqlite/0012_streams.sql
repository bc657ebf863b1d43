-- The clocks and open windows of stream processors. Times are milliseconds since 1970, in UTC.

CREATE TABLE frame_stream_clocks (
    stream TEXT PRIMARY KEY NOT NULL,
    latest INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
);

CREATE TABLE frame_stream_windows (
    stream TEXT NOT NULL,
    ordering_key TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (stream, ordering_key, start_at)
);
CREATE INDEX frame_stream_windows_end_at ON frame_stream_windows (stream, end_at);
