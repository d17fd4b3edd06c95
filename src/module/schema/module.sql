-- Business modules as data: versions, which units use them, tailoring, drafts of the studio.

-- A version of a module's flow and form; immutable once here.
CREATE TABLE flow_definition (
    id bigint PRIMARY KEY,
    key text NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    unit_id bigint NOT NULL,     -- a unit's own module or tailoring; 0: the city's
    base_id bigint,              -- the version that this one tailors
    xml text NOT NULL,           -- the BPMN as installed
    module text NOT NULL,        -- module.json as installed
    digest text NOT NULL,        -- SM3 of both
    state text NOT NULL,         -- active, retired
    created_by bigint,           -- person; NULL: came with the program
    created_at bigint NOT NULL,
    note text                    -- what the publisher says is new
);
CREATE UNIQUE INDEX flow_definition_key ON flow_definition (key, unit_id, version);
CREATE INDEX flow_definition_unit ON flow_definition (unit_id, key, version);   -- the catalogue

-- 模块启用: a unit switched an optional module on, or one of its own off.
CREATE TABLE module_switch (
    unit_id bigint NOT NULL,
    key text NOT NULL,
    is_on bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (unit_id, key)
) WITHOUT ROWID;

-- 供下级单位使用: a unit's own module, open to the units below it.
CREATE TABLE module_offer (
    unit_id bigint NOT NULL,     -- whose module it is
    key text NOT NULL,
    is_mandatory bigint NOT NULL, -- 0: a unit below switches it on
    is_open bigint NOT NULL,     -- 0: withdrawn
    changed_by bigint NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (unit_id, key)
) WITHOUT ROWID;
CREATE INDEX module_offer_key ON module_offer (key);   -- is a key offered by anybody?

-- A draft of the studio: one for a key of the city (unit 0) or of a unit; it stays when published.
CREATE TABLE module_draft (
    id bigint PRIMARY KEY,
    key text NOT NULL,
    unit_id bigint NOT NULL,
    name text NOT NULL,
    module text NOT NULL,        -- module.json, perhaps unfinished
    bpmn text NOT NULL,          -- perhaps unfinished
    state text NOT NULL,         -- draft, published: is the newest version as it stands
    base_version bigint NOT NULL, -- the version it was begun from or published as; 0: none
    rev bigint NOT NULL,
    changed_by bigint NOT NULL,
    changed_at bigint NOT NULL
);
CREATE UNIQUE INDEX module_draft_key ON module_draft (unit_id, key);   -- the studio's list

-- 单位调整 (A8): what a unit settles in a module of the city's, or in one that a unit above offers; the
-- variant itself is a flow_definition.
CREATE TABLE module_tailoring (
    unit_id bigint NOT NULL,
    key text NOT NULL,
    owner_id bigint NOT NULL,    -- whose module it is; 0: the city's
    changes text NOT NULL,       -- JSON: [{change, target, to}]
    state text NOT NULL,         -- fits, held: not with the city's newest version
    problems text NOT NULL,      -- JSON, held: [{at, message, message_en}]
    base_version bigint NOT NULL, -- the owner's version that the unit's variant is made of
    rev bigint NOT NULL,
    changed_by bigint NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (unit_id, key)
) WITHOUT ROWID;
CREATE INDEX module_tailoring_key ON module_tailoring (owner_id, key);   -- whom a new version concerns
