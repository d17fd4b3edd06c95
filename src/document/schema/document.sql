-- Official documents. The elements stand whole, as JSON of the record doc_elements; columns beside
-- them are what lists ask for. Truth: all but draft_buffer.

-- 公文 of this city's agencies, one per matter of module send.
CREATE TABLE document (
    id bigint PRIMARY KEY,
    matter_id bigint NOT NULL,
    unit_id bigint NOT NULL,         -- the office that handles the agency's paper
    agency_id bigint NOT NULL,
    issuer text NOT NULL,            -- 署名 of the agency on that day
    issuers text NOT NULL,           -- of a joint issue all bodies, lead first; else as issuer
    agency_mark text NOT NULL,       -- 发文机关标志 of that day
    doc_type text NOT NULL,          -- 通知, 请示, …
    direction text NOT NULL,         -- up, lateral, down, public
    title text NOT NULL,
    urgency text NOT NULL,
    elements text NOT NULL,          -- all of them with the body
    digest text NOT NULL,            -- SM3 of elements
    drafter_person bigint NOT NULL,
    drafter_post bigint NOT NULL,
    state text NOT NULL,             -- draft, signed, numbered, dispatched, retracted, void
    number text NOT NULL,            -- '' until given
    number_id bigint,
    signer text NOT NULL,            -- 签发人
    signers text NOT NULL,           -- of a joint issue of all bodies, once all have signed; else as signer
    signed_for text NOT NULL,        -- 受委托签发: the head who was away; '' signed by right
    signer_person bigint,
    signer_post bigint,
    signed_on text NOT NULL,         -- 成文日期; '' until signed
    signed_digest text NOT NULL,     -- digest of what was signed
    signed_files text NOT NULL,      -- and of the files that go out with it; '' when there were none
    year bigint NOT NULL,            -- of the number; 0 until given
    numbered_at bigint NOT NULL,     -- 0 until given
    dispatched_at bigint,
    dispatch_id bigint,
    replaced_by bigint,              -- the correction that took its place
    corrects_id bigint,              -- the document this one is to replace, under its number
    correct_reason text NOT NULL,    -- why; '' when it replaces none
    revision bigint NOT NULL,        -- of the newest one
    rev bigint NOT NULL,
    created_at bigint NOT NULL,
    saved_at bigint NOT NULL
);
CREATE UNIQUE INDEX document_matter ON document (matter_id);
CREATE INDEX document_sent ON document (unit_id, numbered_at, id) WHERE numbered_at > 0;
CREATE INDEX document_sent_year ON document (unit_id, year, numbered_at, id) WHERE numbered_at > 0;
CREATE INDEX document_open ON document (agency_id, id)
    WHERE dispatched_at IS NULL AND state <> 'void';                           -- under way
CREATE INDEX document_corrects ON document (corrects_id) WHERE corrects_id IS NOT NULL;
CREATE INDEX document_own ON document (drafter_person, numbered_at, id) WHERE numbered_at > 0;

-- 版本: each saved change, with author.
CREATE TABLE revision (
    document_id bigint NOT NULL,
    revision bigint NOT NULL,
    person_id bigint NOT NULL,
    post_id bigint,
    author text NOT NULL,
    step text NOT NULL,              -- the step of the flow it was written in; '' outside of any
    why text NOT NULL,               -- save, leave, hand_on, fix (mechanical, after signing)
    at bigint NOT NULL,
    elements text NOT NULL,
    digest text NOT NULL,
    PRIMARY KEY (document_id, revision)
) WITHOUT ROWID;

-- Autosave: one row per draft and person, overwritten; no trace, no revision.
CREATE TABLE draft_buffer (
    document_id bigint NOT NULL,
    person_id bigint NOT NULL,
    at bigint NOT NULL,
    rev bigint NOT NULL,             -- of the document when it was written
    elements text NOT NULL,
    PRIMARY KEY (document_id, person_id)
) WITHOUT ROWID;

-- 号簿: agency × mark × year (OFFICE D7). The row is the lock of its counter.
CREATE TABLE number_book (
    id bigint PRIMARY KEY,
    agency_id bigint NOT NULL,
    unit_id bigint NOT NULL,         -- who keeps it
    agency text NOT NULL,
    mark text NOT NULL,              -- 代字, or the series' name
    kind text NOT NULL,              -- mark, order, minutes, bulletin, telegram
    year bigint NOT NULL,
    start_value bigint NOT NULL,
    next_value bigint NOT NULL,
    closed_at bigint
);
CREATE UNIQUE INDEX number_book_once ON number_book (agency_id, mark, year, kind);
CREATE INDEX number_book_unit ON number_book (unit_id, year, id);

-- 文号: reserved → confirmed → void; a reserved one given back is returned, and offered first.
CREATE TABLE doc_number (
    id bigint PRIMARY KEY,
    book_id bigint NOT NULL,
    value bigint NOT NULL,
    text text NOT NULL,
    state text NOT NULL,             -- reserved, confirmed, returned, void
    document_id bigint,
    title text NOT NULL,             -- of paper registered afterwards; '' for documents
    signed_on text NOT NULL,
    reserved_by bigint,
    reserved_at bigint NOT NULL,
    confirmed_at bigint,
    voided_at bigint,
    voided_by bigint,
    reason text NOT NULL
);
CREATE UNIQUE INDEX doc_number_once ON doc_number (book_id, value);
CREATE INDEX doc_number_returned ON doc_number (book_id, value) WHERE state = 'returned';

-- A warning kept on purpose, with its reason.
CREATE TABLE confirmation (
    document_id bigint NOT NULL,
    rule text NOT NULL,
    text text NOT NULL,              -- the finding's argument when it was confirmed
    reason text NOT NULL,
    person_id bigint NOT NULL,
    person text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (document_id, rule)
) WITHOUT ROWID;

-- Units asked to countersign and what they answered (R8); the child matter holds the rest.
CREATE TABLE countersign (
    document_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    child_id bigint NOT NULL,
    outcome text NOT NULL,           -- agree, comment, disagree
    digest text NOT NULL,            -- of the text they saw
    at bigint NOT NULL,
    PRIMARY KEY (document_id, unit_id)
) WITHOUT ROWID;

-- 联署: the bodies of a joint issue as printed, 0 the lead, and who signed for each. They stand from the
-- lead's signature on and fall with it. Columns of a signature are empty until it is there.
CREATE TABLE co_sign (
    document_id bigint NOT NULL,
    position bigint NOT NULL,
    agency_id bigint NOT NULL,
    unit_id bigint NOT NULL,         -- handles the agency's paper
    child_id bigint,                 -- the matter in which it was signed; NULL for the lead
    name text NOT NULL,              -- 署名 and
    mark text NOT NULL,              -- 发文机关标志 of the day
    signer text NOT NULL,
    title text NOT NULL,             -- 职务
    signer_person bigint,
    signer_post bigint,
    signed_for text NOT NULL,        -- 受委托签发: the head who was away
    signed_on text NOT NULL,
    digest text NOT NULL,            -- of the text that was signed
    numbered_at bigint NOT NULL,     -- of the document's number; 0 until given
    PRIMARY KEY (document_id, agency_id)
) WITHOUT ROWID;
-- its bodies' registers of what was sent
CREATE INDEX co_sign_sent ON co_sign (unit_id, numbered_at, document_id) WHERE numbered_at > 0;

-- What a document rests on, for looking from the other side. Derived from elements.
CREATE TABLE doc_link (
    document_id bigint NOT NULL,
    position bigint NOT NULL,
    kind text NOT NULL,
    matter_id bigint,
    text text NOT NULL,
    PRIMARY KEY (document_id, position)
) WITHOUT ROWID;
CREATE INDEX doc_link_matter ON doc_link (matter_id) WHERE matter_id IS NOT NULL;

-- Exports of registers: made by a job, the file in the data folder, gone after a day.
CREATE TABLE export_job (
    id bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    register text NOT NULL,
    format text NOT NULL,
    filter text NOT NULL,
    state text NOT NULL,             -- queued, running, done, failed
    progress bigint NOT NULL,        -- percent
    count bigint NOT NULL,           -- rows written
    code text NOT NULL,              -- of the failure
    created_at bigint NOT NULL,
    started_at bigint
);
CREATE INDEX export_job_queued ON export_job (id) WHERE state = 'queued';
CREATE INDEX export_job_old ON export_job (created_at);
