-- name: q_queue_put
INSERT INTO search_queue (id, text_id) VALUES (:id, :text);
-- name: q_queue_page
SELECT id, text_id FROM search_queue ORDER BY id LIMIT :limit;
-- name: q_queue_drop
DELETE FROM search_queue WHERE id <= :last;
-- name: q_queue_all
INSERT INTO search_queue (id, text_id) SELECT id, id FROM matter WHERE text_id = id
ON CONFLICT (id) DO NOTHING;

-- name: q_purge_put
INSERT INTO search_purge (text_id, at) VALUES (:text, :at) ON CONFLICT (text_id) DO NOTHING;
-- name: q_purge_any
SELECT 1 FROM search_purge LIMIT 1;
-- name: q_purge_drop
DELETE FROM search_purge WHERE NOT EXISTS
  (SELECT 1 FROM search_queue q WHERE q.text_id = search_purge.text_id);

-- the index; the tokens stand in one column, apart by spaces
-- name: q_text_old
SELECT tokens FROM search_text WHERE id = :id;
-- name: q_text_put
INSERT INTO search_text (id, tokens) VALUES (:id, :tokens)
ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens;
-- name: q_fts_drop
INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', :id, :tokens);
-- pg:
SELECT CAST(:id AS bigint), CAST(:tokens AS text);
-- name: q_fts_put
INSERT INTO search_fts (rowid, tokens) VALUES (:id, :tokens);
-- pg:
SELECT CAST(:id AS bigint), CAST(:tokens AS text);
-- name: q_fts_merge
-- rank: pages to merge; negative: begin to merge all there is
INSERT INTO search_fts (search_fts, rank) VALUES ('merge', :pages);
-- pg:
SELECT CAST(:pages AS bigint);
-- name: q_fts_writes
SELECT total_changes();
-- pg:
SELECT 0;
-- name: q_text_count
SELECT count(*) FROM (SELECT 1 FROM search_text LIMIT 1) x;

-- name: q_match_page
-- postings newest first from a text on
SELECT rowid FROM search_fts WHERE search_fts MATCH :words AND rowid <= :from
ORDER BY rowid DESC LIMIT :limit;
-- pg:
SELECT id FROM search_text WHERE to_tsvector('simple', tokens) @@ to_tsquery('simple', CAST(:words AS text))
  AND id <= CAST(:from AS bigint) ORDER BY id + 0 DESC LIMIT CAST(:limit AS bigint);
-- name: q_match_near
-- PostgreSQL's GIN gives all postings of a word before it can give the newest: that of a word which
-- stands in most texts is a quarter of a second with 200,000. So first the newest thousand texts are
-- looked through, as many as it takes; needles: JSON, each with the blanks around it
SELECT rowid FROM search_fts WHERE search_fts MATCH :needles AND rowid <= :from
ORDER BY rowid DESC LIMIT :limit;
-- pg:
SELECT t.id FROM (SELECT id, tokens FROM search_text WHERE id <= CAST(:from AS bigint)
  ORDER BY id DESC LIMIT 1000) t
WHERE NOT EXISTS (SELECT 1 FROM json_array_elements_text(CAST(:needles AS json)) n(value)
  WHERE strpos(' ' || t.tokens || ' ', n.value) = 0)
ORDER BY t.id DESC LIMIT CAST(:limit AS bigint);
