CREATE TABLE "notes" (
    id BLOB PRIMARY KEY NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT,
    "tags" TEXT NOT NULL,
    "pinned" BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX "notes_title" ON "notes" ("title");
