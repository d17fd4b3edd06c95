-- Figures of units by month (统计). Everything here is derived: counted from the rows of document/ and
-- exchange/, rebuilt by the command stats.rebuild, compared by verify.

CREATE TABLE stat (
    unit_id bigint NOT NULL,
    month bigint NOT NULL,           -- 202611
    measure text NOT NULL,           -- desk/figure.h
    key text NOT NULL,               -- kind, urgency, code, section, person; '' the whole
    n bigint NOT NULL,
    PRIMARY KEY (unit_id, month, measure, key)
) WITHOUT ROWID;

CREATE TABLE stat_month (
    unit_id bigint NOT NULL,
    month bigint NOT NULL,
    counted_at bigint NOT NULL,
    PRIMARY KEY (unit_id, month)
) WITHOUT ROWID;

-- A month of a unit that is to be counted anew: written by the command that changed it, never waited for.
CREATE TABLE stat_touch (
    id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    at bigint NOT NULL               -- a moment of that month
);
CREATE INDEX stat_touch_month ON stat_touch (unit_id, at);
