-- name: q_secret_marks
SELECT mark FROM secret_mark ORDER BY mark;
-- name: q_secret_marks_any
SELECT 1 FROM secret_mark LIMIT 1;
-- name: q_secret_marks_drop
DELETE FROM secret_mark;
-- name: q_secret_mark_put
INSERT INTO secret_mark (mark, added_at) VALUES (:mark, :at) ON CONFLICT (mark) DO NOTHING;
