-- What goes from unit to unit. Truth: dispatch, delivery, retract_request, refusal, delivery_problem,
-- delivery_feedback, correction, receipt_book, received, instruction, assignment. Kept beside them by
-- the same commands: dispatch_total, refusal_count.

-- 分发: one letter sent to many units. The cover of that day is kept once, here, not per delivery.
CREATE TABLE dispatch (
    id bigint PRIMARY KEY,
    kind text NOT NULL,              -- document; slip: 更正说明; referral: 转办单; paper: brought by hand
    document_id bigint,              -- the text; NULL for slip, referral and paper
    matter_id bigint,                -- the sender's matter
    drafter_person bigint,           -- who began that matter; NULL: nobody here
    unit_id bigint NOT NULL,         -- who sent; for paper the unit that registered it
    agency_id bigint,
    person_id bigint NOT NULL,       -- who pressed the button
    post_id bigint NOT NULL,
    signer_person bigint,            -- 签发人: may approve a retraction (OFFICE D8)
    at bigint NOT NULL,
    issuer text NOT NULL,            -- names of that day (OFFICE P9)
    sender_name text NOT NULL,       -- of the sending unit
    title text NOT NULL,
    number text NOT NULL,
    doc_type text NOT NULL,
    urgency text NOT NULL,
    direction text NOT NULL,
    signed_on text,
    main_text text NOT NULL,         -- 主送 as worded
    cc_text text NOT NULL,
    body text,                       -- text of slip, referral and paper
    recipients text NOT NULL,        -- JSON: the choice as it was made, for the next time
    recipients_digest text NOT NULL, -- SM3 of the unit ids in order
    count bigint NOT NULL,           -- deliveries
    corrects_id bigint,              -- the dispatch this one corrects
    wants_feedback bigint NOT NULL,
    label text NOT NULL              -- '', internal, sensitive: of the sender's matter that day (D9)
);
CREATE INDEX dispatch_unit ON dispatch (unit_id, id) WHERE kind <> 'paper';    -- the sender's list
CREATE INDEX dispatch_document ON dispatch (document_id, id) WHERE document_id IS NOT NULL;
CREATE INDEX dispatch_mine ON dispatch (drafter_person, id)
    WHERE kind IN ('document', 'slip');                                        -- a drafter's list
CREATE INDEX dispatch_number ON dispatch (number, issuer);                     -- 重文提醒
CREATE INDEX dispatch_corrects ON dispatch (corrects_id) WHERE corrects_id IS NOT NULL;

-- 投递: one row per receiving unit, with the moment of each milestone.
CREATE TABLE delivery (
    id bigint PRIMARY KEY,
    dispatch_id bigint NOT NULL,
    unit_id bigint NOT NULL,         -- the receiver
    sort bigint NOT NULL,            -- place on the board
    is_cc bigint NOT NULL,
    state text NOT NULL,             -- queued, delivered, signed, registered, refused, retracted
    sees_all bigint NOT NULL,        -- 1: the sender is a superior and sees every milestone (R3)
    wave bigint NOT NULL,            -- 0; grows with each resend
    delivered_at bigint,
    signed_at bigint,
    registered_at bigint,
    proposed_at bigint,
    instructed_at bigint,
    handling_at bigint,
    closed_at bigint,
    ended_at bigint,                 -- refused or retracted
    signed_by bigint,                -- person
    signed_post bigint,
    matter_id bigint,                -- the receiver's matter
    urges bigint NOT NULL,           -- 催签: times the sender urged this wave
    urged_at bigint
);
CREATE UNIQUE INDEX delivery_once ON delivery (dispatch_id, unit_id);
CREATE INDEX delivery_board ON delivery (dispatch_id, sort);                   -- the board
CREATE INDEX delivery_to_sign ON delivery (unit_id, id) WHERE state = 'delivered'; -- box to_sign
CREATE INDEX delivery_signed ON delivery (unit_id, signed_at, id) WHERE signed_at IS NOT NULL;
CREATE INDEX delivery_closed ON delivery (unit_id, closed_at, id) WHERE closed_at IS NOT NULL; -- figures
CREATE INDEX delivery_matter ON delivery (matter_id) WHERE matter_id IS NOT NULL;

-- Totals of a dispatch by milestone; changed by the commands, never counted on read.
CREATE TABLE dispatch_total (
    dispatch_id bigint NOT NULL,
    milestone text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (dispatch_id, milestone)
) WITHOUT ROWID;

-- 收回: asked of a unit that has signed already.
CREATE TABLE retract_request (
    id bigint PRIMARY KEY,
    delivery_id bigint NOT NULL,
    dispatch_id bigint NOT NULL,
    unit_id bigint NOT NULL,         -- the receiver, who answers
    reason text NOT NULL,
    asked_by bigint NOT NULL,
    asked_post bigint NOT NULL,
    asked_at bigint NOT NULL,
    state text NOT NULL,             -- asked, agreed, declined
    answered_by bigint,
    answered_at bigint,
    answer text
);
CREATE UNIQUE INDEX retract_request_open ON retract_request (delivery_id) WHERE state = 'asked';
CREATE INDEX retract_request_delivery ON retract_request (delivery_id, id);     -- the board's row
CREATE INDEX retract_request_box ON retract_request (unit_id, id) WHERE state = 'asked';
CREATE INDEX retract_request_dispatch ON retract_request (dispatch_id, id);

-- 退文 with a coded reason (OFFICE R4); the sender's clerk acknowledges.
CREATE TABLE refusal (
    id bigint PRIMARY KEY,
    delivery_id bigint NOT NULL,
    dispatch_id bigint NOT NULL,
    sender_unit bigint NOT NULL,
    code text NOT NULL,
    text text NOT NULL,
    person_id bigint NOT NULL,
    post_id bigint NOT NULL,
    at bigint NOT NULL,
    acknowledged_by bigint,
    acknowledged_at bigint
);
CREATE INDEX refusal_sender ON refusal (sender_unit, id);                      -- the sender's list
CREATE INDEX refusal_month ON refusal (sender_unit, at);                        -- figures
CREATE INDEX refusal_dispatch ON refusal (dispatch_id, id);
CREATE TABLE refusal_count (
    unit_id bigint NOT NULL,         -- the sender
    code text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (unit_id, code)
) WITHOUT ROWID;

-- 误投, 重复, 缺附件, 打不开: what a unit that may not refuse says instead.
CREATE TABLE delivery_problem (
    id bigint PRIMARY KEY,
    delivery_id bigint NOT NULL,
    dispatch_id bigint NOT NULL,
    sender_unit bigint NOT NULL,
    code text NOT NULL,
    text text NOT NULL,
    person_id bigint NOT NULL,
    at bigint NOT NULL,
    settled_by bigint,
    settled_at bigint,
    answer text
);
CREATE INDEX delivery_problem_sender ON delivery_problem (sender_unit, id);
CREATE INDEX delivery_problem_month ON delivery_problem (sender_unit, at);     -- figures
CREATE INDEX delivery_problem_delivery ON delivery_problem (delivery_id, id);

-- 反馈, 答复 from the receiver to the sender.
CREATE TABLE delivery_feedback (
    id bigint PRIMARY KEY,
    delivery_id bigint NOT NULL,
    dispatch_id bigint NOT NULL,
    kind text NOT NULL,              -- feedback, reply
    text text NOT NULL,
    person_id bigint NOT NULL,
    person_name text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX delivery_feedback_delivery ON delivery_feedback (delivery_id, id);
CREATE INDEX delivery_feedback_dispatch ON delivery_feedback (dispatch_id, id);

-- 收文号: the next number of a unit's book of a year. Its row is the lock.
CREATE TABLE receipt_book (
    unit_id bigint NOT NULL,
    year bigint NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (unit_id, year)
) WITHOUT ROWID;

-- 收文登记: the register of what a unit received, gap-free by unit and year.
CREATE TABLE received (
    unit_id bigint NOT NULL,
    year bigint NOT NULL,
    seq bigint NOT NULL,
    delivery_id bigint NOT NULL,
    dispatch_id bigint NOT NULL,
    matter_id bigint NOT NULL,
    kind text NOT NULL,              -- action: 办件, reading: 阅件
    registered_at bigint NOT NULL,
    registered_by bigint,
    handler text NOT NULL,           -- 承办: names of that day of whom it was given to; '' nobody yet
    PRIMARY KEY (unit_id, year, seq)
) WITHOUT ROWID;
CREATE INDEX received_at ON received (unit_id, registered_at);                 -- a month of the register
CREATE UNIQUE INDEX received_delivery ON received (delivery_id, matter_id);

-- How a unit receives; absent: a town or village is small.
CREATE TABLE receiving_rule (
    unit_id bigint PRIMARY KEY,
    is_small bigint NOT NULL,        -- one page does 签收, 登记 and 拟办 (OFFICE R5)
    forwards bigint NOT NULL         -- 1: an instruction flies by itself inside the unit (OFFICE R1)
);

-- 批示: what one leader instructed in a matter; at the office the moment it was given.
CREATE TABLE instruction (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    delivery_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    item_id bigint NOT NULL,
    person_id bigint NOT NULL,       -- the leader
    post_id bigint NOT NULL,
    who text NOT NULL,
    text text NOT NULL,
    lead text,                       -- "post:1", "unit:2": whom the leader wants to lead
    due_on text,
    at bigint NOT NULL,
    state text NOT NULL,             -- new, transcribed, noted; replaced: said anew; void: matter ended
    executors text NOT NULL,         -- names of that day of who was to do it
    assignment_id bigint,            -- what it was sent out with
    result text,                     -- where there is no assignment: what the handlers wrote
    is_contradicted bigint NOT NULL  -- another leader named another lead or deadline (X2)
);
CREATE INDEX instruction_matter ON instruction (matter_id, id);
CREATE INDEX instruction_unit ON instruction (unit_id, id);                    -- 批示登记本
CREATE INDEX instruction_new ON instruction (unit_id, id) WHERE state = 'new'; -- waits for the office

-- 批示抄清 and 交办: chosen instructions, typed, sent to lead and assisting. Units get a delivery of
-- a dispatch of kind referral; posts of the own unit a matter of module assignment.
CREATE TABLE assignment (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,       -- the receiving matter
    unit_id bigint NOT NULL,
    text text NOT NULL,              -- the transcript
    due_on text,
    wants_feedback bigint NOT NULL,
    dispatch_id bigint,              -- to units
    child_id bigint,                 -- to posts: their matter
    by_person bigint,                -- NULL: flew by itself
    at bigint NOT NULL,
    done_at bigint,
    result text
);
CREATE INDEX assignment_matter ON assignment (matter_id, id);
CREATE INDEX assignment_child ON assignment (child_id) WHERE child_id IS NOT NULL;
CREATE INDEX assignment_dispatch ON assignment (dispatch_id) WHERE dispatch_id IS NOT NULL;
