CREATE TABLE "books" (
    id UUID PRIMARY KEY,
    "title" TEXT NOT NULL,
    "price" NUMERIC NOT NULL,
    "tags" JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX "books_title" ON "books" ("title");
