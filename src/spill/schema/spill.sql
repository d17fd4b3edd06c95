-- 误传处置 (OFFICE D9): what was purged, by whom, when, under which rule; never title, text or file.
CREATE TABLE spill (
    id bigint PRIMARY KEY,
    kind text NOT NULL,          -- matter: the paper wherever it went; file: one content wherever it lies
    matter_id bigint NOT NULL,   -- where it was found
    root_id bigint NOT NULL,     -- the matter whose text it is
    file text NOT NULL,          -- digest of the file; '' for a matter
    rule text NOT NULL,          -- classification, central, other
    with_opinions bigint NOT NULL,
    state text NOT NULL,         -- reported, asked, declined, purging, done
    digest text NOT NULL,        -- SM3 over the digests of all that was purged; '' until done
    reported_by bigint,
    reported_at bigint,
    asked_by bigint,             -- the first of the two
    asked_role bigint,           -- enum role
    asked_at bigint,
    decided_by bigint,           -- the second: confirmed, or declined
    decided_at bigint,
    done_at bigint
);
CREATE INDEX spill_open ON spill (id) WHERE state IN ('reported', 'asked', 'purging');
CREATE INDEX spill_root ON spill (root_id);

-- The matters of one 误传处置 as they are found, from the root outwards.
CREATE TABLE spill_matter (
    spill_id bigint NOT NULL,
    matter_id bigint NOT NULL,
    is_done bigint NOT NULL,
    PRIMARY KEY (spill_id, matter_id)
) WITHOUT ROWID;
CREATE INDEX spill_matter_open ON spill_matter (spill_id, matter_id) WHERE is_done = 0;
