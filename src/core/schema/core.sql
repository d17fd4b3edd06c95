-- What every question of permission needs. org/ changes unit, person, post, grant_, acting through
-- core's functions; ids are made by the program; _at is ms UTC, _on a day in Shanghai.

-- Settings of the city: small texts.
CREATE TABLE setting (
    name text PRIMARY KEY,
    value text NOT NULL
) WITHOUT ROWID;

-- Node numbers in use; an id never goes back with the clock.
CREATE TABLE node (
    node bigint PRIMARY KEY,
    leased_at bigint NOT NULL,   -- renewed every minute; free after five
    last_id bigint NOT NULL
);

-- 单位 and its sections. path: ids of all above and itself, "/1/22/333/", for questions of scope.
CREATE TABLE unit (
    id bigint PRIMARY KEY,
    parent_id bigint,
    home_id bigint NOT NULL,     -- the unit with the mailbox: itself, or the unit a section is in
    code text NOT NULL,          -- the city's own code, unique
    kind text NOT NULL,          -- unit, section, body
    level text NOT NULL,         -- city, county, town, village
    branch text NOT NULL,        -- 党委, 政府, …
    path text NOT NULL,
    name text NOT NULL,          -- the name of today; former ones in unit_name
    short_name text NOT NULL,
    sort_key text NOT NULL,      -- order of the whole tree
    by_paper bigint NOT NULL,    -- 1: addressee by paper only, no accounts
    closed_on text               -- NULL while it exists
);
CREATE UNIQUE INDEX unit_code ON unit (code);
CREATE INDEX unit_children ON unit (parent_id, sort_key);   -- tree, one level
CREATE INDEX unit_path ON unit (path);                      -- subtree
CREATE INDEX unit_level ON unit (level);                    -- bodies of one level
CREATE INDEX unit_home ON unit (home_id);                   -- sections of a unit

-- 原单位 (OFFICE P9): a unit that was merged into another, and the one that answers for it now. Its
-- boxes, matters and registers keep its id; who holds a role in unit_id holds it for the former one
-- too. unit_id is never itself a former one: a second merge takes the first one's rows along.
CREATE TABLE unit_former (
    former_id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    from_on text NOT NULL
);
CREATE INDEX unit_former_unit ON unit_former (unit_id);     -- former units of a unit

CREATE TABLE person (
    id bigint PRIMARY KEY,
    code text NOT NULL,
    name text NOT NULL,
    sort_key text NOT NULL,      -- Chinese order by pinyin
    pinyin text NOT NULL,        -- initials, lower case, for search
    mobile text,
    office_phone text,
    is_disabled bigint NOT NULL
);
CREATE UNIQUE INDEX person_code ON person (code);
CREATE INDEX person_pinyin ON person (pinyin, id);          -- address book search
CREATE INDEX person_name ON person (name, id);
CREATE INDEX person_mobile ON person (mobile) WHERE mobile IS NOT NULL;
CREATE INDEX person_office_phone ON person (office_phone) WHERE office_phone IS NOT NULL;

-- 身份: person × unit × title. Every act is done as one.
CREATE TABLE post (
    id bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    unit_id bigint NOT NULL,     -- the unit with the mailbox
    section_id bigint,           -- 内设机构 inside it
    title text NOT NULL,
    grade text NOT NULL,
    is_main bigint NOT NULL,
    is_leader bigint NOT NULL,   -- 班子成员: shielded (OFFICE P7, P8)
    sort_key text NOT NULL,      -- order inside the unit
    from_on text NOT NULL,
    until_on text                -- NULL: still held
);
CREATE INDEX post_person ON post (person_id);
CREATE INDEX post_unit ON post (unit_id, sort_key, id);     -- a unit's people
CREATE INDEX post_section ON post (section_id) WHERE section_id IS NOT NULL;

-- A role held by a post, for one unit.
CREATE TABLE grant_ (
    id bigint PRIMARY KEY,
    post_id bigint NOT NULL,
    person_id bigint NOT NULL,
    role bigint NOT NULL,        -- enum role
    unit_id bigint NOT NULL,
    until_on text,
    is_revoked bigint NOT NULL
);
CREATE INDEX grant_person ON grant_ (person_id);
CREATE INDEX grant_unit ON grant_ (unit_id, role);          -- holders of a role in a unit

-- Who may act for whom: backup post (AB岗), delegation, secretary, who presides (主持工作).
CREATE TABLE acting (
    id bigint PRIMARY KEY,
    kind bigint NOT NULL,        -- enum acting_kind
    from_post bigint NOT NULL,   -- the one acted for
    to_post bigint NOT NULL,
    to_person bigint NOT NULL,
    is_share bigint NOT NULL,
    modules text NOT NULL,       -- names by commas; empty: all
    from_on text NOT NULL,
    until_on text,
    authorisation text NOT NULL, -- 书面授权: what paper or word it rests on
    ended_at bigint
);
CREATE INDEX acting_to ON acting (to_person);
CREATE INDEX acting_from ON acting (from_post);

-- The pool of a role in a unit: an item of a pool waits for any of its holders.
CREATE TABLE pool (
    id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    role bigint NOT NULL
);
CREATE UNIQUE INDEX pool_unit ON pool (unit_id, role);

CREATE TABLE account (
    person_id bigint PRIMARY KEY,
    account text NOT NULL,
    secret text,                 -- argon2id; NULL while only the one-time secret is good
    shared_secret text,          -- name of a demo record in setting; only in a demo folder
    once_digest text,            -- SM3 of the one-time secret
    once_until_at bigint,
    must_change bigint NOT NULL,
    changed_at bigint,
    former text NOT NULL,        -- the last five records, by newlines
    failures bigint NOT NULL,
    locked_until_at bigint,
    is_disabled bigint NOT NULL,
    generation bigint NOT NULL,  -- grows with every change of what the person may do
    settings text NOT NULL       -- JSON of the own screen
);
CREATE UNIQUE INDEX account_name ON account (account);

-- A login (session) or a personal token.
CREATE TABLE login (
    id bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    digest text NOT NULL,        -- SM3 of the token
    csrf text NOT NULL,
    is_token bigint NOT NULL,    -- 1: personal access token
    name text NOT NULL,          -- of a token
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,     -- written at most every five minutes
    expires_at bigint NOT NULL,
    address text NOT NULL,
    agent text NOT NULL,
    ended_at bigint
);
CREATE UNIQUE INDEX login_digest ON login (digest);
CREATE INDEX login_person ON login (person_id, ended_at);

-- Retry keys and first answers, kept seven days.
CREATE TABLE command_key (
    person_id bigint NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,        -- SM3 of command and input
    status bigint NOT NULL,
    answer text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (person_id, key)
) WITHOUT ROWID;
CREATE INDEX command_key_at ON command_key (at);

-- 系统事件: acts that were running when the program died (core/incident.h). Watched ones go when the
-- act runs through or after seven days; refused ones stay until somebody releases them.
CREATE TABLE system_incident (
    id bigint PRIMARY KEY,
    act text NOT NULL,           -- SM3 of the command and its input, or of the read
    what text NOT NULL,          -- command or read by name
    person_id bigint,            -- whose act it was last
    crashes bigint NOT NULL,     -- since it last ran through or was released
    first_at bigint NOT NULL,
    last_at bigint NOT NULL,
    signal bigint NOT NULL,      -- of the last death; 0: killed from outside
    state bigint NOT NULL,       -- enum incident_state
    handled_by bigint,           -- person; NULL: nobody yet, or the operator
    handled_at bigint,
    note text NOT NULL
);
CREATE UNIQUE INDEX system_incident_act ON system_incident (act);
CREATE INDEX system_incident_open ON system_incident (id) WHERE state < 2;   -- looked at each second

-- Head of each stream's hash chain. is_marked: changed since the last checkpoint.
CREATE TABLE trace_stream (
    id bigint PRIMARY KEY,
    seq bigint NOT NULL,
    head blob NOT NULL,
    is_marked bigint NOT NULL
);
CREATE INDEX trace_stream_marked ON trace_stream (id) WHERE is_marked = 1;

-- 留痕: append only; hash = SM3(hash before ‖ canonical entry with SM3(body)). A body may be purged
-- (误传处置): it is empty then, and its SM3 stands in purged, so that the chain still holds.
CREATE TABLE trace (
    stream bigint NOT NULL,
    seq bigint NOT NULL,
    op text NOT NULL,
    person_id bigint,
    post_id bigint,
    acting_for bigint,
    at bigint NOT NULL,
    client text NOT NULL,
    body text NOT NULL,
    hash blob NOT NULL,
    purged text,                 -- SM3 of the body that was purged; NULL while it stands
    PRIMARY KEY (stream, seq)
) WITHOUT ROWID;

-- Signed Merkle roots over the changed streams; leaves: (stream, seq, head) 48 bytes each.
CREATE TABLE checkpoint (
    id bigint PRIMARY KEY,
    node bigint NOT NULL,
    at bigint NOT NULL,
    previous text NOT NULL,      -- root of the checkpoint before, this node's
    root text NOT NULL,
    leaves blob NOT NULL,
    signature blob NOT NULL
);

-- Unread and open counts by owner (post, pool, unit) and box.
CREATE TABLE counter (
    owner bigint NOT NULL,
    box bigint NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (owner, box)
) WITHOUT ROWID;

-- Failed sign-ins of one account from one address: five lock this pair for half an hour, nobody
-- else (S6). Accounts that do not exist are counted alike. Forgotten after a day.
CREATE TABLE login_failure (
    account text NOT NULL,       -- SM3 of what was typed: it may be a password
    address text NOT NULL,
    failures bigint NOT NULL,
    last_at bigint NOT NULL,
    locked_until_at bigint,
    PRIMARY KEY (account, address)
) WITHOUT ROWID;
CREATE INDEX login_failure_at ON login_failure (last_at);   -- purge
