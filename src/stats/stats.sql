-- name: q_touch
INSERT INTO stat_touch (id, unit_id, at) VALUES (:id, :unit, :at);
-- name: q_touch_first
SELECT unit_id, at FROM stat_touch ORDER BY id LIMIT 1;
-- name: q_touch_month
-- index stat_touch_month
SELECT count(*), max(id) FROM stat_touch WHERE unit_id = :unit AND at >= :from AND at < :until;
-- name: q_touch_drop
DELETE FROM stat_touch WHERE unit_id = :unit AND at >= :from AND at < :until AND id <= :last;
-- name: q_touch_any
SELECT 1 FROM stat_touch WHERE unit_id = :unit LIMIT 1;
-- name: q_months_known
SELECT unit_id, month FROM stat_month WHERE (unit_id, month) > (:unit, :month) ORDER BY unit_id, month LIMIT 500;
-- name: q_stat_clear
DELETE FROM stat WHERE unit_id = :unit AND month = :month;
-- name: q_stat_put
INSERT INTO stat (unit_id, month, measure, key, n) VALUES (:unit, :month, :measure, :key, :n)
ON CONFLICT (unit_id, month, measure, key) DO UPDATE SET n = excluded.n;
-- name: q_month_put
INSERT INTO stat_month (unit_id, month, counted_at) VALUES (:unit, :month, :at)
ON CONFLICT (unit_id, month) DO UPDATE SET counted_at = excluded.counted_at;
-- name: q_month_counted
SELECT max(counted_at) FROM stat_month WHERE unit_id = :unit AND month >= :from AND month <= :to;
-- name: q_stat_period
-- the primary key's head
SELECT measure, key,
  sum(CASE WHEN month >= :from THEN n ELSE 0 END), max(CASE WHEN month >= :from THEN n ELSE 0 END),
  sum(CASE WHEN month <= :before_to THEN n ELSE 0 END), max(CASE WHEN month <= :before_to THEN n ELSE 0 END)
FROM stat WHERE unit_id = :unit AND month >= :before_from AND month <= :to
GROUP BY measure, key ORDER BY measure, key;
-- name: q_stat_months
SELECT month, measure, n FROM stat WHERE unit_id = :unit AND month >= :from AND month <= :to
  AND key = '' AND measure IN ('received', 'sent', 'closed') ORDER BY month, measure;
-- name: q_stat_below
-- indexes unit_path, stat's own key: units of a path in the tree's order
SELECT u.id, u.name, u.level, s.measure, sum(s.n)
FROM (SELECT id, name, level, sort_key FROM unit WHERE kind = 'unit' AND closed_on IS NULL AND id <> :unit
  AND path > :path AND path < CAST(:path AS text) || 'a' AND by_paper = 0
  AND sort_key > CAST(:after AS text) ORDER BY sort_key, id LIMIT :limit) AS u
LEFT JOIN stat s ON s.unit_id = u.id AND s.month >= :from AND s.month <= :to AND s.measure IN
  ('received', 'sent', 'signed', 'signed_in_time', 'closed', 'closed_in_limit', 'days', 'returned')
GROUP BY u.sort_key, u.id, u.name, u.level, s.measure ORDER BY u.sort_key, u.id;
