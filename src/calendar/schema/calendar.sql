-- 节假日历: days that differ from the plain week (K1). source: program (comes with it, renewed at
-- start) or city (changed or imported here, never overwritten).
CREATE TABLE work_calendar (
    day_on text PRIMARY KEY,
    is_work bigint NOT NULL,
    name text NOT NULL,
    source text NOT NULL
) WITHOUT ROWID;

-- 工作时间 from a day on (summer and winter differ); the latest row on or before a day holds.
CREATE TABLE work_hours (
    from_on text PRIMARY KEY,
    morning_from bigint NOT NULL,    -- minutes of the day
    morning_to bigint NOT NULL,
    afternoon_from bigint NOT NULL,
    afternoon_to bigint NOT NULL
) WITHOUT ROWID;
