-- name: q_label_words
SELECT word, label FROM label_word ORDER BY label, word;
-- name: q_label_words_drop
DELETE FROM label_word;
-- name: q_label_word_put
INSERT INTO label_word (word, label, added_at) VALUES (:word, :label, :at)
ON CONFLICT (word) DO NOTHING;
-- name: q_label_get
SELECT label, label_by, label_why, label_least FROM matter WHERE id = :id;
-- name: q_label_set
UPDATE matter SET label = :label, label_by = :by, label_why = :why WHERE id = :id;
