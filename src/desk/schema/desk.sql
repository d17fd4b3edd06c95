-- What waits for whom. Truth: matter, item, opinion, reading, attachment, flow_*. Derived, rebuilt by
-- a command: access (from matter, item and reading).

-- The lock row of every command on a matter's flow. body: the whole state, canonical.
CREATE TABLE flow_instance (
    id bigint PRIMARY KEY,
    definition_id bigint NOT NULL,
    matter_id bigint NOT NULL,
    state text NOT NULL,         -- running, incident, done, rejected, void
    rev bigint NOT NULL,
    body text NOT NULL
);
CREATE INDEX flow_instance_stuck ON flow_instance (matter_id) WHERE state = 'incident';   -- who mends

-- 事项: one piece of work of any module, in one unit.
CREATE TABLE matter (
    id bigint PRIMARY KEY,
    module text NOT NULL,
    definition_id bigint NOT NULL,
    instance_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    parent_id bigint,            -- the matter whose unit leaf opened this one
    parent_leaf bigint,
    subject_id bigint,           -- the document or delivery it is about
    text_id bigint NOT NULL,     -- the matter whose text search indexes: the sender's for received ones
    title text NOT NULL,
    number text NOT NULL,
    urgency text NOT NULL,       -- critical, urgent, normal
    from_name text NOT NULL,     -- name of that day
    state text NOT NULL,         -- draft, discarded, running, done, rejected, void
    starter_post bigint,
    starter_person bigint,
    started_at bigint NOT NULL,
    closed_at bigint,
    due_at bigint,
    rev bigint NOT NULL,
    label text NOT NULL,         -- '', internal, sensitive (OFFICE D9)
    label_by text NOT NULL,      -- '', rule, file, sender, office
    label_why text NOT NULL,     -- the word found, or the office's reason
    label_least text NOT NULL    -- the sender's: no lower than this
);
CREATE INDEX matter_initiated ON matter (starter_person, id);              -- box initiated
CREATE INDEX matter_initiated_module ON matter (starter_person, module, id);
CREATE INDEX matter_unit ON matter (unit_id, module, id);                  -- a unit's matters
CREATE INDEX matter_unit_state ON matter (unit_id, module, state, id);     -- the same by state
CREATE INDEX matter_running ON matter (starter_person, module) WHERE state = 'running'; -- catalogue
CREATE INDEX matter_draft ON matter (starter_person, id) WHERE state = 'draft';         -- box draft
CREATE INDEX matter_parent ON matter (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX matter_subject ON matter (subject_id) WHERE subject_id IS NOT NULL;

-- What was filled in: the text of one module version's form (docs/modules.md).
CREATE TABLE matter_form (
    matter_id bigint PRIMARY KEY,
    body text NOT NULL,          -- canonical JSON, empty fields left out
    starter text                 -- JSON: who started it, as expressions see it
);

-- Derived: keys of list fields in the order of their values, a row each. The unit stands first: a
-- register is one unit's (DESIGN §4 has no unit, which would make a unit's page grow with the city's).
CREATE TABLE matter_value (
    unit_id bigint NOT NULL,
    module text NOT NULL,
    field text NOT NULL,
    key text NOT NULL,
    matter bigint NOT NULL,
    PRIMARY KEY (unit_id, module, field, key, matter)
) WITHOUT ROWID;
CREATE INDEX matter_value_matter ON matter_value (matter, field, key);

-- Reasons given where a rule of the module warned.
CREATE TABLE matter_warning (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    node text NOT NULL,
    rule bigint NOT NULL,        -- its place among the module's rules, from 1
    message text NOT NULL,
    reason text NOT NULL,
    person_id bigint,
    post_id bigint,
    who text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX matter_warning_matter ON matter_warning (matter_id, id);

-- Numbers of modules: the next of each series; no gap, since it grows in the command that uses it.
CREATE TABLE module_number (
    module text NOT NULL,
    unit_id bigint NOT NULL,     -- 0: one series for the city
    year bigint NOT NULL,        -- 0: the series goes on over the years
    next bigint NOT NULL,
    PRIMARY KEY (module, unit_id, year)
) WITHOUT ROWID;

-- Who may see a matter: a post, pool or unit that took part or was given it to read.
CREATE TABLE access (
    scope bigint NOT NULL,
    matter bigint NOT NULL,
    text_id bigint NOT NULL,
    PRIMARY KEY (scope, matter)
) WITHOUT ROWID;
CREATE INDEX access_matter ON access (matter);
CREATE INDEX access_text ON access (scope, text_id, matter);              -- search, merged with postings

-- 待办: open or finished work of a post or pool; one per leaf of the flow's signing tree.
CREATE TABLE item (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    leaf bigint NOT NULL,
    act bigint NOT NULL,
    node text NOT NULL,
    step text NOT NULL,          -- name of the step as drawn
    attempt bigint NOT NULL,
    role text NOT NULL,          -- sign, lead, assist, advise, rework
    owner_id bigint NOT NULL,    -- post, pool, or the unit whose child matter it is
    owner_kind bigint NOT NULL,  -- enum scope_kind: post, pool, unit
    for_post bigint,             -- redirected: the post it was meant for (代办)
    child_id bigint,             -- the child matter of a unit's leaf
    module text NOT NULL,
    urgency text NOT NULL,
    state text NOT NULL,         -- ready, opened, done, transferred, void, suspended
    arrived_at bigint NOT NULL,
    opened_at bigint,
    done_at bigint,
    done_person bigint,
    done_post bigint,
    acting_for bigint,           -- the person acted for
    outcome text,
    urges bigint NOT NULL,
    urged_at bigint,
    due_at bigint,
    due_from bigint,             -- what the step's limit was counted from; NULL: a fixed day
    due_left bigint,             -- working minutes left while it is suspended
    next_at bigint,              -- when the clock looks at it next: warning, then the limit
    rev bigint NOT NULL
);
CREATE INDEX item_todo ON item (owner_id, id) WHERE state IN ('ready', 'opened');     -- box todo
CREATE INDEX item_done ON item (done_person, done_at, id) WHERE done_person IS NOT NULL; -- box done
CREATE INDEX item_matter ON item (matter_id, leaf);
CREATE INDEX item_next ON item (next_at) WHERE next_at IS NOT NULL;       -- the clock
CREATE INDEX item_child ON item (child_id) WHERE child_id IS NOT NULL;

-- 意见: handed-on text, kept for ever. Names and titles are those of the day (OFFICE P9).
CREATE TABLE opinion (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    item_id bigint,
    node text NOT NULL,
    step text NOT NULL,
    person_id bigint,
    post_id bigint,
    who text NOT NULL,
    title text NOT NULL,
    acting_for bigint,
    acting_name text,
    standing text NOT NULL,      -- '' own or acting for; presiding 主持工作, entrusted 受委托签发: own name
    recorded_by bigint,          -- 代录: the secretary who wrote it down
    recorded_name text,
    recorded_form text,          -- oral, paper
    said_at bigint,              -- NULL: the hour is not known
    said_on text,                -- the day, also then
    scan_id bigint,              -- 纸面批示: the attachment with the leader's hand
    confirmed_at bigint,         -- by the leader it was recorded for
    corrects_id bigint,          -- the leader's own words in place of what had been recorded
    outcome text,
    is_noted bigint NOT NULL,    -- 圈阅
    text text NOT NULL,
    at bigint NOT NULL,
    is_undone bigint NOT NULL,   -- left the sheet (OFFICE D3); stays in the record
    ink text                     -- 手写批示: the strokes with their times (desk_ink.c)
);
CREATE INDEX opinion_matter ON opinion (matter_id, id);
CREATE INDEX opinion_item ON opinion (item_id) WHERE item_id IS NOT NULL;
CREATE INDEX opinion_scan ON opinion (scan_id) WHERE scan_id IS NOT NULL;

-- 传阅: reading items, a forest of their own; never block. With a place they go one after the other:
-- the next is sent when the one before has read or is passed over (跳阅), who reads later (补阅).
CREATE TABLE reading (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    post_id bigint NOT NULL,
    sent_by bigint NOT NULL,
    sent_post bigint,
    note text NOT NULL,          -- why it was sent
    place bigint NOT NULL,       -- 0: at once; else its turn in the matter
    asked_at bigint NOT NULL,    -- when the office fixed it
    sent_at bigint,              -- NULL: not its turn yet
    skipped_at bigint,           -- passed over while absent
    opened_at bigint,
    read_at bigint,
    read_note text,
    urges bigint NOT NULL,
    for_post bigint              -- handed over: the post it was sent to
);
CREATE INDEX reading_box ON reading (post_id, id) WHERE read_at IS NULL AND sent_at IS NOT NULL; -- box to_read
CREATE INDEX reading_matter ON reading (matter_id, id);
CREATE UNIQUE INDEX reading_once ON reading (matter_id, post_id);

-- A reader proposes a reader; the office adds the one or not (OFFICE R2: no 横传).
CREATE TABLE reading_proposal (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    post_id bigint NOT NULL,     -- who should read
    by_person bigint NOT NULL,
    by_post bigint NOT NULL,
    reason text NOT NULL,
    at bigint NOT NULL,
    decided_at bigint,
    decided_by bigint,
    is_added bigint
);
CREATE INDEX reading_proposal_matter ON reading_proposal (matter_id, id);
CREATE UNIQUE INDEX reading_proposal_once ON reading_proposal (matter_id, post_id) WHERE decided_at IS NULL;

CREATE TABLE watch (
    person_id bigint NOT NULL,
    matter_id bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (person_id, matter_id)
) WITHOUT ROWID;

CREATE TABLE attachment (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    name text NOT NULL,
    type text NOT NULL,          -- by content
    kind text NOT NULL,          -- main, attachment, scan, basis
    size bigint NOT NULL,
    digest text NOT NULL,
    added_by bigint NOT NULL,
    added_post bigint,
    added_at bigint NOT NULL,
    removed_at bigint
);
CREATE INDEX attachment_matter ON attachment (matter_id, id);
CREATE INDEX attachment_digest ON attachment (digest);

-- What can be read in a file, for the search: derived from its bytes once, however many matters hold it.
CREATE TABLE attachment_text (
    digest text PRIMARY KEY,
    text text NOT NULL           -- one line; the first 200 KB
) WITHOUT ROWID;

-- 常用意见 of a person, in order, as JSON.
CREATE TABLE phrase (
    person_id bigint PRIMARY KEY,
    phrases text NOT NULL
);

-- Files on their way in; whose they are. The bytes are in blob/'s stage under the same id.
CREATE TABLE upload (
    id bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL,
    at bigint NOT NULL
);

-- Open deadlines to be counted again because the calendar changed; at most one row. Gone when done.
CREATE TABLE due_recount (
    id bigint PRIMARY KEY,       -- 1
    asked_at bigint NOT NULL
);

-- A timer drawn in a flow (FLOW §3, §6): fires as a command of the flow. Gone when fired or disarmed.
CREATE TABLE flow_timer (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    ref bigint NOT NULL,         -- the engine's name for it
    rule text NOT NULL,          -- "1wd", "P3D", or a day or moment
    base_at bigint NOT NULL,     -- what the rule was counted from; 0: goes on after a pause
    fire_at bigint NOT NULL,
    paused_left bigint           -- minutes left while the matter is suspended
);
CREATE UNIQUE INDEX flow_timer_ref ON flow_timer (matter_id, ref);
CREATE INDEX flow_timer_due ON flow_timer (fire_at) WHERE paused_left IS NULL;   -- the clock

-- What a flow waits for beside time: a message, a signal, the end of a called process.
CREATE TABLE flow_subscription (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    ref bigint NOT NULL,
    kind text NOT NULL,          -- message, signal, call
    name text NOT NULL,
    correlation text NOT NULL,   -- JSON of the key; empty: none
    child_id bigint,             -- call: the matter of the called process
    is_held bigint NOT NULL      -- the matter is suspended
);
CREATE UNIQUE INDEX flow_subscription_ref ON flow_subscription (matter_id, ref);
CREATE INDEX flow_subscription_name ON flow_subscription (kind, name, correlation);
CREATE INDEX flow_subscription_child ON flow_subscription (child_id) WHERE child_id IS NOT NULL;

-- A start event with a timer or a message (FLOW §3) of the newest version of a module: what begins its
-- matters without a person. The module's next version replaces it.
CREATE TABLE flow_start (
    id bigint PRIMARY KEY,
    key text NOT NULL,
    unit_id bigint NOT NULL,     -- whose module; 0: the city's
    node text NOT NULL,
    kind text NOT NULL,          -- timer, message
    name text NOT NULL,          -- of the message
    in_every_unit bigint NOT NULL, -- 1: every unit, or the one whose it is; 0: who switched it on
    rule text NOT NULL,          -- of the timer, as written
    period text NOT NULL,        -- between two turns; empty: once
    first_at bigint NOT NULL,    -- of the turns
    last_at bigint NOT NULL,     -- the turn before, or when it was put to use
    fire_at bigint,              -- the next turn; NULL: no more, or a message
    turns_left bigint NOT NULL   -- -1: without end
);
CREATE UNIQUE INDEX flow_start_node ON flow_start (key, unit_id, node);   -- the studio's page
CREATE INDEX flow_start_due ON flow_start (fire_at) WHERE fire_at IS NOT NULL;   -- the clock
CREATE INDEX flow_start_name ON flow_start (name) WHERE kind = 'message';   -- who takes a message

-- A turn of a timer that is due in a unit: gone with the matter that it begins, in the same command.
CREATE TABLE flow_turn (
    start_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    turn_at bigint NOT NULL,     -- the moment it was meant for
    try_at bigint NOT NULL,      -- the clock looks at it then
    problem text NOT NULL,       -- why it could not begin; empty: not tried
    problem_en text NOT NULL,
    PRIMARY KEY (start_id, unit_id)
) WITHOUT ROWID;
CREATE INDEX flow_turn_due ON flow_turn (try_at);   -- the clock

-- A message or signal under way: until somebody takes it or its time is over (buffering).
CREATE TABLE flow_message (
    id bigint PRIMARY KEY,
    kind text NOT NULL,          -- message, signal
    name text NOT NULL,
    correlation text NOT NULL,
    vars text NOT NULL,          -- JSON object
    unit_id bigint NOT NULL,     -- of the matter that sent it
    at bigint NOT NULL,
    begin_at bigint NOT NULL,    -- not before this moment it may begin a matter
    expires_at bigint NOT NULL
);

-- 台账物品: vehicles, assets, seals, rooms of a unit; kinds are declared by modules.
CREATE TABLE thing (
    id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    module text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,          -- its first field
    state text NOT NULL,         -- active, or what a module's effects say: in_use, disposed …
    body text NOT NULL,          -- canonical JSON of its fields
    rev bigint NOT NULL,
    created_at bigint NOT NULL,
    retired_at bigint,
    once_name text               -- its name, where a name is given once among those in use; else NULL
);
CREATE INDEX thing_unit ON thing (unit_id, module, kind, id);              -- a unit's register
CREATE INDEX thing_name ON thing (unit_id, module, kind, name);            -- the same by beginning of the name
CREATE UNIQUE INDEX thing_once ON thing (unit_id, module, kind, once_name);

-- What became of a thing, by whom and because of which matter.
CREATE TABLE thing_event (
    id bigint PRIMARY KEY,
    thing_id bigint NOT NULL,
    op text NOT NULL,            -- create, change, retire, restore
    changed text NOT NULL,       -- JSON: what was set
    matter_id bigint,            -- the approval that brought it about
    person_id bigint,
    who text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX thing_event_thing ON thing_event (thing_id, id);

-- 预订: a thing is taken for a span by a matter.
CREATE TABLE booking (
    id bigint PRIMARY KEY,
    thing_id bigint NOT NULL,
    matter_id bigint NOT NULL,
    place bigint NOT NULL,       -- its place among the module's bookings
    from_at bigint NOT NULL,
    to_at bigint NOT NULL,
    released_at bigint
);
CREATE INDEX booking_thing ON booking (thing_id, from_at) WHERE released_at IS NULL;   -- calendar
CREATE INDEX booking_matter ON booking (matter_id, place);

-- What makes it exclusive: one row a quarter of an hour; on both engines the key refuses the second.
CREATE TABLE booking_slot (
    thing_id bigint NOT NULL,
    slot bigint NOT NULL,        -- quarters of an hour since 1970
    booking_id bigint NOT NULL,
    PRIMARY KEY (thing_id, slot)
) WITHOUT ROWID;
CREATE INDEX booking_slot_booking ON booking_slot (booking_id);

-- 先申请、后审批、再使用 (D13): an approved matter is used once by each module that requires it.
CREATE TABLE matter_use (
    required_id bigint NOT NULL, -- the approved matter
    module text NOT NULL,        -- who uses it
    field text NOT NULL,
    matter_id bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (required_id, module, field)
) WITHOUT ROWID;
CREATE INDEX matter_use_matter ON matter_use (matter_id);

-- 外出、请假: who is away from when to when, and why, by an approved matter.
CREATE TABLE absence (
    id bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    post_id bigint NOT NULL,
    unit_id bigint NOT NULL,     -- of the post
    matter_id bigint NOT NULL,
    effect bigint NOT NULL,      -- its place among the module's effects
    label text NOT NULL,         -- leave, trip, duty_out, other
    from_at bigint NOT NULL,
    to_at bigint NOT NULL,
    ended_at bigint,             -- returned: earlier by 销假, else at the end of the period
    is_void bigint NOT NULL      -- the matter was taken back
);
CREATE INDEX absence_unit ON absence (unit_id, to_at) WHERE is_void = 0;    -- whereabouts
CREATE INDEX absence_person ON absence (person_id, to_at) WHERE is_void = 0;
CREATE INDEX absence_due ON absence (to_at) WHERE ended_at IS NULL;         -- the clock
CREATE INDEX absence_matter ON absence (matter_id);

-- Who stands in while somebody is away; the delegation itself is org's.
CREATE TABLE stand_in (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    effect bigint NOT NULL,
    acting_id bigint NOT NULL,
    to_post bigint NOT NULL,
    to_at bigint NOT NULL,       -- when it ends by itself
    ended_at bigint
);
CREATE INDEX stand_in_matter ON stand_in (matter_id);
CREATE INDEX stand_in_due ON stand_in (to_at) WHERE ended_at IS NULL;       -- the clock

-- Things an effect has made or changed: a step done twice does not make two.
CREATE TABLE thing_effect (
    matter_id bigint NOT NULL,
    effect bigint NOT NULL,
    line bigint NOT NULL,        -- row of a table, from 0
    thing_id bigint NOT NULL,
    PRIMARY KEY (matter_id, effect, line)
) WITHOUT ROWID;
