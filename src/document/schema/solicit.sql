-- 征求意见 (OFFICE D2.1, L1): who was asked about which text of a draft, and what came of it. Truth.

-- A round of a document: one matter of module solicit_opinions, consigned to all units at once.
CREATE TABLE solicit_round (
    id bigint PRIMARY KEY,
    document_id bigint NOT NULL,
    round bigint NOT NULL,           -- from 1
    matter_id bigint NOT NULL,
    revision bigint NOT NULL,        -- the text that was sent
    note text NOT NULL,              -- what the units are asked for
    reply_by text NOT NULL,          -- the day, also a late reply is taken while the round is open
    asked_person bigint NOT NULL,
    asked_post bigint NOT NULL,
    asked_by text NOT NULL,          -- name of that day
    asked_at bigint NOT NULL
);
CREATE UNIQUE INDEX solicit_round_once ON solicit_round (document_id, round);      -- document's page
CREATE UNIQUE INDEX solicit_round_matter ON solicit_round (matter_id);

-- A line of 征求意见汇总表. Of the unit's inside only the one reply stands here.
CREATE TABLE solicit_reply (
    round_id bigint NOT NULL,
    place bigint NOT NULL,           -- order of the units in the tree
    unit_id bigint NOT NULL,
    unit text NOT NULL,              -- name of that day
    child_id bigint NOT NULL,        -- the matter of module opinion_reply there
    outcome text NOT NULL,           -- '' no reply yet, none 无意见, comment 有意见
    text text NOT NULL,
    replied_at bigint NOT NULL,      -- 0: no reply yet
    verdict text NOT NULL,           -- '', adopted, partly, rejected
    reason text NOT NULL,
    decided_by text NOT NULL,
    decided_at bigint NOT NULL,
    rev bigint NOT NULL,
    PRIMARY KEY (round_id, unit_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX solicit_reply_child ON solicit_reply (child_id);
