CREATE TABLE "books" (
    id BLOB PRIMARY KEY NOT NULL,
    "title" TEXT NOT NULL,
    "price" TEXT NOT NULL,
    "tags" TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX "books_title" ON "books" ("title");
