-- 不上平台的文号代字: marks of central and provincial issues that travel on paper only (OFFICE D9).
-- Empty: the built-in list.
CREATE TABLE secret_mark (
    mark text PRIMARY KEY,
    added_at bigint NOT NULL
) WITHOUT ROWID;
