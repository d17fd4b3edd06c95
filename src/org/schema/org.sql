-- Who is who, beyond what every question of permission needs (that is core's). Units, people,
-- posts, grants and acting rows stand in core's tables; here is what only org/ asks.

-- More about a unit or section.
CREATE TABLE unit_fact (
    unit_id bigint PRIMARY KEY,
    area_id bigint NOT NULL,       -- the area (city, county, zone), town or village it belongs to
    rank_order bigint NOT NULL,    -- among the children of one parent
    division_code text NOT NULL,
    phone text NOT NULL,           -- of the office
    line text NOT NULL,            -- 条线: the name without the area's: 财政局
    speaks bigint NOT NULL,        -- 1: an agency of a committee, government … is handled here
    from_on text NOT NULL
);
CREATE INDEX unit_fact_area ON unit_fact (area_id);

-- Names with the day from which they hold; old papers keep the old name (OFFICE P9).
CREATE TABLE unit_name (
    unit_id bigint NOT NULL,
    from_on text NOT NULL,
    name text NOT NULL,
    short_name text NOT NULL,
    PRIMARY KEY (unit_id, from_on)
) WITHOUT ROWID;
CREATE INDEX unit_name_day ON unit_name (from_on);           -- renames due on a day

-- 双重领导: a second superior besides the parent.
CREATE TABLE dual_leadership (
    unit_id bigint NOT NULL,
    superior_id bigint NOT NULL,
    PRIMARY KEY (unit_id, superior_id)
) WITHOUT ROWID;

-- 发文机关, apart from units (OFFICE P4): unit_id is where its paper is handled.
CREATE TABLE agency (
    id bigint PRIMARY KEY,
    code text NOT NULL,
    unit_id bigint NOT NULL,
    name text NOT NULL,            -- 发文机关标志
    signature_name text NOT NULL,  -- 署名
    book_mark text NOT NULL,       -- 代字 of its main book
    doc_types text NOT NULL,       -- kinds it may issue, by commas
    kind text NOT NULL,
    sort bigint NOT NULL,          -- order of the office's agencies
    closed_on text
);
CREATE UNIQUE INDEX agency_code ON agency (code);
CREATE INDEX agency_unit ON agency (unit_id, sort);          -- agencies of an office

-- Names and mark of an agency with the day from which they hold; its row has those of today, papers
-- keep those of their own day (document.issuer).
CREATE TABLE agency_name (
    agency_id bigint NOT NULL,
    from_on text NOT NULL,
    name text NOT NULL,
    signature_name text NOT NULL,
    book_mark text NOT NULL,
    PRIMARY KEY (agency_id, from_on)
) WITHOUT ROWID;
CREATE INDEX agency_name_day ON agency_name (from_on);       -- what becomes true on a day

-- 机构改革 (OFFICE P9): merges and splits; asked for a day, carried out on it by the clock.
CREATE TABLE reform (
    id bigint PRIMARY KEY,
    kind text NOT NULL,            -- merge, split
    unit_id bigint NOT NULL,       -- what is merged or split
    into_id bigint,                -- NULL: a unit that the split will make
    from_on text NOT NULL,
    input text NOT NULL,           -- JSON of the command, for the day
    state text NOT NULL,           -- planned, following (matters still to come along), done, failed,
                                   -- cancelled
    report text NOT NULL,          -- JSON of what moved, as the preview shows it; '' before
    followed bigint NOT NULL,      -- matters that came along so far
    code text,                     -- why it failed
    asked_by bigint NOT NULL,      -- person
    asked_at bigint NOT NULL,
    done_at bigint
);
CREATE INDEX reform_open ON reform (from_on, id) WHERE state IN ('planned', 'following');
CREATE INDEX reform_unit ON reform (unit_id, id);            -- a unit's own
CREATE INDEX reform_into ON reform (into_id, id) WHERE into_id IS NOT NULL;

-- 分管: leader × unit or section × period (OFFICE P3), with the deputy secretary-general.
CREATE TABLE in_charge (
    id bigint PRIMARY KEY,
    leader_post bigint NOT NULL,
    unit_id bigint NOT NULL,       -- unit or section
    deputy_post bigint,            -- 联系副秘书长
    from_on text NOT NULL,
    until_on text                  -- first day it no longer holds
);
CREATE INDEX in_charge_unit ON in_charge (unit_id, from_on); -- who is in charge of it
CREATE INDEX in_charge_leader ON in_charge (leader_post);

-- Rank lists (OFFICE P5): kept by the office, dated, never computed.
CREATE TABLE rank_list (
    id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,       -- who keeps it
    name text NOT NULL
);
CREATE UNIQUE INDEX rank_list_name ON rank_list (name, unit_id);
CREATE INDEX rank_list_unit ON rank_list (unit_id, id);     -- lists that a unit keeps
CREATE TABLE rank_entry (
    list_id bigint NOT NULL,
    from_on text NOT NULL,         -- the whole order holds from this day
    position bigint NOT NULL,
    post_id bigint NOT NULL,
    PRIMARY KEY (list_id, from_on, position)
) WITHOUT ROWID;

-- Saved groups of units. A city office's are everybody's.
CREATE TABLE unit_group (
    id bigint PRIMARY KEY,
    owner_unit bigint NOT NULL,
    name text NOT NULL,
    sort_key text NOT NULL,        -- Chinese order
    scope text NOT NULL,           -- city: everybody's; unit: the owner's people
    removed_at bigint
);
CREATE UNIQUE INDEX unit_group_name ON unit_group (owner_unit, name) WHERE removed_at IS NULL;
CREATE INDEX unit_group_scope ON unit_group (scope, sort_key);
CREATE TABLE group_member (
    group_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    PRIMARY KEY (group_id, unit_id)
) WITHOUT ROWID;
CREATE INDEX group_member_unit ON group_member (unit_id);    -- groups that a unit is in

-- 备案 (A5): a unit administrator's change to clerks and administrators, until the city has said.
CREATE TABLE filing (
    id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    act text NOT NULL,             -- grant, revoke
    post_id bigint NOT NULL,
    role bigint NOT NULL,          -- enum role
    grant_id bigint,               -- the one to revoke; after approval the one made
    until_on text,
    state text NOT NULL,           -- pending, approved, rejected
    asked_by bigint NOT NULL,      -- person
    asked_at bigint NOT NULL,
    decided_by bigint,
    decided_at bigint,
    reason text                    -- of a rejection
);
CREATE INDEX filing_state ON filing (state, id);             -- the city's list
CREATE INDEX filing_unit ON filing (unit_id, id);            -- a unit's own

-- Derived: what the address book is searched by. kind: n name and its tails, i initials,
-- p pinyin, t telephone, d title. Rebuilt per person with every change of a name or post.
CREATE TABLE contact_key (
    id bigint PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL,
    sort text NOT NULL,            -- the person's sort key
    post_id bigint NOT NULL,
    person_id bigint NOT NULL
);
CREATE INDEX contact_key_find ON contact_key (kind, key, sort, id);
CREATE INDEX contact_key_person ON contact_key (person_id);

-- Grows with every change of the tree: the cached tree's version.
CREATE TABLE org_version (
    name text PRIMARY KEY,
    n bigint NOT NULL
) WITHOUT ROWID;

-- A file on its way in while the city is at work: staged, checked whole, applied in pieces.
CREATE TABLE import_file (
    id bigint PRIMARY KEY,
    file text NOT NULL,            -- units, people, …
    state text NOT NULL,           -- staged, checked, applied
    parts bigint NOT NULL,
    done bigint NOT NULL,          -- parts applied
    at bigint NOT NULL
);
CREATE TABLE import_part (
    file_id bigint NOT NULL,
    part bigint NOT NULL,
    first_line bigint NOT NULL,    -- line number of its first row
    text text NOT NULL,            -- with the header line in front
    PRIMARY KEY (file_id, part)
) WITHOUT ROWID;
