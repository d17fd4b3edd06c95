-- name: q_day
SELECT is_work FROM work_calendar WHERE day_on = :day;

-- name: q_days
-- primary key: one year
SELECT day_on, is_work, name, source FROM work_calendar
WHERE day_on >= :from_on AND day_on < :until_on ORDER BY day_on;
-- name: q_year_known
SELECT 1 FROM work_calendar WHERE day_on >= :from_on AND day_on < :until_on LIMIT 1;
-- name: q_day_put
INSERT INTO work_calendar (day_on, is_work, name, source) VALUES (:day, :is_work, :name, 'city')
ON CONFLICT (day_on) DO UPDATE SET is_work = excluded.is_work, name = excluded.name, source = 'city';
-- name: q_day_install
INSERT INTO work_calendar (day_on, is_work, name, source) VALUES (:day, :is_work, :name, 'program')
ON CONFLICT (day_on) DO UPDATE SET is_work = excluded.is_work, name = excluded.name
WHERE work_calendar.source = 'program'
  AND (work_calendar.is_work <> excluded.is_work OR work_calendar.name <> excluded.name);
-- name: q_year_drop
DELETE FROM work_calendar WHERE day_on >= :from_on AND day_on < :until_on;
-- name: q_day_drop
DELETE FROM work_calendar WHERE day_on = :day;

-- name: q_hours_on
SELECT morning_from, morning_to, afternoon_from, afternoon_to FROM work_hours
WHERE from_on <= :day ORDER BY from_on DESC LIMIT 1;
-- name: q_hours
SELECT from_on, morning_from, morning_to, afternoon_from, afternoon_to FROM work_hours
ORDER BY from_on DESC LIMIT 20;
-- name: q_hours_put
INSERT INTO work_hours (from_on, morning_from, morning_to, afternoon_from, afternoon_to)
VALUES (:day, :a, :b, :c, :d)
ON CONFLICT (from_on) DO UPDATE SET morning_from = excluded.morning_from,
  morning_to = excluded.morning_to, afternoon_from = excluded.afternoon_from,
  afternoon_to = excluded.afternoon_to;
