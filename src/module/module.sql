-- name: q_definition_newest
SELECT id, version, digest, name, base_id FROM flow_definition
WHERE key = :key AND unit_id = :unit AND state = 'active' ORDER BY version DESC LIMIT 1;
-- name: q_definition_for
-- what a unit's new matters run on: its own, else the city's
SELECT id FROM flow_definition WHERE key = :key AND unit_id IN (0, :unit) AND state = 'active'
ORDER BY unit_id DESC, version DESC LIMIT 1;
-- name: q_definition_numbered
-- one version, the unit's own before the city's
SELECT id FROM flow_definition WHERE key = :key AND version = :version AND unit_id IN (0, :unit)
ORDER BY unit_id DESC LIMIT 1;
-- name: q_definition_any
-- the city's, else the newest of any unit: names for lists
SELECT id FROM flow_definition WHERE key = :key ORDER BY unit_id, version DESC LIMIT 1;
-- name: q_definition_texts
SELECT id, version, base_id, digest, module, xml FROM flow_definition
WHERE key = :key AND unit_id = :unit AND state = 'active' ORDER BY version DESC LIMIT 1;
-- name: q_definition_last
-- the number of the newest version, retired ones too
SELECT max(version) FROM flow_definition WHERE key = :key AND unit_id = :unit;
-- name: q_definition_put
INSERT INTO flow_definition (id, key, version, name, unit_id, base_id, xml, module, digest, state,
  created_by, created_at)
VALUES (:id, :key, :version, :name, :unit, :base, :xml, :module, :digest, 'active', :by, :at);
-- name: q_definition_get
SELECT id, key, version, name, unit_id, base_id, xml, module FROM flow_definition WHERE id = :id;
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
