-- name: q_instance_put
INSERT INTO flow_instance (id, definition_id, matter_id, state, rev, body)
VALUES (:id, :definition, :matter, :state, 1, :body);
-- name: q_instance_get
SELECT definition_id, matter_id, state, rev, body FROM flow_instance WHERE id = :id;
-- name: q_instances_stuck
-- flow_instance_stuck: few
SELECT matter_id FROM flow_instance WHERE state = 'incident' AND matter_id > :after
ORDER BY matter_id LIMIT :limit;
-- name: q_matters_governed
-- matter_unit_state: of one module, newest first
SELECT m.id, m.title, m.number, m.started_at, m.definition_id, p.name
FROM matter m LEFT JOIN person p ON p.id = m.starter_person
WHERE m.unit_id = :unit AND m.module = :module AND m.state = :state AND m.id < :before
ORDER BY m.id DESC LIMIT :limit;
-- name: q_instance_lock
SELECT definition_id, matter_id, state, rev, body FROM flow_instance WHERE id = :id FOR UPDATE;
-- name: q_instance_save
UPDATE flow_instance SET state = :state, body = :body, rev = rev + 1 WHERE id = :id;

-- name: q_matter_put
INSERT INTO matter (id, module, definition_id, instance_id, unit_id, parent_id, parent_leaf,
  subject_id, text_id, title, number, urgency, from_name, state, starter_post, starter_person,
  started_at, closed_at, due_at, rev, label, label_by, label_why, label_least)
VALUES (:id, :module, :definition, :instance, :unit, :parent, :parent_leaf, :subject, :text, :title, '',
  :urgency, :from_name, :state, :starter_post, :starter_person, :at, NULL, :due, 1, :label, :label_by,
  :label_why, :label_least);
-- name: q_matter_get
-- primary keys; what is under way in a former unit is the matter of the one that answers for it
SELECT m.id, m.module, d.name, m.definition_id, m.instance_id,
  CASE WHEN m.closed_at IS NULL THEN coalesce((SELECT f.unit_id FROM unit_former f
    WHERE f.former_id = m.unit_id), m.unit_id) ELSE m.unit_id END, m.parent_id,
  m.parent_leaf, m.subject_id, m.title, m.number, m.urgency, m.from_name, m.state, m.starter_post,
  m.starter_person, m.started_at, m.closed_at, m.due_at, m.rev, m.text_id, m.label
FROM matter m JOIN flow_definition d ON d.id = m.definition_id WHERE m.id = :id;
-- name: q_matter_lock
SELECT m.id, m.module, d.name, m.definition_id, m.instance_id,
  CASE WHEN m.closed_at IS NULL THEN coalesce((SELECT f.unit_id FROM unit_former f
    WHERE f.former_id = m.unit_id), m.unit_id) ELSE m.unit_id END, m.parent_id,
  m.parent_leaf, m.subject_id, m.title, m.number, m.urgency, m.from_name, m.state, m.starter_post,
  m.starter_person, m.started_at, m.closed_at, m.due_at, m.rev, m.text_id, m.label
FROM matter m JOIN flow_definition d ON d.id = m.definition_id WHERE m.id = :id FOR UPDATE OF m;
-- name: q_matter_touch
UPDATE matter SET rev = rev + 1 WHERE id = :id;
-- name: q_matter_describe
UPDATE matter SET title = coalesce(:title, title), number = coalesce(:number, number),
  urgency = coalesce(:urgency, urgency), rev = rev + 1 WHERE id = :id;
-- name: q_item_urgency
UPDATE item SET urgency = :urgency WHERE matter_id = :matter;
-- name: q_matter_due
UPDATE matter SET due_at = :due, rev = rev + 1 WHERE id = :id;
-- name: q_matter_close
UPDATE matter SET state = :state, closed_at = :at, rev = rev + 1 WHERE id = :id;
-- name: q_matter_reopen
UPDATE matter SET state = 'running', closed_at = NULL, rev = rev + 1 WHERE id = :id;
-- name: q_matter_children
SELECT m.id, m.state, m.title, u.name, coalesce(i.id, 0), coalesce(i.outcome, ''),
  CASE WHEN i.state IN ('ready', 'opened') THEN 1 ELSE 0 END, coalesce(i.due_at, 0), m.module
FROM matter m JOIN unit u ON u.id = m.unit_id LEFT JOIN item i ON i.child_id = m.id
WHERE m.parent_id = :parent ORDER BY m.id;

-- name: q_access_put
INSERT INTO access (scope, matter, text_id) VALUES (:scope, :matter, :text)
ON CONFLICT (scope, matter) DO NOTHING;
-- name: q_access_let
INSERT INTO access (scope, matter, text_id) SELECT CAST(:scope AS bigint), id, text_id FROM matter
WHERE id = :matter ON CONFLICT (scope, matter) DO NOTHING;
-- name: q_access_has
SELECT 1 FROM access WHERE scope = :scope AND matter = :matter;
-- name: q_access_module
-- primary keys: what a scope that is limited to modules asks
SELECT m.module FROM access a JOIN matter m ON m.id = a.matter
WHERE a.scope = :scope AND a.matter = :matter;
-- name: q_access_scopes
SELECT scope FROM access WHERE matter = :matter;

-- name: q_item_put
INSERT INTO item (id, matter_id, leaf, act, node, step, attempt, role, owner_id, owner_kind,
  for_post, child_id, module, urgency, state, arrived_at, opened_at, done_at, done_person,
  done_post, acting_for, outcome, urges, urged_at, due_at, due_from, due_left, next_at, rev)
VALUES (:id, :matter, :leaf, :act, :node, :step, :attempt, :role, :owner, :owner_kind, :for_post,
  NULL, :module, :urgency, 'ready', :at, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, :due,
  :due_from, NULL, :next, 1);
-- name: q_item_get
SELECT id, matter_id, leaf, act, node, step, attempt, role, owner_id, owner_kind, for_post, state,
  arrived_at, opened_at, done_at, done_person, done_post, outcome, urges, urged_at, due_at, rev,
  child_id, module FROM item WHERE id = :id;
-- name: q_item_of_leaf
SELECT id, matter_id, leaf, act, node, step, attempt, role, owner_id, owner_kind, for_post, state,
  arrived_at, opened_at, done_at, done_person, done_post, outcome, urges, urged_at, due_at, rev,
  child_id, module FROM item WHERE matter_id = :matter AND leaf = :leaf;
-- name: q_item_by_leaf
SELECT id FROM item WHERE matter_id = :matter AND leaf = :leaf;
-- name: q_item_by_child
SELECT id, matter_id, leaf FROM item WHERE child_id = :child;
-- name: q_item_child
UPDATE item SET child_id = :child WHERE id = :id;
-- name: q_item_opened
UPDATE item SET state = 'opened', opened_at = :at, rev = rev + 1 WHERE id = :id AND state = 'ready';
-- name: q_item_done
UPDATE item SET state = 'done', done_at = :at, done_person = :person, done_post = :post,
  acting_for = :acting_for, outcome = :outcome, next_at = NULL, rev = rev + 1 WHERE id = :id;
-- name: q_item_state
UPDATE item SET state = :state, next_at = NULL, rev = rev + 1 WHERE id = :id;
-- name: q_item_ready
UPDATE item SET state = 'ready', opened_at = NULL, done_at = NULL, done_person = NULL,
  done_post = NULL, acting_for = NULL, outcome = NULL, arrived_at = :at, rev = rev + 1
WHERE id = :id;
-- name: q_item_due
UPDATE item SET due_at = :due, due_from = :due_from, due_left = :due_left, next_at = :next
WHERE id = :id;
-- name: q_item_next
UPDATE item SET next_at = :next, rev = rev + 1 WHERE id = :id;
-- name: q_item_clock
SELECT due_at, due_from, due_left, next_at, state FROM item WHERE id = :id;
-- name: q_items_due
-- item_next: whose moment has come
SELECT id FROM item WHERE next_at <= :now ORDER BY next_at LIMIT 64;
-- name: q_items_counted
-- item_next: everything with a running deadline
SELECT id FROM item WHERE next_at IS NOT NULL ORDER BY id;
-- name: q_recount_ask
INSERT INTO due_recount (id, asked_at) VALUES (1, :at)
ON CONFLICT (id) DO UPDATE SET asked_at = excluded.asked_at;
-- name: q_recount_asked
SELECT asked_at FROM due_recount WHERE id = 1;
-- name: q_recount_done
DELETE FROM due_recount WHERE id = 1 AND asked_at = :asked;
-- name: q_item_urge
UPDATE item SET urges = urges + 1, urged_at = :at, rev = rev + 1 WHERE id = :id;
-- name: q_items_open
SELECT id, owner_id, owner_kind, node, step, arrived_at, opened_at, urged_at, leaf, act, for_post,
  module FROM item WHERE matter_id = :matter AND state IN ('ready', 'opened') ORDER BY id;
-- name: q_items_consigned
-- item_matter: parts of other units that are open, in the order in which they were asked
SELECT id, owner_id, child_id FROM item WHERE matter_id = :matter AND owner_kind = :kind
  AND child_id IS NOT NULL AND state IN ('ready', 'opened') ORDER BY id;
-- name: q_items_consigned_count
SELECT count(*) FROM item WHERE matter_id = :matter AND owner_kind = :kind
  AND child_id IS NOT NULL AND state IN ('ready', 'opened');
-- name: q_items_now
-- item_matter: open steps of one matter for lists
SELECT i.step, i.due_at, coalesce(p.is_leader, 0) FROM item i LEFT JOIN post p ON p.id = i.owner_id
WHERE i.matter_id = :matter AND i.state IN ('ready', 'opened') ORDER BY i.id;
-- name: q_items_of_matter
SELECT i.id, i.node, i.step, i.state, i.owner_id, i.owner_kind, i.arrived_at, i.opened_at,
  i.done_at, i.attempt, i.leaf, i.act, i.role, i.child_id, p.name
FROM item i LEFT JOIN person p ON p.id = i.done_person
WHERE i.matter_id = :matter ORDER BY i.id;

-- part: list_asked
(CAST(:module AS text) IS NULL OR m.module = CAST(:module AS text))
  AND (CAST(:urgency AS text) IS NULL OR m.urgency = CAST(:urgency AS text))
-- part: list_item_asked
(CAST(:module AS text) IS NULL OR i.module = CAST(:module AS text))
  AND (CAST(:urgency AS text) IS NULL OR m.urgency = CAST(:urgency AS text))
-- part: list_matter
m.id, m.module, d.name, m.title, m.number, m.urgency, m.from_name
-- part: list_item
i.id, i.matter_id, i.module, d.name, m.title, m.number, m.urgency, m.from_name, i.step
-- name: q_todo_page
-- item_todo: one owner's open work, newest first
SELECT {list_item},
  i.arrived_at, i.state, i.due_at, i.urges, i.for_post, i.role, 0, m.state, d.id, m.label
FROM item i JOIN matter m ON m.id = i.matter_id JOIN flow_definition d ON d.id = m.definition_id
WHERE i.owner_id = :owner AND i.state IN ('ready', 'opened') AND i.id < :before
  AND {list_item_asked}
ORDER BY i.id DESC LIMIT :limit;
-- name: q_todo_count
-- item_todo: one owner's open work of one module, as far as a badge counts
SELECT count(*) FROM (SELECT 1 FROM item WHERE owner_id = :owner AND state IN ('ready', 'opened')
  AND module = :module LIMIT 100) x;
-- name: q_to_read_count
-- reading_box: the same of what is to be read
SELECT count(*) FROM (SELECT 1 FROM reading r JOIN matter m ON m.id = r.matter_id
  WHERE r.post_id = :owner AND r.read_at IS NULL AND r.sent_at IS NOT NULL
  AND m.module = :module LIMIT 100) x;
-- name: q_done_page
-- item_done: what a person finished, newest first
SELECT {list_item},
  i.done_at, i.state, m.due_at, i.urges, i.for_post, i.role, i.done_post, m.state, d.id, m.label
FROM item i JOIN matter m ON m.id = i.matter_id JOIN flow_definition d ON d.id = m.definition_id
WHERE i.done_person = :person AND (i.done_at, i.id) < (:before_at, :before)
  AND {list_item_asked}
ORDER BY i.done_at DESC, i.id DESC LIMIT :limit;
-- name: q_initiated_page
-- matter_initiated
SELECT m.id, {list_matter}, '',
  m.started_at, m.state, m.due_at, 0, 0, '', m.starter_post, m.state, d.id, m.label
FROM matter m JOIN flow_definition d ON d.id = m.definition_id
WHERE m.starter_person = :person AND m.id < :before AND m.state NOT IN ('draft', 'discarded')
  AND {list_asked}
ORDER BY m.id DESC LIMIT :limit;
-- name: q_draft_page
-- matter_draft: what one has begun to fill in
SELECT m.id, {list_matter}, '',
  m.started_at, m.state, m.due_at, 0, 0, '', m.starter_post, m.state, d.id, m.label
FROM matter m JOIN flow_definition d ON d.id = m.definition_id
WHERE m.starter_person = :person AND m.state = 'draft' AND m.id < :before
  AND {list_asked}
ORDER BY m.id DESC LIMIT :limit;
-- name: q_to_read_page
-- reading_box
SELECT r.id, {list_matter}, r.note,
  r.sent_at, CASE WHEN r.opened_at IS NULL THEN 'ready' ELSE 'opened' END, m.due_at, r.urges, 0, '',
  r.post_id, m.state, d.id, m.label
FROM reading r JOIN matter m ON m.id = r.matter_id JOIN flow_definition d ON d.id = m.definition_id
WHERE r.post_id = :owner AND r.read_at IS NULL AND r.sent_at IS NOT NULL AND r.id < :before
  AND {list_asked}
ORDER BY r.id DESC LIMIT :limit;
-- name: q_watched_page
SELECT w.matter_id, {list_matter}, '',
  m.started_at, m.state, m.due_at, 0, 0, '', 0, m.state, d.id, m.label
FROM watch w JOIN matter m ON m.id = w.matter_id JOIN flow_definition d ON d.id = m.definition_id
WHERE w.person_id = :person AND w.matter_id < :before
  AND {list_asked}
ORDER BY w.matter_id DESC LIMIT :limit;

-- name: q_opinion_put
INSERT INTO opinion (id, matter_id, item_id, node, step, person_id, post_id, who, title, acting_for,
  acting_name, standing, recorded_by, recorded_name, recorded_form, said_at, said_on, scan_id, corrects_id,
  confirmed_at, outcome, is_noted, text, at, is_undone, ink)
VALUES (:id, :matter, :item, :node, :step, :person, :post, :who, :title, :acting_for, :acting_name,
  :standing, :recorded_by, :recorded_name, :recorded_form, :said_at, :said_on, :scan, :corrects, NULL,
  :outcome, :is_noted, :text, :at, 0, :ink);
-- name: q_opinions
SELECT id, item_id, node, step, person_id, post_id, who, title, acting_name, recorded_name,
  recorded_form, said_at, confirmed_at, outcome, is_noted, text, at, is_undone, said_on, scan_id,
  corrects_id, standing, CASE WHEN ink IS NULL THEN 0 ELSE 1 END FROM opinion WHERE matter_id = :matter ORDER BY id;
-- name: q_opinion_ink
SELECT matter_id, ink FROM opinion WHERE id = :id AND ink IS NOT NULL;
-- name: q_opinion_get
SELECT id, matter_id, person_id, recorded_by, confirmed_at, item_id, node, step, post_id, outcome,
  is_noted, said_at, said_on, scan_id, is_undone FROM opinion WHERE id = :id;
-- name: q_opinion_undone
UPDATE opinion SET is_undone = 1 WHERE item_id = :item;
-- name: q_opinion_confirm
UPDATE opinion SET confirmed_at = :at, is_undone = :is_undone WHERE id = :id;

-- name: q_reading_put
INSERT INTO reading (id, matter_id, post_id, sent_by, sent_post, note, place, asked_at, sent_at,
  skipped_at, opened_at, read_at, read_note, urges, for_post)
VALUES (:id, :matter, :post, :sent_by, :sent_post, :note, :place, :at, :sent_at, NULL, NULL, NULL,
  NULL, 0, NULL)
ON CONFLICT (matter_id, post_id) DO NOTHING;
-- name: q_reading_get
SELECT id, matter_id, post_id, opened_at, read_at, sent_at, skipped_at, place FROM reading
WHERE id = :id FOR UPDATE;
-- name: q_reading_now
-- for dry runs, which lock nothing
SELECT id, matter_id, post_id, opened_at, read_at, sent_at, skipped_at, place FROM reading
WHERE id = :id;
-- name: q_reading_at
-- reading_once
SELECT id, matter_id, post_id, opened_at, read_at, sent_at, skipped_at, place FROM reading
WHERE matter_id = :matter AND post_id = :post FOR UPDATE;
-- name: q_reading_see
-- reading_once: for pages, which lock nothing
SELECT id, matter_id, post_id, opened_at, read_at, sent_at, skipped_at, place FROM reading
WHERE matter_id = :matter AND post_id = :post;
-- name: q_reading_last_place
SELECT max(place) FROM reading WHERE matter_id = :matter;
-- name: q_reading_holder
-- whose turn it is: the next waits for this one
SELECT id FROM reading WHERE matter_id = :matter AND place > 0 AND sent_at IS NOT NULL
  AND read_at IS NULL AND skipped_at IS NULL ORDER BY place LIMIT 1;
-- name: q_reading_next
SELECT id, post_id FROM reading WHERE matter_id = :matter AND place > 0 AND sent_at IS NULL
ORDER BY place LIMIT 1;
-- name: q_reading_send
UPDATE reading SET sent_at = :at WHERE id = :id;
-- name: q_reading_skip
UPDATE reading SET skipped_at = :at WHERE id = :id;
-- name: q_reading_again
UPDATE reading SET note = :note, sent_at = :at, opened_at = NULL, read_at = NULL, urges = urges + 1
WHERE id = :id;
-- name: q_reading_open
UPDATE reading SET opened_at = :at WHERE id = :id AND opened_at IS NULL;
-- name: q_reading_read
UPDATE reading SET read_at = :at, opened_at = coalesce(opened_at, :at), read_note = :note
WHERE id = :id AND read_at IS NULL;
-- name: q_readings
SELECT r.id, r.post_id, p.name, t.title, u.name, r.sent_at, r.opened_at, r.read_at, r.read_note,
  t.is_leader, r.place, r.skipped_at, r.note
FROM reading r JOIN post t ON t.id = r.post_id JOIN person p ON p.id = t.person_id
JOIN unit u ON u.id = t.unit_id WHERE r.matter_id = :matter
ORDER BY CASE WHEN r.place = 0 THEN 1 ELSE 0 END, r.place, r.id LIMIT 1000;
-- name: q_proposal_put
INSERT INTO reading_proposal (id, matter_id, post_id, by_person, by_post, reason, at)
VALUES (:id, :matter, :post, :person, :by_post, :reason, :at)
ON CONFLICT (matter_id, post_id) WHERE decided_at IS NULL DO NOTHING;
-- name: q_proposal_get
SELECT id, matter_id, post_id, by_person, by_post, reason, decided_at FROM reading_proposal
WHERE id = :id FOR UPDATE;
-- name: q_proposal_decide
UPDATE reading_proposal SET decided_at = :at, decided_by = :person, is_added = :is_added
WHERE id = :id;
-- name: q_proposals_open
SELECT x.id, x.post_id, p.name, t.title, b.name, x.reason, x.at
FROM reading_proposal x JOIN post t ON t.id = x.post_id JOIN person p ON p.id = t.person_id
JOIN person b ON b.id = x.by_person
WHERE x.matter_id = :matter AND x.decided_at IS NULL ORDER BY x.id LIMIT 100;

-- name: q_watch_put
INSERT INTO watch (person_id, matter_id, at) VALUES (:person, :matter, :at)
ON CONFLICT (person_id, matter_id) DO NOTHING;
-- name: q_watch_drop
DELETE FROM watch WHERE person_id = :person AND matter_id = :matter;
-- name: q_watch_has
SELECT 1 FROM watch WHERE person_id = :person AND matter_id = :matter;

-- name: q_phrases_get
SELECT phrases FROM phrase WHERE person_id = :person;
-- name: q_phrases_put
INSERT INTO phrase (person_id, phrases) VALUES (:person, :phrases)
ON CONFLICT (person_id) DO UPDATE SET phrases = excluded.phrases;

-- name: q_attachment_put
INSERT INTO attachment (id, matter_id, name, type, kind, size, digest, added_by, added_post,
  added_at, removed_at)
VALUES (:id, :matter, :name, :type, :kind, :size, :digest, :by, :post, :at, NULL);
-- name: q_attachments
SELECT id, name, type, kind, size, digest, added_by, added_post FROM attachment
WHERE matter_id = :matter AND removed_at IS NULL ORDER BY id;
-- name: q_attachments_out
-- what goes out with the text; scans of leaders' words and grounds stay inside
SELECT id, name, digest FROM attachment
WHERE matter_id = :matter AND removed_at IS NULL AND kind IN ('main', 'attachment')
ORDER BY digest, name, id;
-- name: q_attachment_get
SELECT id, matter_id, name, type, kind, size, digest, removed_at, added_by, added_post
FROM attachment WHERE id = :id;
-- name: q_scan_used
-- opinion_scan
SELECT 1 FROM opinion WHERE scan_id = :attachment;
-- name: q_attachment_remove
UPDATE attachment SET removed_at = :at WHERE id = :id AND removed_at IS NULL;
-- name: q_attachment_copy
INSERT INTO attachment (id, matter_id, name, type, kind, size, digest, added_by, added_post,
  added_at, removed_at)
SELECT :id, :to_matter, name, type, kind, size, digest, added_by, added_post, :at, NULL
FROM attachment WHERE id = :from_id;
-- name: q_attachment_take_back
UPDATE attachment SET removed_at = :at WHERE matter_id = :matter AND removed_at IS NULL AND digest IN
  (SELECT digest FROM attachment WHERE matter_id = :from_matter);

-- name: q_upload_put
INSERT INTO upload (id, person_id, name, size, at) VALUES (:id, :person, :name, :size, :at);
-- name: q_upload_get
SELECT person_id, name, size FROM upload WHERE id = :id;
-- name: q_upload_purge
DELETE FROM upload WHERE at < :before;
-- name: q_attachment_digest
-- index attachment_digest
SELECT 1 FROM attachment WHERE digest = :digest LIMIT 1;
-- name: q_purged_any
SELECT 1 FROM purged_content LIMIT 1;
-- name: q_upload_drop
DELETE FROM upload WHERE id = :id;

-- name: q_matter_text
SELECT text_id FROM matter WHERE id = :id;
-- name: q_access_next
-- access_text, one seek a scope: the newest text that any of them may see
SELECT max((SELECT a.text_id FROM access a WHERE a.scope = s.value AND a.text_id <= :from
  ORDER BY a.text_id DESC LIMIT 1)) FROM json_each(:scopes) s;
-- pg:
SELECT max((SELECT a.text_id FROM access a WHERE a.scope = s.value::bigint
  AND a.text_id <= CAST(:from AS bigint) ORDER BY a.text_id DESC LIMIT 1))
FROM json_array_elements_text(CAST(:scopes AS json)) AS s(value);
-- name: q_access_among
-- access_text, one seek a text and scope
SELECT t.value, max((SELECT max(a.matter) FROM access a
  WHERE a.scope = s.value AND a.text_id = t.value))
FROM json_each(:texts) t CROSS JOIN json_each(:scopes) s GROUP BY t.key ORDER BY t.key;
-- pg:
SELECT t.value::bigint, max((SELECT max(a.matter) FROM access a
  WHERE a.scope = s.value::bigint AND a.text_id = t.value::bigint))
FROM json_array_elements_text(CAST(:texts AS json)) WITH ORDINALITY AS t(value, key)
CROSS JOIN json_array_elements_text(CAST(:scopes AS json)) AS s(value)
GROUP BY t.key, t.value ORDER BY t.key;
-- name: q_access_among_only
-- the same, and of each matter its row
SELECT t.value, max((SELECT max(a.matter) FROM access a JOIN matter m ON m.id = a.matter
  WHERE a.scope = s.value AND a.text_id = t.value
    AND (:module IS NULL OR m.module = :module) AND (:from_name IS NULL OR m.from_name = :from_name)
    AND (:person = 0 OR m.starter_person = :person)
    AND m.started_at >= :since AND m.started_at < :until))
FROM json_each(:texts) t CROSS JOIN json_each(:scopes) s GROUP BY t.key ORDER BY t.key;
-- pg:
SELECT t.value::bigint, max((SELECT max(a.matter) FROM access a JOIN matter m ON m.id = a.matter
  WHERE a.scope = s.value::bigint AND a.text_id = t.value::bigint
    AND (CAST(:module AS text) IS NULL OR m.module = CAST(:module AS text))
    AND (CAST(:from_name AS text) IS NULL OR m.from_name = CAST(:from_name AS text))
    AND (CAST(:person AS bigint) = 0 OR m.starter_person = CAST(:person AS bigint))
    AND m.started_at >= CAST(:since AS bigint) AND m.started_at < CAST(:until AS bigint)))
FROM json_array_elements_text(CAST(:texts AS json)) WITH ORDINALITY AS t(value, key)
CROSS JOIN json_array_elements_text(CAST(:scopes AS json)) AS s(value)
GROUP BY t.key, t.value ORDER BY t.key;
-- name: q_attachment_names_out
SELECT name FROM attachment WHERE matter_id = :matter AND removed_at IS NULL AND kind = 'attachment' ORDER BY id;
-- name: q_attachment_names
SELECT name, id, added_by, added_post FROM attachment
WHERE matter_id = :matter AND removed_at IS NULL ORDER BY id;
-- name: q_attachment_texts
SELECT t.text, a.id, a.added_by, a.added_post FROM attachment a JOIN attachment_text t ON t.digest = a.digest
WHERE a.matter_id = :matter AND a.removed_at IS NULL ORDER BY a.id;
-- name: q_attachment_text_put
INSERT INTO attachment_text (digest, text) VALUES (:digest, :text) ON CONFLICT (digest) DO NOTHING;
-- name: q_attachment_text_purge
DELETE FROM attachment_text WHERE digest = :digest;

-- name: q_last_done
-- item_matter (the + keeps item_done out, which would walk all that the person ever finished)
SELECT id FROM item WHERE matter_id = :matter AND +done_person = :person AND state = 'done'
ORDER BY done_at DESC, id DESC LIMIT 1;
-- name: q_others_acted
SELECT count(*) FROM item WHERE matter_id = :matter AND (done_person <> :person OR (opened_at IS NOT NULL
  AND done_person IS NULL AND owner_id NOT IN (SELECT id FROM post WHERE person_id = :person)));

-- name: q_timer_put
INSERT INTO flow_timer (id, matter_id, ref, rule, base_at, fire_at, paused_left)
VALUES (:id, :matter, :ref, :rule, :base, :fire, NULL);
-- name: q_timer_of
SELECT id, rule, fire_at, paused_left FROM flow_timer WHERE matter_id = :matter AND ref = :ref;
-- name: q_timer_get
SELECT matter_id, ref FROM flow_timer WHERE id = :id;
-- name: q_timer_due
SELECT 1 FROM flow_timer WHERE id = :id AND fire_at <= :now AND paused_left IS NULL;
-- name: q_timer_set
-- base_at 0: what was left is fixed, a changed calendar does not count it again
UPDATE flow_timer SET fire_at = :fire, paused_left = :left, base_at = 0 WHERE matter_id = :matter AND ref = :ref;
-- name: q_timer_later
UPDATE flow_timer SET fire_at = :fire WHERE id = :id;
-- name: q_timer_drop
DELETE FROM flow_timer WHERE matter_id = :matter AND ref = :ref;
-- name: q_timers_due
-- flow_timer_due: whose moment has come
SELECT id FROM flow_timer WHERE fire_at <= :now AND paused_left IS NULL ORDER BY fire_at LIMIT 64;
-- name: q_timers_counted
-- flow_timer_due: all that run
SELECT id FROM flow_timer WHERE paused_left IS NULL AND base_at > 0 ORDER BY id;
-- name: q_timer_rule
SELECT rule, base_at, fire_at, matter_id, ref FROM flow_timer
WHERE id = :id AND paused_left IS NULL AND base_at > 0;

-- name: q_wait_put
INSERT INTO flow_subscription (id, matter_id, ref, kind, name, correlation, child_id, is_held)
VALUES (:id, :matter, :ref, :kind, :name, :correlation, :child, 0);
-- name: q_wait_drop
DELETE FROM flow_subscription WHERE matter_id = :matter AND ref = :ref;
-- name: q_wait_hold
UPDATE flow_subscription SET is_held = :held WHERE matter_id = :matter AND ref = :ref;
-- name: q_wait_get
SELECT matter_id, ref FROM flow_subscription WHERE id = :id AND is_held = 0;
-- name: q_wait_child
SELECT child_id FROM flow_subscription WHERE matter_id = :matter AND ref = :ref;
-- name: q_wait_by_child
SELECT matter_id, ref FROM flow_subscription WHERE child_id = :child;

-- name: q_message_put
INSERT INTO flow_message (id, kind, name, correlation, vars, unit_id, at, begin_at, expires_at)
VALUES (:id, :kind, :name, :correlation, :vars, :unit, :at, :at, :expires);
-- name: q_message_get
SELECT kind, name, correlation, vars FROM flow_message WHERE id = :id FOR UPDATE;
-- name: q_message_drop
DELETE FROM flow_message WHERE id = :id;
-- name: q_messages_matched
-- flow_subscription_name: messages under way are few
SELECT m.id, s.id, m.kind FROM flow_message m JOIN flow_subscription s
  ON s.kind = m.kind AND s.name = m.name AND s.correlation = m.correlation
WHERE s.is_held = 0 AND (m.kind = 'message' OR s.id < m.id) ORDER BY m.id, s.id LIMIT 64;
-- name: q_signals_over
SELECT m.id FROM flow_message m WHERE m.kind = 'signal' AND NOT EXISTS
  (SELECT 1 FROM flow_subscription s WHERE s.kind = 'signal' AND s.name = m.name
    AND s.correlation = m.correlation AND s.id < m.id) LIMIT 64;
-- name: q_message_begins
-- flow_start_name: a message that nobody waits for, and the start event that takes it
SELECT m.id, s.id FROM flow_message m JOIN flow_start s ON s.kind = 'message' AND s.name = m.name
WHERE m.kind = 'message' AND m.begin_at <= :now AND (s.rule <> '' AND s.unit_id = 0
  OR s.rule = '' AND s.unit_id IN (0, m.unit_id) AND (s.in_every_unit = 1
    OR EXISTS (SELECT 1 FROM module_switch w
      WHERE w.unit_id = m.unit_id AND w.key = s.key AND w.is_on = 1)))
  AND NOT EXISTS (SELECT 1 FROM flow_subscription x
    WHERE x.kind = 'message' AND x.name = m.name AND x.correlation = m.correlation)
ORDER BY m.id, s.key, s.node LIMIT 64;
-- name: q_message_awaited
-- flow_subscription_name
SELECT count(*) FROM flow_subscription WHERE kind = 'message' AND name = :name AND correlation = :correlation;
-- name: q_message_begin
SELECT name, correlation, vars, unit_id FROM flow_message WHERE id = :id AND kind = 'message' FOR UPDATE;
-- name: q_message_later
UPDATE flow_message SET begin_at = :at WHERE id = :id;

-- name: q_start_put
INSERT INTO flow_start (id, key, unit_id, node, kind, name, in_every_unit, rule, period, first_at, last_at,
  fire_at, turns_left)
VALUES (:id, :key, :unit, :node, :kind, :name, :every, :rule, :period, :first, :last, :fire, :left)
ON CONFLICT (key, unit_id, node) DO UPDATE SET kind = excluded.kind, name = excluded.name,
  in_every_unit = excluded.in_every_unit, rule = excluded.rule, period = excluded.period,
  first_at = excluded.first_at, last_at = excluded.last_at, fire_at = excluded.fire_at,
  turns_left = excluded.turns_left;
-- name: q_starts_of
-- flow_start_node
SELECT id, node, kind, name, rule, period, first_at, last_at, fire_at, turns_left FROM flow_start
WHERE key = :key AND unit_id = :unit ORDER BY node;
-- name: q_start_get
SELECT key, unit_id, node, in_every_unit, period, first_at, fire_at, turns_left FROM flow_start WHERE id = :id;
-- name: q_start_lock
SELECT key, unit_id, node, in_every_unit, period, first_at, fire_at, turns_left FROM flow_start
WHERE id = :id AND fire_at <= :now FOR UPDATE;
-- name: q_start_drop
DELETE FROM flow_start WHERE id = :id;
-- name: q_start_next
UPDATE flow_start SET last_at = :last, fire_at = :fire, turns_left = :left WHERE id = :id;
-- name: q_start_moved
UPDATE flow_start SET fire_at = :fire WHERE id = :id;
-- name: q_starts_due
-- flow_start_due
SELECT id FROM flow_start WHERE fire_at <= :now ORDER BY fire_at LIMIT 64;
-- name: q_starts_counted
-- in working time: a changed calendar moves them
SELECT id, period, first_at, last_at, fire_at FROM flow_start
WHERE fire_at IS NOT NULL AND (period LIKE '%wd' OR period LIKE '%wh' OR period LIKE '%wm') ORDER BY id;
-- name: q_turns_put
-- one that has not begun yet stands for the next too
INSERT INTO flow_turn (start_id, unit_id, turn_at, try_at, problem, problem_en)
SELECT CAST(:start AS bigint), u.id, CAST(:turn AS bigint), CAST(:turn AS bigint), '', '' FROM unit u
WHERE u.kind = 'unit' AND u.closed_on IS NULL AND u.by_paper = 0
  AND (CAST(:unit AS bigint) IN (0, u.id))
  AND (CAST(:every AS bigint) = 1 OR EXISTS (SELECT 1 FROM module_switch w
    WHERE w.unit_id = u.id AND w.key = :key AND w.is_on = 1))
ON CONFLICT (start_id, unit_id) DO NOTHING;
-- name: q_turns_due
-- flow_turn_due
SELECT start_id, unit_id FROM flow_turn WHERE try_at <= :now ORDER BY try_at, start_id, unit_id LIMIT 64;
-- name: q_turns_any
SELECT count(*) FROM (SELECT 1 FROM flow_turn WHERE try_at <= :now LIMIT 1) x;
-- name: q_turn_lock
SELECT turn_at FROM flow_turn WHERE start_id = :start AND unit_id = :unit AND try_at <= :now FOR UPDATE;
-- name: q_turn_drop
DELETE FROM flow_turn WHERE start_id = :start AND unit_id = :unit;
-- name: q_turns_drop
DELETE FROM flow_turn WHERE start_id = :start;
-- name: q_turn_later
UPDATE flow_turn SET try_at = :at, problem = :problem, problem_en = :problem_en WHERE start_id = :start AND unit_id = :unit;
-- name: q_turns_stuck
SELECT count(*), max(problem), max(problem_en) FROM flow_turn WHERE start_id = :start AND problem <> ''
  AND CAST(:unit AS bigint) IN (0, unit_id);

-- name: q_messages_expire
DELETE FROM flow_message WHERE expires_at < :now;

-- name: q_matter_state
UPDATE matter SET state = :state, rev = rev + 1 WHERE id = :id;
-- name: q_item_owner
UPDATE item SET owner_id = :owner, owner_kind = :kind, for_post = :for_post, rev = rev + 1
WHERE id = :id;
-- name: q_items_suspended
SELECT id, owner_id, owner_kind, node, leaf FROM item
WHERE matter_id = :matter AND state = 'suspended' ORDER BY id;
-- name: q_opinion_of_item
SELECT text FROM opinion WHERE item_id = :item AND is_undone = 0 ORDER BY id DESC LIMIT 1;
-- name: q_instance_migrate
UPDATE flow_instance SET definition_id = :definition WHERE id = :id;
-- name: q_matter_migrate
UPDATE matter SET definition_id = :definition WHERE id = :id;
-- name: q_item_migrate
UPDATE item SET node = :node, step = :step, rev = rev + 1 WHERE id = :id;

-- name: q_form_get
SELECT body, starter FROM matter_form WHERE matter_id = :matter;
-- name: q_form_put
INSERT INTO matter_form (matter_id, body, starter) VALUES (:matter, :body, :starter)
ON CONFLICT (matter_id) DO UPDATE SET body = excluded.body;
-- name: q_value_put
INSERT INTO matter_value (unit_id, module, field, key, matter)
VALUES (:unit, :module, :field, :key, :matter)
ON CONFLICT (unit_id, module, field, key, matter) DO NOTHING;
-- name: q_followers
SELECT v.matter FROM matter_value v JOIN matter m ON m.id = v.matter
WHERE v.unit_id = :unit AND v.module = :module AND v.field = :field AND v.key = :key
  AND v.matter <> :self AND m.state IN ('running', 'done') ORDER BY v.matter LIMIT 50;
-- name: q_value_drop
DELETE FROM matter_value WHERE matter = :matter;
-- name: q_warning_put
INSERT INTO matter_warning (id, matter_id, node, rule, message, reason, person_id, post_id, who, at)
VALUES (:id, :matter, :node, :rule, :message, :reason, :person, :post, :who, :at);
-- name: q_warnings
SELECT node, message, reason, who, at FROM matter_warning WHERE matter_id = :matter ORDER BY id;
-- name: q_initiated_running
-- matter_running
SELECT module, count(*) FROM matter WHERE starter_person = :person AND state = 'running'
GROUP BY module;

-- name: q_thing_get
SELECT unit_id, module, kind, name, state, body, rev, created_at, retired_at FROM thing WHERE id = :id;

-- name: q_draft_save
UPDATE matter SET title = :title, urgency = :urgency, started_at = :at, rev = rev + 1 WHERE id = :id;
-- name: q_draft_definition
UPDATE matter SET definition_id = :definition WHERE id = :id;
-- name: q_draft_instance
UPDATE flow_instance SET definition_id = :definition, state = :state WHERE id = :id;
-- name: q_draft_state
UPDATE matter SET state = :state, started_at = :at WHERE id = :id;
-- name: q_access_drop
DELETE FROM access WHERE matter = :matter;
-- name: q_attachments_drop
UPDATE attachment SET removed_at = :at WHERE matter_id = :matter AND removed_at IS NULL;
-- name: q_form_drop
DELETE FROM matter_form WHERE matter_id = :matter;

-- name: q_number_next
INSERT INTO module_number (module, unit_id, year, next) VALUES (:module, :unit, :year, 2)
ON CONFLICT (module, unit_id, year) DO UPDATE SET next = module_number.next + 1;
-- name: q_number_last
SELECT next - 1 FROM module_number WHERE module = :module AND unit_id = :unit AND year = :year;

-- Registers of modules; f1 … hi3: further filters, each a span of keys of one list field.
-- part: register_filter_1
(CAST(:f1 AS text) IS NULL OR EXISTS (SELECT 1 FROM matter_value v WHERE v.matter = m.id
    AND v.field = CAST(:f1 AS text) AND v.key >= CAST(:lo1 AS text) AND v.key <= CAST(:hi1 AS text)))
-- part: register_filter_2
(CAST(:f2 AS text) IS NULL OR EXISTS (SELECT 1 FROM matter_value v WHERE v.matter = m.id
    AND v.field = CAST(:f2 AS text) AND v.key >= CAST(:lo2 AS text) AND v.key <= CAST(:hi2 AS text)))
-- part: register_filter_3
(CAST(:f3 AS text) IS NULL OR EXISTS (SELECT 1 FROM matter_value v WHERE v.matter = m.id
    AND v.field = CAST(:f3 AS text) AND v.key >= CAST(:lo3 AS text) AND v.key <= CAST(:hi3 AS text)))
-- part: register_row
m.id, m.title, m.number, m.urgency, m.state, m.started_at, m.closed_at,
  m.starter_person, p.name, f.body, m.unit_id, m.label
-- part: register_with
LEFT JOIN matter_form f ON f.matter_id = m.id LEFT JOIN person p ON p.id = m.starter_person
-- name: q_register_own
-- matter_initiated_module: one's own
SELECT {register_row}
FROM matter m {register_with}
WHERE m.starter_person = :person AND m.module = :module AND m.id >= :from_id AND m.id < :before
  AND m.state NOT IN ('draft', 'discarded')
  AND (CAST(:state AS text) IS NULL OR m.state = CAST(:state AS text)) AND m.unit_id = :unit
  AND {register_filter_1} AND {register_filter_2} AND {register_filter_3}
ORDER BY m.id DESC LIMIT :limit;
-- name: q_register_unit
-- matter_unit: all of a unit
SELECT {register_row}
FROM matter m {register_with}
WHERE m.unit_id = :unit AND m.module = :module AND m.id >= :from_id AND m.id < :before
  AND m.state NOT IN ('draft', 'discarded') AND CAST(:state AS text) IS NULL
  AND {register_filter_1} AND {register_filter_2} AND {register_filter_3}
ORDER BY m.id DESC LIMIT :limit;
-- name: q_register_state
-- matter_unit_state: those in one state
SELECT {register_row}
FROM matter m {register_with}
WHERE m.unit_id = :unit AND m.module = :module AND m.id >= :from_id AND m.id < :before
  AND m.state = CAST(:state AS text)
  AND {register_filter_1} AND {register_filter_2} AND {register_filter_3}
ORDER BY m.id DESC LIMIT :limit;
-- name: q_register_value
-- the primary key of matter_value: one value, newest first
SELECT {register_row}
FROM matter_value d JOIN matter m ON m.id = d.matter {register_with}
WHERE d.unit_id = :unit AND d.module = :module AND d.field = :field AND d.key = :key
  AND d.matter >= :from_id AND d.matter < :before
  AND (CAST(:state AS text) IS NULL OR m.state = CAST(:state AS text))
  AND {register_filter_1} AND {register_filter_2}
ORDER BY d.matter DESC LIMIT :limit;
-- name: q_register_span
-- the primary key of matter_value: a span of values, the greatest first
SELECT {register_row}
FROM matter_value d JOIN matter m ON m.id = d.matter {register_with}
WHERE d.unit_id = :unit AND d.module = :module AND d.field = :field AND d.key >= :lo
  AND (d.key, d.matter) < (:at, :last) AND d.matter >= :from_id AND d.matter < :to_id
  AND (CAST(:state AS text) IS NULL OR m.state = CAST(:state AS text))
  AND {register_filter_1} AND {register_filter_2}
ORDER BY d.key DESC, d.matter DESC LIMIT :limit;
-- name: q_value_key
SELECT key FROM matter_value WHERE matter = :matter AND field = :field ORDER BY key DESC LIMIT 1;

-- name: q_thing_lock
SELECT unit_id, module, kind, name, state, body, rev, created_at, retired_at FROM thing
WHERE id = :id FOR UPDATE;
-- name: q_thing_put
INSERT INTO thing (id, unit_id, module, kind, name, state, body, rev, created_at, retired_at, once_name)
VALUES (:id, :unit, :module, :kind, :name, :state, :body, 1, :at, NULL, :once);
-- name: q_thing_save
UPDATE thing SET name = :name, state = :state, body = :body, retired_at = :retired, once_name = :once,
  rev = rev + 1 WHERE id = :id;
-- name: q_thing_once
SELECT id FROM thing WHERE unit_id = :unit AND module = :module AND kind = :kind AND once_name = :once;
-- name: q_thing_named
-- thing_name: those whose name begins so; the sum keeps the primary key out of it
SELECT id, name, state, body, rev, retired_at FROM thing
WHERE unit_id = :unit AND module = :module AND kind = :kind AND id + 0 > :after
  AND (CAST(:state AS text) IS NULL OR state = CAST(:state AS text))
  AND (CAST(:retired AS bigint) = 1 OR retired_at IS NULL) AND name >= :from AND name < :to
ORDER BY id + 0 LIMIT :limit;
-- name: q_thing_page
-- thing_unit: a unit's register, oldest first
SELECT id, name, state, body, rev, retired_at FROM thing
WHERE unit_id = :unit AND module = :module AND kind = :kind AND id > :after
  AND (CAST(:state AS text) IS NULL OR state = CAST(:state AS text))
  AND (CAST(:retired AS bigint) = 1 OR retired_at IS NULL)
  AND (CAST(:q AS text) IS NULL OR name LIKE CAST(:q AS text))
ORDER BY id LIMIT :limit;
-- name: q_thing_event_put
INSERT INTO thing_event (id, thing_id, op, changed, matter_id, person_id, who, at)
VALUES (:id, :thing, :op, :changed, :matter, :person, :who, :at);
-- name: q_thing_events
SELECT id, op, changed, matter_id, who, at FROM thing_event
WHERE thing_id = :thing AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: q_booking_put
INSERT INTO booking (id, thing_id, matter_id, place, from_at, to_at, released_at)
VALUES (:id, :thing, :matter, :place, :from, :to, NULL);
-- name: q_booking_slots
INSERT INTO booking_slot (thing_id, slot, booking_id)
WITH RECURSIVE span(n) AS (SELECT CAST(:first AS bigint) UNION ALL
  SELECT n + 1 FROM span WHERE n < CAST(:last AS bigint))
SELECT CAST(:thing AS bigint), n, CAST(:booking AS bigint) FROM span;
-- name: q_booking_taken
-- the primary key of booking_slot: who stands in the way
SELECT b.from_at, b.to_at, p.name FROM booking_slot s JOIN booking b ON b.id = s.booking_id
JOIN matter m ON m.id = b.matter_id LEFT JOIN person p ON p.id = m.starter_person
WHERE s.thing_id = :thing AND s.slot >= :first AND s.slot <= :last ORDER BY s.slot LIMIT 1;
-- name: q_bookings_of_matter
SELECT id FROM booking WHERE matter_id = :matter AND released_at IS NULL
  AND (CAST(:place AS bigint) < 0 OR place = CAST(:place AS bigint)) ORDER BY id;
-- name: q_bookings_released
-- booking_matter: what went free when the matter ended
SELECT place, thing_id, from_at, to_at FROM booking WHERE matter_id = :matter AND released_at = :at
ORDER BY id;
-- name: q_booking_release
UPDATE booking SET released_at = :at WHERE id = :id AND released_at IS NULL;
-- name: q_booking_slots_drop
DELETE FROM booking_slot WHERE booking_id = :booking;
-- name: q_bookings_thing
-- booking_thing: of one thing between two moments
SELECT b.id, b.thing_id, b.matter_id, b.from_at, b.to_at, p.name, m.title, m.state
FROM booking b JOIN matter m ON m.id = b.matter_id LEFT JOIN person p ON p.id = m.starter_person
WHERE b.thing_id = :thing AND b.released_at IS NULL AND b.from_at < :to AND b.to_at > :from
ORDER BY b.from_at, b.id LIMIT 500;
-- name: q_bookings_kind
-- thing_unit, booking_thing: of all things of a kind in a unit
SELECT b.id, b.thing_id, b.matter_id, b.from_at, b.to_at, p.name, m.title, m.state
FROM thing t JOIN booking b ON b.thing_id = t.id JOIN matter m ON m.id = b.matter_id
LEFT JOIN person p ON p.id = m.starter_person
WHERE t.unit_id = :unit AND t.module = :module AND t.kind = :kind AND b.released_at IS NULL
  AND b.from_at < :to AND b.to_at > :from
ORDER BY b.from_at, b.id LIMIT 2000;

-- name: q_use_put
INSERT INTO matter_use (required_id, module, field, matter_id, at)
VALUES (:required, :module, :field, :matter, :at) ON CONFLICT (required_id, module, field) DO NOTHING;
-- name: q_use_of
SELECT matter_id FROM matter_use WHERE required_id = :required AND module = :module AND field = :field;
-- name: q_use_drop
DELETE FROM matter_use WHERE matter_id = :matter AND (CAST(:field AS text) IS NULL OR field = CAST(:field AS text));
-- name: q_candidates_own
-- matter_initiated_module: approved, of one's own, not yet used
SELECT m.id, m.title, m.number, m.closed_at, f.body, m.definition_id
FROM matter m LEFT JOIN matter_form f ON f.matter_id = m.id
WHERE m.starter_person = :person AND m.module = :module AND m.unit_id = :unit AND m.state = 'done'
  AND (CAST(:once AS bigint) = 0 OR NOT EXISTS (SELECT 1 FROM matter_use u WHERE u.required_id = m.id
    AND u.module = :by AND u.field = :field)) AND m.id < :before
ORDER BY m.id DESC LIMIT :limit;
-- name: q_candidates_unit
-- matter_unit_state: the same of the whole unit
SELECT m.id, m.title, m.number, m.closed_at, f.body, m.definition_id
FROM matter m LEFT JOIN matter_form f ON f.matter_id = m.id
WHERE m.unit_id = :unit AND m.module = :module AND m.state = 'done'
  AND (CAST(:once AS bigint) = 0 OR NOT EXISTS (SELECT 1 FROM matter_use u WHERE u.required_id = m.id
    AND u.module = :by AND u.field = :field)) AND m.id < :before
ORDER BY m.id DESC LIMIT :limit;

-- name: q_absence_put
INSERT INTO absence (id, person_id, post_id, unit_id, matter_id, effect, label, from_at, to_at,
  ended_at, is_void)
VALUES (:id, :person, :post, :unit, :matter, :effect, :label, :from, :to, NULL, 0);
-- name: q_absence_void
UPDATE absence SET is_void = 1, ended_at = coalesce(ended_at, :at) WHERE matter_id = :matter
  AND is_void = 0 AND (CAST(:effect AS bigint) < 0 OR effect = CAST(:effect AS bigint));
-- name: q_absence_end
UPDATE absence SET ended_at = :at WHERE matter_id = :matter AND ended_at IS NULL AND is_void = 0;
-- name: q_absence_return
UPDATE absence SET ended_at = to_at WHERE id = :id AND ended_at IS NULL;
-- name: q_absence_get
SELECT matter_id, to_at, person_id FROM absence WHERE id = :id AND ended_at IS NULL;
-- name: q_absences_due
-- absence_due: whose time is over
SELECT id FROM absence WHERE ended_at IS NULL AND to_at <= :now ORDER BY to_at LIMIT 64;
-- name: q_absences_unit
-- absence_unit: who is away in a span; posts of the unit and of the body whose office it is
SELECT a.id, a.person_id, a.post_id, p.name, t.title, t.is_leader, s.name, a.label, a.from_at, a.to_at,
  a.ended_at, a.matter_id, (SELECT q.name FROM stand_in i JOIN post d ON d.id = i.to_post
    JOIN person q ON q.id = d.person_id WHERE i.matter_id = a.matter_id AND i.ended_at IS NULL
    ORDER BY i.id DESC LIMIT 1)
FROM absence a JOIN person p ON p.id = a.person_id JOIN post t ON t.id = a.post_id
LEFT JOIN unit s ON s.id = t.section_id
WHERE a.unit_id = :unit AND a.is_void = 0 AND a.to_at > :from AND a.from_at < :to
  AND (a.ended_at IS NULL OR a.ended_at > :from)
ORDER BY a.to_at, a.id LIMIT 1000;
-- name: q_absence_in
-- absence_person: is the person away in a span?
SELECT count(*) FROM absence WHERE person_id = :person AND is_void = 0 AND to_at > :from AND from_at < :to
  AND (ended_at IS NULL OR ended_at > :from);
-- name: q_paired_bodies
-- party committee and government of one place
SELECT s.id FROM unit u JOIN unit s ON s.parent_id = u.parent_id AND s.kind = 'body' AND s.id <> u.id
WHERE u.id = :unit AND u.kind = 'body' AND u.branch IN ('party', 'government')
  AND s.branch IN ('party', 'government') ORDER BY s.id LIMIT 3;
-- name: q_stand_in_put
INSERT INTO stand_in (id, matter_id, effect, acting_id, to_post, to_at, ended_at)
VALUES (:id, :matter, :effect, :acting, :to_post, :to, NULL);
-- name: q_stand_ins_of
SELECT id, acting_id FROM stand_in WHERE matter_id = :matter AND ended_at IS NULL
  AND (CAST(:effect AS bigint) < 0 OR effect = CAST(:effect AS bigint)) ORDER BY id;
-- name: q_stand_in_end
UPDATE stand_in SET ended_at = :at WHERE id = :id;
-- name: q_stand_in_get
SELECT acting_id, matter_id FROM stand_in WHERE id = :id AND ended_at IS NULL;
-- name: q_stand_ins_due
-- stand_in_due: whose time is over
SELECT id FROM stand_in WHERE ended_at IS NULL AND to_at <= :now ORDER BY to_at LIMIT 64;

-- name: q_thing_effect_get
SELECT thing_id FROM thing_effect WHERE matter_id = :matter AND effect = :effect AND line = :line;
-- name: q_thing_effect_put
INSERT INTO thing_effect (matter_id, effect, line, thing_id) VALUES (:matter, :effect, :line, :thing)
ON CONFLICT (matter_id, effect, line) DO NOTHING;
-- name: q_thing_effect_any
SELECT thing_id FROM thing_effect WHERE matter_id = :matter LIMIT 1;

-- name: q_reform_items
-- primary key of counter, for each post: who has how much
SELECT p.name, c.n FROM json_each(:posts) e JOIN counter c ON c.owner = e.value AND c.box = :box
JOIN post t ON t.id = c.owner JOIN person p ON p.id = t.person_id
WHERE c.n > 0 ORDER BY c.n DESC, c.owner;
-- pg:
SELECT p.name, c.n FROM json_array_elements_text(CAST(:posts AS json)) AS e(value)
JOIN counter c ON c.owner = e.value::bigint AND c.box = CAST(:box AS bigint)
JOIN post t ON t.id = c.owner JOIN person p ON p.id = t.person_id
WHERE c.n > 0 ORDER BY c.n DESC, c.owner;
-- name: q_reform_pools
-- index pool_unit
SELECT l.role, c.n FROM pool l JOIN counter c ON c.owner = l.id AND c.box = :box
WHERE l.unit_id = :unit AND c.n > 0 ORDER BY c.n DESC, l.id;
-- name: q_reform_matters
-- index post_unit, matter_initiated; off the committer: what people who moved had begun before
SELECT m.id FROM post t JOIN matter m ON m.starter_person = t.person_id
WHERE t.unit_id = :into AND m.unit_id = :unit AND m.starter_post = t.id AND m.closed_at IS NULL
  AND m.subject_id IS NULL AND m.parent_id IS NULL LIMIT :limit;
-- name: q_values_unit
-- index matter_value_matter: what registers of modules find it by
UPDATE matter_value SET unit_id = :into WHERE matter = :id AND unit_id = :unit;
-- name: q_matter_unit
UPDATE matter SET unit_id = :into WHERE id = :id AND unit_id = :unit AND closed_at IS NULL;

-- name: q_hand_over_items
-- item_todo: one post's open work, newest first. is_of: it concerns the unit or section asked for,
-- by whose matter it is, who began it, or where its paper came from
SELECT {list_item},
  i.arrived_at, CASE WHEN :unit IN (m.unit_id, s.unit_id, t.section_id, t.unit_id, v.section_id)
  THEN 1 ELSE 0 END, d.id
FROM item i JOIN matter m ON m.id = i.matter_id JOIN flow_definition d ON d.id = m.definition_id
JOIN matter s ON s.id = m.text_id LEFT JOIN post t ON t.id = m.starter_post
LEFT JOIN post v ON v.id = s.starter_post
WHERE i.owner_id = :post AND i.state IN ('ready', 'opened') AND i.id < :before
ORDER BY i.id DESC LIMIT :limit;
-- name: q_hand_over_readings
-- reading_box
SELECT r.id, {list_matter}, r.note, r.sent_at, 0, d.id
FROM reading r JOIN matter m ON m.id = r.matter_id JOIN flow_definition d ON d.id = m.definition_id
WHERE r.post_id = :post AND r.read_at IS NULL AND r.sent_at IS NOT NULL AND r.id < :before
ORDER BY r.id DESC LIMIT :limit;
-- name: q_hand_over_count
SELECT n FROM counter WHERE owner = :post AND box = :box;
-- name: q_hand_over_backup
-- index acting_from: the backup post first, else who stands in by delegation
SELECT a.to_post FROM acting a WHERE a.from_post = :post AND a.ended_at IS NULL
  AND a.from_on <= :today AND (a.until_on IS NULL OR a.until_on >= :today) AND a.kind IN (1, 2)
ORDER BY a.kind, a.id DESC LIMIT 1;
-- name: q_hand_over_others
-- post_person: posts of one person that have work, but this one
SELECT p.id FROM post p WHERE p.person_id = :person AND p.id <> :post AND EXISTS (SELECT 1
  FROM counter c WHERE c.owner = p.id AND c.box IN (1, 2) AND c.n > 0) ORDER BY p.id;
-- name: q_reading_hand_over
UPDATE reading SET post_id = :to, for_post = coalesce(for_post, post_id), opened_at = NULL
WHERE id = :id;

-- name: q_matter_purge
UPDATE matter SET title = :words, label_why = '', rev = rev + 1 WHERE id = :id;
-- name: q_opinions_purge
UPDATE opinion SET text = :words, ink = NULL WHERE matter_id = :matter AND (text <> '' OR ink IS NOT NULL);
-- name: q_readings_purge
UPDATE reading SET note = '', read_note = NULL WHERE matter_id = :matter;
-- name: q_instance_forget
UPDATE flow_instance SET body = :body, rev = rev + 1 WHERE id = :id;
-- name: q_attachments_purge
UPDATE attachment SET name = :words, removed_at = coalesce(removed_at, :at) WHERE digest = :digest;
