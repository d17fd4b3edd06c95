-- name: q_spill_put
INSERT INTO spill (id, kind, matter_id, root_id, file, rule, with_opinions, state, digest, reported_by,
  reported_at, asked_by, asked_role, asked_at, decided_by, decided_at, done_at)
VALUES (:id, :kind, :matter, :root, :file, :rule, :with_opinions, :state, '', :reported_by,
  :reported_at, :asked_by, :asked_role, :asked_at, NULL, NULL, NULL);
-- name: q_spill_get
SELECT id, kind, matter_id, root_id, file, rule, with_opinions, state, digest, reported_by,
  reported_at, asked_by, asked_role, asked_at, decided_by, decided_at, done_at
FROM spill WHERE id = :id;
-- name: q_spill_lock
SELECT id FROM spill WHERE id = :id FOR UPDATE;
-- name: q_spill_asked
UPDATE spill SET state = 'asked', rule = :rule, with_opinions = :with_opinions, asked_by = :person,
  asked_role = :role, asked_at = :at WHERE id = :id;
-- name: q_spill_decided
UPDATE spill SET state = :state, decided_by = :person, decided_at = :at WHERE id = :id;
-- name: q_spill_done
UPDATE spill SET state = 'done', digest = :digest, done_at = :at WHERE id = :id;
-- name: q_spill_same
-- spill_root
SELECT id FROM spill WHERE root_id = :root AND file = :file AND state <> 'declined' LIMIT 1;
-- name: q_spills_open
-- spill_open
SELECT s.id, s.kind, s.matter_id, s.rule, s.state, s.reported_at, s.asked_at, s.asked_role,
  s.decided_at, s.done_at, s.digest, s.with_opinions, s.asked_by, r.name, a.name, d.name
FROM spill s LEFT JOIN person r ON r.id = s.reported_by LEFT JOIN person a ON a.id = s.asked_by
LEFT JOIN person d ON d.id = s.decided_by
WHERE s.state IN ('reported', 'asked', 'purging') AND s.id < :before ORDER BY s.id DESC LIMIT :limit;
-- name: q_spills_closed
SELECT s.id, s.kind, s.matter_id, s.rule, s.state, s.reported_at, s.asked_at, s.asked_role,
  s.decided_at, s.done_at, s.digest, s.with_opinions, s.asked_by, r.name, a.name, d.name
FROM spill s LEFT JOIN person r ON r.id = s.reported_by LEFT JOIN person a ON a.id = s.asked_by
LEFT JOIN person d ON d.id = s.decided_by
WHERE s.state IN ('done', 'declined') AND s.id < :before ORDER BY s.id DESC LIMIT :limit;
-- name: q_spill_one
SELECT s.id, s.kind, s.matter_id, s.rule, s.state, s.reported_at, s.asked_at, s.asked_role,
  s.decided_at, s.done_at, s.digest, s.with_opinions, s.asked_by, r.name, a.name, d.name
FROM spill s LEFT JOIN person r ON r.id = s.reported_by LEFT JOIN person a ON a.id = s.asked_by
LEFT JOIN person d ON d.id = s.decided_by WHERE s.id = :id;
-- name: q_spill_purging
SELECT id FROM spill WHERE state = 'purging' ORDER BY id LIMIT 1;
-- name: q_spill_wiped
SELECT count(*), (SELECT coalesce(max(done_at), 0) FROM spill WHERE state = 'done')
FROM purged_content;

-- name: q_spill_matter_put
INSERT INTO spill_matter (spill_id, matter_id, is_done) VALUES (:spill, :matter, 0)
ON CONFLICT (spill_id, matter_id) DO NOTHING;
-- name: q_spill_matters_of_file
INSERT INTO spill_matter (spill_id, matter_id, is_done)
SELECT DISTINCT CAST(:spill AS bigint), matter_id, 0 FROM attachment WHERE digest = :digest;
-- name: q_spill_matters_open
-- spill_matter_open
SELECT matter_id FROM spill_matter WHERE spill_id = :spill AND is_done = 0 ORDER BY matter_id LIMIT :limit;
-- name: q_spill_matter_done
UPDATE spill_matter SET is_done = 1 WHERE spill_id = :spill AND matter_id = :matter;
-- name: q_spill_progress
SELECT count(*), coalesce(sum(is_done), 0) FROM spill_matter WHERE spill_id = :spill;

-- name: q_purged_of
-- purged_content_spill
SELECT digest, kind FROM purged_content WHERE spill_id = :spill ORDER BY digest;
-- name: q_purged_files
SELECT digest FROM purged_content WHERE kind = 'file' ORDER BY digest;

-- name: q_spill_files
SELECT DISTINCT digest FROM attachment WHERE matter_id = :matter ORDER BY digest;
-- name: q_spill_adders
-- attachment_digest: who added it, for the answers kept of that act
SELECT DISTINCT added_by, added_at FROM attachment WHERE digest = :digest;
-- name: q_spill_elsewhere
-- attachment_digest: the same content in matters that this spill does not purge
SELECT DISTINCT matter_id FROM attachment WHERE digest = :digest AND NOT EXISTS
  (SELECT 1 FROM spill_matter s WHERE s.spill_id = :spill AND s.matter_id = attachment.matter_id);
-- name: q_spill_children
SELECT id FROM matter WHERE parent_id = :parent ORDER BY id;
-- name: q_spill_opinion_count
SELECT count(*) FROM opinion WHERE matter_id = :matter AND text <> '';
-- name: q_spill_files_of
SELECT digest, max(name), max(size), count(*) FROM attachment WHERE matter_id = :matter
  AND removed_at IS NULL GROUP BY digest ORDER BY digest;
-- name: q_spill_digest_matters
SELECT DISTINCT matter_id FROM attachment WHERE digest = :digest LIMIT 5000;
