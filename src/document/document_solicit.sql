-- name: q_round_put
INSERT INTO solicit_round (id, document_id, round, matter_id, revision, note, reply_by, asked_person,
  asked_post, asked_by, asked_at)
VALUES (:id, :document, :round, :matter, :revision, :note, :reply_by, :person, :post, :by, :at);
-- name: q_round_get
SELECT id, document_id, round, matter_id, revision, note, reply_by, asked_person, asked_post,
  asked_by, asked_at FROM solicit_round WHERE id = :id;
-- name: q_round_of_matter
-- solicit_round_matter
SELECT id FROM solicit_round WHERE matter_id = :matter;

-- name: q_rounds_of
-- solicit_round_once
SELECT id FROM solicit_round WHERE document_id = :document ORDER BY round;
-- name: q_round_last
SELECT coalesce(max(round), 0) FROM solicit_round WHERE document_id = :document;
-- name: q_round_matters
-- solicit_round_once, of the document in this matter
SELECT r.matter_id FROM document d JOIN solicit_round r ON r.document_id = d.id
WHERE d.matter_id = :matter ORDER BY r.round;
-- name: q_replies_count
-- primary key: asked, replied, with an opinion, of these not decided
SELECT count(*), coalesce(sum(CASE WHEN outcome <> '' THEN 1 ELSE 0 END), 0),
  coalesce(sum(CASE WHEN outcome = 'comment' THEN 1 ELSE 0 END), 0),
  coalesce(sum(CASE WHEN outcome = 'comment' AND verdict = '' THEN 1 ELSE 0 END), 0)
FROM solicit_reply WHERE round_id = :round;
-- name: q_replies
-- primary key; at most the units of one round
SELECT unit_id, unit, outcome, text, replied_at, verdict, reason, decided_by, decided_at, rev, child_id
FROM solicit_reply WHERE round_id = :round ORDER BY place;
-- name: q_reply_get
SELECT unit_id, unit, outcome, text, replied_at, verdict, reason, decided_by, decided_at, rev, child_id
FROM solicit_reply WHERE round_id = :round AND unit_id = :unit;
-- name: q_reply_lock
SELECT round_id FROM solicit_reply WHERE round_id = :round AND unit_id = :unit FOR UPDATE;
-- name: q_reply_put
INSERT INTO solicit_reply (round_id, place, unit_id, unit, child_id, outcome, text, replied_at, verdict,
  reason, decided_by, decided_at, rev)
VALUES (:round, :place, :unit_id, :unit, :child, '', '', 0, '', '', '', 0, 1);
-- name: q_reply_said
-- another reply than before is to be decided anew
UPDATE solicit_reply SET outcome = :outcome, text = :text, replied_at = :at, verdict = '', reason = '',
  decided_by = '', decided_at = 0, rev = rev + 1 WHERE child_id = :child;
-- name: q_reply_decide
UPDATE solicit_reply SET verdict = :verdict, reason = :reason, decided_by = :by, decided_at = :at,
  rev = rev + 1 WHERE round_id = :round AND unit_id = :unit;
-- name: q_replies_undecided
SELECT unit FROM solicit_reply WHERE round_id = :round AND outcome = 'comment' AND verdict = ''
ORDER BY place LIMIT 1;
-- 误传处置
-- name: q_rounds_purge
UPDATE solicit_round SET note = '' WHERE matter_id = :matter;
-- name: q_replies_purge
UPDATE solicit_reply SET text = '', reason = '' WHERE round_id IN
  (SELECT id FROM solicit_round WHERE matter_id = :matter);
-- name: q_reply_purge
UPDATE solicit_reply SET text = '', reason = '' WHERE child_id = :child;
