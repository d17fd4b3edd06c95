-- name: q_definition_for
-- what a unit's new matters run on: its own, else the city's; what is offered from above never has a key of
-- either
SELECT id FROM flow_definition WHERE key = :key AND unit_id IN (0, :unit) AND state = 'active'
ORDER BY unit_id DESC, version DESC LIMIT 1;
-- name: q_definition_numbered
-- one version, the unit's own before the city's; a tailored one is known by the city's number
SELECT id FROM flow_definition WHERE key = :key AND version = :version AND unit_id IN (0, :unit)
AND base_id IS NULL
ORDER BY unit_id DESC LIMIT 1;
-- name: q_definition_any
-- the city's, else the newest of any unit: names for lists
SELECT id FROM flow_definition WHERE key = :key ORDER BY unit_id, version DESC LIMIT 1;
-- name: q_definition_texts
SELECT id, version, base_id, digest, module, xml, created_by FROM flow_definition
WHERE key = :key AND unit_id = :unit AND state = 'active' ORDER BY version DESC LIMIT 1;
-- name: q_definition_last
-- the number of the newest version, retired ones too
SELECT max(version) FROM flow_definition WHERE key = :key AND unit_id = :unit;
-- name: q_definition_put
INSERT INTO flow_definition (id, key, version, name, unit_id, base_id, xml, module, digest, state,
  created_by, created_at, note)
VALUES (:id, :key, :version, :name, :unit, :base, :xml, :module, :digest, 'active', :by, :at, :note);
-- name: q_definition_get
SELECT d.id, d.key, d.version, d.name, d.unit_id, d.base_id, d.xml, d.module,
  (SELECT b.unit_id FROM flow_definition b WHERE b.id = d.base_id)
FROM flow_definition d WHERE d.id = :id;
-- name: q_definitions_of
-- flow_definition_unit: the newest of each key of the city and of one unit
SELECT d.id, d.key, d.unit_id FROM flow_definition d
WHERE d.unit_id IN (0, :unit) AND d.state = 'active' AND d.version =
  (SELECT max(n.version) FROM flow_definition n
   WHERE n.unit_id = d.unit_id AND n.key = d.key AND n.state = 'active')
ORDER BY d.key, d.unit_id DESC;

-- name: q_switch_get
SELECT is_on FROM module_switch WHERE unit_id = :unit AND key = :key;
-- name: q_switch_put
INSERT INTO module_switch (unit_id, key, is_on, at) VALUES (:unit, :key, :is_on, :at)
ON CONFLICT (unit_id, key) DO UPDATE SET is_on = excluded.is_on, at = excluded.at;

-- name: q_definition_unit_key
-- is the key a unit's own module's?
SELECT 1 FROM flow_definition WHERE key = :key AND unit_id <> 0 AND base_id IS NULL LIMIT 1;
-- name: q_definition_own_units
-- units with a module of their own under this key, but for one
SELECT DISTINCT unit_id FROM flow_definition
WHERE key = :key AND unit_id <> 0 AND unit_id <> :unit AND base_id IS NULL AND state = 'active';
-- name: q_offer_any
SELECT 1 FROM module_offer LIMIT 1;
-- name: q_offer_key
-- module_offer_key
SELECT 1 FROM module_offer WHERE key = :key LIMIT 1;
-- name: q_offer_get
SELECT is_mandatory, is_open FROM module_offer WHERE unit_id = :unit AND key = :key;
-- name: q_offers_of
SELECT key, is_mandatory, is_open FROM module_offer WHERE unit_id = :unit ORDER BY key;
-- name: q_offer_put
INSERT INTO module_offer (unit_id, key, is_mandatory, is_open, changed_by, changed_at)
VALUES (:unit, :key, :is_mandatory, 1, :by, :at)
ON CONFLICT (unit_id, key) DO UPDATE SET is_mandatory = excluded.is_mandatory, is_open = 1,
  changed_by = excluded.changed_by, changed_at = excluded.changed_at;
-- name: q_offer_withdraw
UPDATE module_offer SET is_open = 0, changed_by = :by, changed_at = :at
WHERE unit_id = :unit AND key = :key;
-- name: q_definition_versions
-- flow_definition_key: newest first
SELECT id, version, created_at, created_by, note FROM flow_definition
WHERE key = :key AND unit_id = :unit ORDER BY version DESC LIMIT 200;
-- name: q_definition_of_version
SELECT module, xml FROM flow_definition WHERE key = :key AND unit_id = :unit AND version = :version;

-- name: q_draft_put
INSERT INTO module_draft (id, key, unit_id, name, module, bpmn, state, base_version, rev,
  changed_by, changed_at)
VALUES (:id, :key, :unit, :name, :module, :bpmn, 'draft', :base, 1, :by, :at);
-- name: q_draft_get
SELECT key, unit_id, name, state, base_version, rev, module, bpmn FROM module_draft WHERE id = :id;
-- name: q_draft_lock
SELECT id FROM module_draft WHERE id = :id FOR UPDATE;
-- name: q_draft_of_key
SELECT id FROM module_draft WHERE unit_id = :unit AND key = :key;
-- name: q_draft_save
UPDATE module_draft SET name = :name, module = :module, bpmn = :bpmn, state = 'draft',
  rev = rev + 1, changed_by = :by, changed_at = :at WHERE id = :id;
-- name: q_draft_published
UPDATE module_draft SET state = 'published', base_version = :version, rev = rev + 1,
  changed_by = :by, changed_at = :at WHERE id = :id;
-- name: q_draft_drop
DELETE FROM module_draft WHERE id = :id;
-- name: q_drafts_of
-- module_draft_key: one unit's, or the city's
SELECT d.id, d.key, d.name, d.unit_id, d.state, d.rev, d.base_version, d.changed_at, d.changed_by,
  (SELECT max(v.version) FROM flow_definition v WHERE v.key = d.key AND v.unit_id = d.unit_id),
  o.is_open, o.is_mandatory
FROM module_draft d LEFT JOIN module_offer o ON o.unit_id = d.unit_id AND o.key = d.key WHERE d.unit_id = :unit ORDER BY d.key LIMIT 500;

-- name: q_tailoring_get
SELECT changes, state, problems, base_version, rev FROM module_tailoring
WHERE unit_id = :unit AND key = :key;
-- name: q_tailoring_lock
SELECT rev FROM module_tailoring WHERE unit_id = :unit AND key = :key FOR UPDATE;
-- name: q_tailoring_put
INSERT INTO module_tailoring (unit_id, key, owner_id, changes, state, problems, base_version, rev,
  changed_by, changed_at)
VALUES (:unit, :key, :owner, :changes, 'fits', '[]', :base, :rev, :by, :at)
ON CONFLICT (unit_id, key) DO UPDATE SET owner_id = excluded.owner_id, changes = excluded.changes, state = excluded.state,
  problems = excluded.problems, base_version = excluded.base_version, rev = excluded.rev,
  changed_by = excluded.changed_by, changed_at = excluded.changed_at;
-- name: q_tailoring_drop
DELETE FROM module_tailoring WHERE unit_id = :unit AND key = :key;
-- name: q_tailorings_of_key
-- module_tailoring_key
SELECT unit_id, changes FROM module_tailoring WHERE owner_id = :owner AND key = :key ORDER BY unit_id;
-- name: q_tailorings_of_unit
SELECT key, state FROM module_tailoring WHERE unit_id = :unit ORDER BY key;
-- name: q_tailoring_fits
UPDATE module_tailoring SET state = 'fits', problems = '[]', base_version = :base
WHERE unit_id = :unit AND key = :key;
-- name: q_tailoring_held
UPDATE module_tailoring SET state = 'held', problems = :problems WHERE unit_id = :unit AND key = :key;
-- name: q_definition_untailor
-- the unit goes back to what all have
UPDATE flow_definition SET state = 'retired'
WHERE key = :key AND unit_id = :unit AND base_id IS NOT NULL AND state = 'active';
