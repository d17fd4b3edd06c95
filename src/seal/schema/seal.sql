-- Certificate authorities (电子认证机构): the city's own, and others whose seals it recognises.
CREATE TABLE authority (
    id bigint PRIMARY KEY,
    kind text NOT NULL,          -- own, trusted
    name text NOT NULL,
    digest text NOT NULL,        -- SM3 of the certificate
    certificate blob NOT NULL,   -- DER
    wrapped blob,                -- own: the key, under the authority's passphrase
    maker_certificate blob,      -- own: the seal maker's (制章人)
    maker_wrapped blob,          -- under the same passphrase
    responder_certificate blob,  -- own: of the key that answers about revocation
    responder_key blob,          -- PKCS#8: used unattended, good for nothing else
    url text,                    -- own: where list and answers are, as certificates name it
    crl blob,                    -- the list of the revoked, DER
    crl_number bigint NOT NULL,
    crl_at bigint,
    crl_next bigint,             -- when the next one is due
    failures bigint NOT NULL,    -- wrong passphrases in a row
    locked_until_at bigint,
    founded_by bigint NOT NULL,
    founded_at bigint NOT NULL
);

-- Certificates that the city's own authority has issued.
CREATE TABLE certificate (
    serial text PRIMARY KEY,     -- hex
    authority_id bigint NOT NULL,
    kind text NOT NULL,          -- seal, maker, responder
    seal_id bigint,
    subject text NOT NULL,
    certificate blob NOT NULL,   -- DER
    from_at bigint NOT NULL,
    to_at bigint NOT NULL,
    issued_by bigint NOT NULL,
    issued_at bigint NOT NULL,
    revoked_at bigint,
    reason bigint,               -- RFC 5280
    revoked_by bigint
);
CREATE INDEX certificate_issued ON certificate (issued_at, serial);
CREATE INDEX certificate_revoked ON certificate (serial) WHERE revoked_at IS NOT NULL;

-- 印章登记: electronic seals of units.
CREATE TABLE seal (
    id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    kind text NOT NULL,          -- party, administrative, office, name, contract
    name text NOT NULL,          -- as the seal says it
    es_id text NOT NULL,         -- its number in its own structure
    custodian_post bigint NOT NULL, -- 监印人
    thing_id bigint,             -- the seal of the register that requests (用印申请) name
    picture_type text NOT NULL,  -- PNG, SVG
    picture blob NOT NULL,
    width_mm bigint NOT NULL,
    height_mm bigint NOT NULL,
    from_on text NOT NULL,
    until_on text NOT NULL,
    state text NOT NULL,         -- registered, active, suspended, revoked
    serial text,                 -- its certificate
    wrapped blob,                -- the key, under the custodian's passphrase
    bytes blob,                  -- SESeal, DER
    next_wrapped blob,           -- a new key that waits for its certificate
    next_request blob,           -- PKCS#10 of it
    next_by bigint,
    next_at bigint,
    failures bigint NOT NULL,    -- wrong passphrases in a row
    locked_until_at bigint,
    uses bigint NOT NULL,
    rev bigint NOT NULL,
    created_by bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX seal_unit ON seal (unit_id, id);
CREATE INDEX seal_custodian ON seal (custodian_post);
CREATE INDEX seal_thing ON seal (thing_id) WHERE thing_id IS NOT NULL;

-- What became of a seal.
CREATE TABLE seal_event (
    id bigint PRIMARY KEY,
    seal_id bigint NOT NULL,
    op text NOT NULL,            -- register, key, issue, renew, hand_over, suspend, resume, revoke
    person_id bigint,
    post_id bigint,
    to_post bigint,              -- handed_over
    reason text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX seal_event_seal ON seal_event (seal_id, id);

-- 用印记录: each use, with what it was used on (C5).
CREATE TABLE seal_use (
    id bigint PRIMARY KEY,
    seal_id bigint NOT NULL,
    matter_id bigint NOT NULL,   -- the authority for it: an approved request
    attachment_id bigint NOT NULL, -- what was sealed
    sealed_id bigint NOT NULL,   -- the sealed file beside it
    document text NOT NULL,      -- its name
    before_digest text NOT NULL, -- SM3 of the file before and after
    digest text NOT NULL,
    pages text NOT NULL,         -- where the seal stands: "1,3"; "1-9" across the edges
    serial text NOT NULL,        -- of the certificate
    person_id bigint NOT NULL,
    post_id bigint NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX seal_use_seal ON seal_use (seal_id, id);
CREATE UNIQUE INDEX seal_use_once ON seal_use (seal_id, matter_id, before_digest);
CREATE INDEX seal_use_sealed ON seal_use (sealed_id);
CREATE INDEX seal_use_matter ON seal_use (matter_id);
