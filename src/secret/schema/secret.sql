-- 不上平台的文号代字: marks of central and provincial issues that travel on paper only (OFFICE D9).
-- Empty: the built-in list.
CREATE TABLE secret_mark (
    mark text PRIMARY KEY,
    added_at bigint NOT NULL
) WITHOUT ROWID;

-- Digests of what was purged. A file of these is removed wherever it lies, and refused when it comes
-- again; verify finds it missing in order, and a fault where it is still there.
CREATE TABLE purged_content (
    digest text PRIMARY KEY,
    spill_id bigint NOT NULL,
    kind text NOT NULL,          -- file, text
    at bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX purged_content_spill ON purged_content (spill_id);
