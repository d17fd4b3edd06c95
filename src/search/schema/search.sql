-- Texts that search has still to index, in order. The index itself is derived and lives apart:
-- on SQLite in its own file search.db with its own single writer, on PostgreSQL in search_text.
CREATE TABLE search_queue (
    id bigint PRIMARY KEY,
    text_id bigint NOT NULL
);
