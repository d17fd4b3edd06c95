-- Texts that search has still to index, in order. The index itself is derived and lives apart:
-- on SQLite in its own file search.db with its own single writer, on PostgreSQL in search_text.
-- search_purge: texts whose old words must leave the index's files too (误传处置), not only its answers.
CREATE TABLE search_purge (
    text_id bigint PRIMARY KEY,
    at bigint NOT NULL
) WITHOUT ROWID;
CREATE TABLE search_queue (
    id bigint PRIMARY KEY,
    text_id bigint NOT NULL
);
