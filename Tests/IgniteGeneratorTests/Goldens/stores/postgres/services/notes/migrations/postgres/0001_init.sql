CREATE TABLE "notes" (
    id UUID PRIMARY KEY,
    "title" TEXT NOT NULL,
    "body" TEXT,
    "tags" JSONB NOT NULL,
    "pinned" BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX "notes_title" ON "notes" ("title");
