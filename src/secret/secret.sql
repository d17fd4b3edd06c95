-- name: q_secret_marks
SELECT mark FROM secret_mark ORDER BY mark;
-- name: q_secret_marks_any
SELECT 1 FROM secret_mark LIMIT 1;
-- name: q_secret_marks_drop
DELETE FROM secret_mark;
-- name: q_secret_mark_put
INSERT INTO secret_mark (mark, added_at) VALUES (:mark, :at) ON CONFLICT (mark) DO NOTHING;

-- name: q_purged_put
INSERT INTO purged_content (digest, spill_id, kind, at) VALUES (:digest, :spill, :kind, :at)
ON CONFLICT (digest) DO NOTHING;
-- name: q_purged_has
SELECT 1 FROM purged_content WHERE digest = :digest AND kind = 'file';
