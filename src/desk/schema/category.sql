-- Categories (分类) that a unit makes for its own papers, in its registers of sent and received documents.
-- Nobody outside the unit ever sees one. Truth: category, category_entry; category.n is kept beside them.

CREATE TABLE category (
    id bigint PRIMARY KEY,
    unit_id bigint NOT NULL,
    name text NOT NULL,
    position bigint NOT NULL,        -- its place in the unit's list
    for_sent bigint NOT NULL,        -- may hold documents the unit sent,
    for_received bigint NOT NULL,    -- received
    n bigint NOT NULL,               -- entries; changed with them, never counted on read
    retired_at bigint,               -- 停用: keeps what it holds, takes nothing more
    merged_into bigint               -- its entries went there
);
CREATE UNIQUE INDEX category_name ON category (unit_id, name) WHERE retired_at IS NULL;
CREATE INDEX category_unit ON category (unit_id, position, id);

-- What is in it: matters of the unit that stand in its registers.
CREATE TABLE category_entry (
    category_id bigint NOT NULL,
    matter_id bigint NOT NULL,
    person_id bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (category_id, matter_id)
) WITHOUT ROWID;
CREATE INDEX category_entry_matter ON category_entry (matter_id, category_id); -- the columns of the registers
