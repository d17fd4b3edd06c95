-- name: q_category_get
SELECT id, unit_id, name, position, for_sent, for_received, n, coalesce(retired_at, 0) FROM category
WHERE id = :id;
-- name: q_category_lock
SELECT id FROM category WHERE id = :id FOR UPDATE;
-- name: q_categories
-- index category_unit
SELECT id, unit_id, name, position, for_sent, for_received, n, coalesce(retired_at, 0) FROM category
WHERE unit_id = :unit AND merged_into IS NULL AND (CAST(:retired AS bigint) = 1 OR retired_at IS NULL)
ORDER BY position, id LIMIT 400;
-- name: q_category_count
SELECT count(*) FROM category WHERE unit_id = :unit AND merged_into IS NULL;
-- name: q_category_last
SELECT coalesce(max(position), 0) FROM category WHERE unit_id = :unit;
-- name: q_category_named
-- index category_name
SELECT id FROM category WHERE unit_id = :unit AND name = :name AND retired_at IS NULL AND id <> :not;
-- name: q_category_put
INSERT INTO category (id, unit_id, name, position, for_sent, for_received, n, retired_at, merged_into)
VALUES (:id, :unit, :name, :position, :sent, :received, 0, NULL, NULL);
-- name: q_category_set
UPDATE category SET name = :name, for_sent = :sent, for_received = :received WHERE id = :id;
-- name: q_category_place
UPDATE category SET position = :position WHERE id = :id AND unit_id = :unit;
-- name: q_category_retire
UPDATE category SET retired_at = :at WHERE id = :id;
-- name: q_category_merged
UPDATE category SET retired_at = :at, merged_into = :into, n = 0 WHERE id = :id;
-- name: q_category_add
UPDATE category SET n = n + :n WHERE id = :id;
-- name: q_entry_put
INSERT INTO category_entry (category_id, matter_id, person_id, at) VALUES (:category, :matter, :person, :at)
ON CONFLICT (category_id, matter_id) DO NOTHING;
-- name: q_entry_drop
DELETE FROM category_entry WHERE category_id = :category AND matter_id = :matter;
-- name: q_entries_move
-- the primary key's head
INSERT INTO category_entry (category_id, matter_id, person_id, at)
SELECT :into, e.matter_id, e.person_id, e.at FROM category_entry e WHERE e.category_id = :from
ON CONFLICT (category_id, matter_id) DO NOTHING;
-- name: q_entries_drop
DELETE FROM category_entry WHERE category_id = :from;
-- name: q_entries_of
-- index category_entry_matter
SELECT c.id, c.name FROM category_entry e JOIN category c ON c.id = e.category_id
WHERE e.matter_id = :matter ORDER BY c.position, c.id LIMIT 400;
