-- name: q_dispatch_put
INSERT INTO dispatch (id, kind, document_id, matter_id, drafter_person, unit_id, agency_id, person_id,
  post_id, signer_person, at, issuer, sender_name, title, number, doc_type, urgency, direction,
  signed_on, main_text, cc_text, body, recipients, recipients_digest, count, corrects_id,
  wants_feedback, label)
VALUES (:id, :kind, :document, :matter, (SELECT starter_person FROM matter WHERE id = :matter), :unit,
  :agency, :person, :post, :signer, :at, :issuer, :sender_name, :title, :number, :doc_type, :urgency,
  :direction, :signed_on, :main_text, :cc_text, :body, :recipients, :digest, :count, :corrects,
  :wants_feedback, :label);
-- name: q_dispatch_get
SELECT id, kind, document_id, matter_id, unit_id, agency_id, person_id, post_id, signer_person, at,
  issuer, sender_name, title, number, doc_type, urgency, direction, signed_on, main_text, cc_text,
  body, count, corrects_id, wants_feedback, label FROM dispatch WHERE id = :id;
-- name: q_dispatch_lock
SELECT id FROM dispatch WHERE id = :id FOR UPDATE;
-- name: q_dispatch_of_document
-- dispatch_document
SELECT id FROM dispatch WHERE document_id = :document AND kind = 'document' ORDER BY id DESC LIMIT 1;
-- name: q_dispatch_page
-- dispatch_unit: what a unit sent, newest first
SELECT s.id, s.kind, s.title, s.number, s.urgency, s.doc_type, s.at, s.count, s.matter_id, p.name,
  s.corrects_id,
  (SELECT n FROM dispatch_total t WHERE t.dispatch_id = s.id AND t.milestone = 'signed'),
  (SELECT n FROM dispatch_total t WHERE t.dispatch_id = s.id AND t.milestone = 'closed'), s.label
FROM dispatch s JOIN person p ON p.id = s.person_id
WHERE s.unit_id = :unit AND s.kind <> 'paper' AND s.id < :before ORDER BY s.id DESC LIMIT :limit;
-- name: q_dispatch_mine
-- dispatch_mine: what came of a person's own drafts, newest first
SELECT s.id, s.kind, s.title, s.number, s.urgency, s.doc_type, s.at, s.count, s.matter_id, p.name,
  s.corrects_id,
  (SELECT n FROM dispatch_total t WHERE t.dispatch_id = s.id AND t.milestone = 'signed'),
  (SELECT n FROM dispatch_total t WHERE t.dispatch_id = s.id AND t.milestone = 'closed'), s.label
FROM dispatch s JOIN person p ON p.id = s.person_id
WHERE s.drafter_person = :person AND s.kind IN ('document', 'slip') AND s.id < :before
ORDER BY s.id DESC LIMIT :limit;
-- name: q_dispatch_choice
SELECT recipients FROM dispatch WHERE id = :id;
-- name: q_dispatch_more
UPDATE dispatch SET count = count + :n, recipients_digest = :digest WHERE id = :id;
-- name: q_corrections
-- dispatch_corrects
SELECT id, kind, title, number, at, body FROM dispatch WHERE corrects_id = :dispatch ORDER BY id;

-- name: q_deliveries_put
INSERT INTO delivery (id, dispatch_id, unit_id, sort, is_cc, state, sees_all, wave, delivered_at,
  urges)
SELECT json_extract(e.value, '$[0]'), :dispatch, json_extract(e.value, '$[1]'),
  json_extract(e.value, '$[2]'), json_extract(e.value, '$[3]'),
  CASE json_extract(e.value, '$[4]') WHEN 1 THEN 'queued' ELSE 'delivered' END, 0, 0,
  CASE json_extract(e.value, '$[4]') WHEN 1 THEN NULL ELSE :at END, 0
FROM json_each(:rows) e;
-- pg:
INSERT INTO delivery (id, dispatch_id, unit_id, sort, is_cc, state, sees_all, wave, delivered_at,
  urges)
SELECT (e.value->>0)::bigint, CAST(:dispatch AS bigint), (e.value->>1)::bigint,
  (e.value->>2)::bigint, (e.value->>3)::bigint,
  CASE e.value->>4 WHEN '1' THEN 'queued' ELSE 'delivered' END, 0, 0,
  CASE e.value->>4 WHEN '1' THEN NULL ELSE CAST(:at AS bigint) END, 0
FROM json_array_elements(CAST(:rows AS json)) AS e(value);
-- name: q_delivery_get
SELECT d.id, d.dispatch_id, d.unit_id, d.sort, d.is_cc, d.state, d.sees_all, d.wave, d.delivered_at,
  d.signed_at, d.registered_at, d.proposed_at, d.instructed_at, d.handling_at, d.closed_at,
  d.ended_at, d.signed_by, d.signed_post, d.matter_id, d.urged_at, d.urges FROM delivery d WHERE d.id = :id;
-- name: q_delivery_lock
SELECT id FROM delivery WHERE id = :id FOR UPDATE;

-- name: q_delivery_at_unit
-- delivery_once
SELECT id FROM delivery WHERE dispatch_id = :dispatch AND unit_id = :unit;
-- name: q_delivery_units
SELECT unit_id FROM delivery WHERE dispatch_id = :dispatch ORDER BY unit_id;
-- name: q_units_to_correct
SELECT d.unit_id, u.name, u.by_paper, d.is_cc FROM delivery d JOIN unit u ON u.id = d.unit_id
WHERE d.dispatch_id = :dispatch AND d.state NOT IN ('refused', 'retracted') ORDER BY d.sort;
-- name: q_delivery_last_sort
SELECT coalesce(max(sort), 0) FROM delivery WHERE dispatch_id = :dispatch;
-- name: q_deliveries_of
-- in id order: locks are taken in one order
SELECT id, unit_id, state, matter_id, is_cc FROM delivery WHERE dispatch_id = :dispatch
ORDER BY id FOR UPDATE;
-- name: q_delivery_signed
UPDATE delivery SET state = 'signed', signed_at = :at, signed_by = :person, signed_post = :post,
  sees_all = :sees_all WHERE id = :id;
-- name: q_delivery_matter
UPDATE delivery SET matter_id = :matter WHERE id = :id;
-- name: q_delivery_registered
UPDATE delivery SET state = 'registered', registered_at = :at WHERE id = :id AND registered_at IS NULL;
-- name: q_delivery_proposed
UPDATE delivery SET proposed_at = :at WHERE id = :id AND proposed_at IS NULL;
-- name: q_delivery_instructed
UPDATE delivery SET instructed_at = :at WHERE id = :id AND instructed_at IS NULL;
-- name: q_delivery_handling
UPDATE delivery SET handling_at = :at WHERE id = :id AND handling_at IS NULL;
-- name: q_delivery_closed
UPDATE delivery SET closed_at = :at WHERE id = :id AND closed_at IS NULL;
-- name: q_delivery_reopened
UPDATE delivery SET closed_at = NULL WHERE id = :id AND closed_at IS NOT NULL;
-- name: q_delivery_ended
UPDATE delivery SET state = :state, ended_at = :at WHERE id = :id;
-- name: q_deliveries_retracted
UPDATE delivery SET state = 'retracted', ended_at = :at
WHERE id IN (SELECT value FROM json_each(:ids));
-- pg:
UPDATE delivery SET state = 'retracted', ended_at = :at
WHERE id IN (SELECT value::bigint FROM json_array_elements_text(CAST(:ids AS json)));
-- name: q_delivery_urge
UPDATE delivery SET urges = urges + 1, urged_at = :at WHERE id = :id;
-- name: q_delivery_again
UPDATE delivery SET state = 'delivered', delivered_at = :at, ended_at = NULL, signed_at = NULL,
  registered_at = NULL, proposed_at = NULL, instructed_at = NULL, handling_at = NULL,
  closed_at = NULL, signed_by = NULL, signed_post = NULL, matter_id = NULL, wave = wave + 1,
  urges = 0, urged_at = NULL
WHERE id = :id;

-- name: q_box_to_sign
-- delivery_to_sign: one unit's letters waiting, newest first
SELECT d.id, d.state, d.delivered_at, d.delivered_at, d.is_cc, d.matter_id, s.id, s.kind, s.issuer,
  s.sender_name, s.title, s.number, s.urgency, s.doc_type, d.unit_id, s.corrects_id, d.id, s.label, d.urges
FROM delivery d JOIN dispatch s ON s.id = d.dispatch_id
WHERE d.unit_id = :unit AND d.state = 'delivered' AND d.id < :before_id ORDER BY d.id DESC LIMIT :limit;
-- name: q_box_signed
-- delivery_signed
SELECT d.id, d.state, d.delivered_at, d.signed_at, d.is_cc, d.matter_id, s.id, s.kind, s.issuer,
  s.sender_name, s.title, s.number, s.urgency, s.doc_type, d.unit_id, s.corrects_id, d.id, s.label, d.urges
FROM delivery d JOIN dispatch s ON s.id = d.dispatch_id
WHERE d.unit_id = :unit AND d.signed_at IS NOT NULL AND (d.signed_at, d.id) < (:before_at, :before_id)
ORDER BY d.signed_at DESC, d.id DESC LIMIT :limit;
-- name: q_box_retract_asked
-- retract_request_box; the last column is the request
SELECT d.id, d.state, d.delivered_at, q.asked_at, d.is_cc, d.matter_id, s.id, s.kind, s.issuer,
  s.sender_name, s.title, s.number, s.urgency, s.doc_type, d.unit_id, s.corrects_id, q.id, s.label, d.urges
FROM retract_request q JOIN delivery d ON d.id = q.delivery_id
JOIN dispatch s ON s.id = d.dispatch_id
WHERE q.unit_id = :unit AND q.state = 'asked' AND q.id < :before_id ORDER BY q.id DESC LIMIT :limit;

-- name: q_board
-- delivery_board
SELECT d.id, d.unit_id, u.name, u.level, u.branch, d.state, d.is_cc, d.delivered_at, d.signed_at,
  d.registered_at, d.proposed_at, d.instructed_at, d.handling_at, d.closed_at, d.ended_at, d.sees_all,
  p.name, d.sort, d.wave,
  (SELECT count(*) FROM delivery_feedback f WHERE f.delivery_id = d.id),
  (SELECT count(*) FROM delivery_problem b WHERE b.delivery_id = d.id AND b.settled_at IS NULL),
  (SELECT q.state FROM retract_request q WHERE q.delivery_id = d.id ORDER BY q.id DESC LIMIT 1), d.urges
FROM delivery d JOIN unit u ON u.id = d.unit_id LEFT JOIN person p ON p.id = d.signed_by
WHERE d.dispatch_id = :dispatch AND d.sort > :after
  AND (CAST(:state AS text) IS NULL OR d.state = CAST(:state AS text)
    OR (CAST(:state AS text) = 'signed' AND d.state = 'registered')
    OR (CAST(:state AS text) = 'handling' AND d.handling_at IS NOT NULL)
    OR (CAST(:state AS text) = 'closed' AND d.closed_at IS NOT NULL))
  AND (CAST(:reached AS text) IS NULL OR CASE CAST(:reached AS text)
    WHEN 'queued' THEN d.delivered_at IS NULL
    WHEN 'delivered' THEN d.delivered_at IS NOT NULL WHEN 'signed' THEN d.signed_at IS NOT NULL
    WHEN 'registered' THEN d.registered_at IS NOT NULL
    WHEN 'proposed' THEN d.proposed_at IS NOT NULL AND d.sees_all = 1
    WHEN 'instructed' THEN d.instructed_at IS NOT NULL AND d.sees_all = 1
    WHEN 'handling' THEN d.handling_at IS NOT NULL WHEN 'closed' THEN d.closed_at IS NOT NULL
    ELSE d.state = CAST(:reached AS text) END)
  AND (CAST(:level AS text) IS NULL OR u.level = CAST(:level AS text))
  AND (CAST(:branch AS text) IS NULL OR u.branch = CAST(:branch AS text))
  AND (CAST(:q AS text) = '' OR replace(u.name, CAST(:q AS text), '') <> u.name)
  AND (CAST(:under AS text) = ''
    OR substr(u.path, 1, length(CAST(:under AS text))) = CAST(:under AS text))
ORDER BY d.sort LIMIT :limit;
-- name: q_board_totals
-- delivery_board: what the totals are of the receivers a filter leaves; the kept ones are of all
SELECT count(*), count(d.delivered_at), count(d.signed_at), count(d.registered_at),
  count(CASE WHEN d.sees_all = 1 THEN d.proposed_at END),
  count(CASE WHEN d.sees_all = 1 THEN d.instructed_at END), count(d.handling_at),
  count(d.closed_at), count(CASE d.state WHEN 'refused' THEN 1 END),
  count(CASE d.state WHEN 'retracted' THEN 1 END)
FROM delivery d JOIN unit u ON u.id = d.unit_id
WHERE d.dispatch_id = :dispatch
  AND (CAST(:level AS text) IS NULL OR u.level = CAST(:level AS text))
  AND (CAST(:branch AS text) IS NULL OR u.branch = CAST(:branch AS text))
  AND (CAST(:q AS text) = '' OR replace(u.name, CAST(:q AS text), '') <> u.name)
  AND (CAST(:under AS text) = ''
    OR substr(u.path, 1, length(CAST(:under AS text))) = CAST(:under AS text));
-- name: q_board_paths
-- delivery_board: where the receivers stand in the tree
SELECT u.path FROM delivery d JOIN unit u ON u.id = d.unit_id WHERE d.dispatch_id = :dispatch;
-- name: q_board_kinds
-- delivery_board
SELECT u.level, u.branch, count(*) FROM delivery d JOIN unit u ON u.id = d.unit_id
WHERE d.dispatch_id = :dispatch GROUP BY u.level, u.branch ORDER BY u.level, u.branch;
-- name: q_board_places
-- of these units the counties and zones right below the city, and the towns
SELECT u.id, u.name, u.level, u.parent_id FROM unit u JOIN unit up ON up.id = u.parent_id
WHERE u.id IN (SELECT value FROM json_each(:ids))
  AND (u.level = 'town' OR (u.level = 'county' AND up.level = 'city')) ORDER BY u.sort_key;
-- pg:
SELECT u.id, u.name, u.level, u.parent_id FROM unit u JOIN unit up ON up.id = u.parent_id
WHERE u.id IN (SELECT value::bigint FROM json_array_elements_text(CAST(:ids AS json)))
  AND (u.level = 'town' OR (u.level = 'county' AND up.level = 'city')) ORDER BY u.sort_key;
-- name: q_totals
SELECT milestone, n FROM dispatch_total WHERE dispatch_id = :dispatch;
-- name: q_total_add
INSERT INTO dispatch_total (dispatch_id, milestone, n) VALUES (:dispatch, :milestone, :n)
ON CONFLICT (dispatch_id, milestone) DO UPDATE SET n = dispatch_total.n + excluded.n;

-- name: q_requests_put
INSERT INTO retract_request (id, delivery_id, dispatch_id, unit_id, reason, asked_by, asked_post,
  asked_at, state)
SELECT json_extract(e.value, '$[0]'), json_extract(e.value, '$[1]'), :dispatch,
  json_extract(e.value, '$[2]'), :reason, :person, :post, :at, 'asked' FROM json_each(:rows) e;
-- pg:
INSERT INTO retract_request (id, delivery_id, dispatch_id, unit_id, reason, asked_by, asked_post,
  asked_at, state)
SELECT (e.value->>0)::bigint, (e.value->>1)::bigint, CAST(:dispatch AS bigint),
  (e.value->>2)::bigint, CAST(:reason AS text), CAST(:person AS bigint), CAST(:post AS bigint),
  CAST(:at AS bigint), 'asked' FROM json_array_elements(CAST(:rows AS json)) AS e(value);
-- name: q_requests_open
-- retract_request_dispatch
SELECT delivery_id FROM retract_request WHERE dispatch_id = :dispatch AND state = 'asked';
-- name: q_request_get
SELECT id, delivery_id, dispatch_id, unit_id, reason, state, asked_at, asked_by
FROM retract_request WHERE id = :id FOR UPDATE;
-- name: q_request_open
SELECT q.id, q.reason, q.asked_at, p.name FROM retract_request q JOIN person p ON p.id = q.asked_by
WHERE q.delivery_id = :delivery AND q.state = 'asked';
-- name: q_request_answer
UPDATE retract_request SET state = :state, answered_by = :person, answered_at = :at, answer = :answer
WHERE id = :id AND state = 'asked';

-- name: q_refusal_put
INSERT INTO refusal (id, delivery_id, dispatch_id, sender_unit, code, text, person_id, post_id, at)
VALUES (:id, :delivery, :dispatch, :sender, :code, :text, :person, :post, :at);
-- name: q_refusal_count
INSERT INTO refusal_count (unit_id, code, n) VALUES (:unit, :code, 1)
ON CONFLICT (unit_id, code) DO UPDATE SET n = refusal_count.n + 1;
-- name: q_refusal_get
SELECT id, delivery_id, dispatch_id, sender_unit, acknowledged_at FROM refusal WHERE id = :id FOR UPDATE;
-- name: q_refusal_acknowledge
UPDATE refusal SET acknowledged_by = :person, acknowledged_at = :at WHERE id = :id;
-- name: q_refusal_page
-- refusal_sender
SELECT r.id, r.delivery_id, r.dispatch_id, r.code, r.text, r.at, r.acknowledged_at, u.name, s.title,
  s.number, s.matter_id
FROM refusal r JOIN delivery d ON d.id = r.delivery_id JOIN unit u ON u.id = d.unit_id
JOIN dispatch s ON s.id = r.dispatch_id
WHERE r.sender_unit = :unit AND r.id < :before ORDER BY r.id DESC LIMIT :limit;
-- name: q_refusal_counts
SELECT code, n FROM refusal_count WHERE unit_id = :unit ORDER BY code;

-- name: q_problem_put
INSERT INTO delivery_problem (id, delivery_id, dispatch_id, sender_unit, code, text, person_id, at)
VALUES (:id, :delivery, :dispatch, :sender, :code, :text, :person, :at);
-- name: q_problem_get
SELECT id, delivery_id, dispatch_id, sender_unit, settled_at FROM delivery_problem WHERE id = :id
FOR UPDATE;
-- name: q_problem_settle
UPDATE delivery_problem SET settled_by = :person, settled_at = :at, answer = :answer WHERE id = :id;
-- name: q_problem_page
-- delivery_problem_sender
SELECT b.id, b.delivery_id, b.dispatch_id, b.code, b.text, b.at, b.settled_at, u.name, s.title,
  s.number, s.matter_id
FROM delivery_problem b JOIN delivery d ON d.id = b.delivery_id JOIN unit u ON u.id = d.unit_id
JOIN dispatch s ON s.id = b.dispatch_id
WHERE b.sender_unit = :unit AND b.id < :before ORDER BY b.id DESC LIMIT :limit;
-- name: q_problems_of
-- delivery_problem_delivery
SELECT code, text, at, settled_at, answer FROM delivery_problem WHERE delivery_id = :delivery ORDER BY id;

-- name: q_feedback_put
INSERT INTO delivery_feedback (id, delivery_id, dispatch_id, kind, text, person_id, person_name, at)
VALUES (:id, :delivery, :dispatch, :kind, :text, :person, :name, :at);
-- name: q_feedback_of
-- delivery_feedback_delivery
SELECT kind, text, person_name, at FROM delivery_feedback WHERE delivery_id = :delivery ORDER BY id;
-- name: q_feedback_page
-- delivery_feedback_dispatch
SELECT f.id, f.delivery_id, f.kind, f.text, f.person_name, f.at, u.name, d.unit_id
FROM delivery_feedback f JOIN delivery d ON d.id = f.delivery_id JOIN unit u ON u.id = d.unit_id
WHERE f.dispatch_id = :dispatch AND f.id > :after ORDER BY f.id LIMIT :limit;

-- name: q_receipt_next
INSERT INTO receipt_book (unit_id, year, next) VALUES (:unit, :year, 2)
ON CONFLICT (unit_id, year) DO UPDATE SET next = receipt_book.next + 1 RETURNING next - 1;
-- name: q_received_put
INSERT INTO received (unit_id, year, seq, delivery_id, dispatch_id, matter_id, kind, registered_at,
  registered_by, handler)
VALUES (:unit, :year, :seq, :delivery, :dispatch, :matter, :kind, :at, :person, '');
-- name: q_received_of
-- received_delivery
SELECT year, seq, kind FROM received WHERE delivery_id = :delivery AND matter_id = :matter;
-- name: q_received_kind
UPDATE received SET kind = :kind WHERE delivery_id = :delivery AND matter_id = :matter;
-- name: q_received_page
-- the register's own key, from `before` down to `floor`
SELECT r.seq, r.kind, r.registered_at, r.matter_id, r.delivery_id, s.issuer, s.number, s.title,
  s.doc_type, s.urgency, s.kind, s.signed_on, p.name, d.state, d.closed_at, d.handling_at, m.label,
  r.handler,
  (SELECT group_concat(name, '、') FROM (SELECT g.name AS name FROM category_entry e JOIN category g
    ON g.id = e.category_id WHERE e.matter_id = r.matter_id AND g.unit_id = r.unit_id
    ORDER BY g.position, g.id) AS own)
FROM received r JOIN delivery d ON d.id = r.delivery_id JOIN dispatch s ON s.id = r.dispatch_id
JOIN matter m ON m.id = r.matter_id
LEFT JOIN person p ON p.id = r.registered_by
WHERE r.unit_id = :unit AND r.year = :year AND r.seq < :before AND r.seq >= :floor
  AND (CAST(:kind AS text) = '' OR r.kind = CAST(:kind AS text))
  AND (CAST(:doc_type AS text) = '' OR s.doc_type = CAST(:doc_type AS text))
  AND (CAST(:urgency AS text) = '' OR s.urgency = CAST(:urgency AS text))
  AND (CAST(:state AS text) = '' OR CASE WHEN d.state IN ('refused', 'retracted') THEN d.state
    WHEN d.closed_at IS NOT NULL THEN 'closed' WHEN d.handling_at IS NOT NULL THEN 'handling'
    ELSE 'registered' END = CAST(:state AS text))
  AND (CAST(:issuer AS text) = '' OR replace(s.issuer, CAST(:issuer AS text), '') <> s.issuer)
  AND (CAST(:handler AS text) = '' OR replace(r.handler, CAST(:handler AS text), '') <> r.handler)
  AND (CAST(:q AS text) = '' OR replace(s.title, CAST(:q AS text), '') <> s.title
    OR replace(s.number, CAST(:q AS text), '') <> s.number
    OR replace(s.issuer, CAST(:q AS text), '') <> s.issuer)
  AND (CAST(:category AS bigint) = 0 OR EXISTS (SELECT 1 FROM category_entry e
    WHERE e.category_id = CAST(:category AS bigint) AND e.matter_id = r.matter_id))
ORDER BY r.seq DESC LIMIT :limit;
-- name: q_received_floor
-- how far a page looks
SELECT seq FROM received WHERE unit_id = :unit AND year = :year AND seq < :before
ORDER BY seq DESC LIMIT 1 OFFSET :n;
-- name: q_received_first_at
-- received_at: the first registered from one moment to another
SELECT seq FROM received WHERE unit_id = :unit AND registered_at >= :at AND registered_at < :until
ORDER BY registered_at, seq LIMIT 1;
-- name: q_received_handler
UPDATE received SET handler = CASE WHEN handler = '' THEN CAST(:names AS text)
  WHEN replace(handler, CAST(:names AS text), '') <> handler THEN handler
  ELSE handler || '、' || CAST(:names AS text) END
WHERE delivery_id = :delivery AND matter_id = :matter;
-- name: q_received_same
-- 重文提醒: dispatch_number, then delivery_once
SELECT r.year, r.seq, r.matter_id, r.registered_at
FROM dispatch s JOIN delivery d ON d.dispatch_id = s.id AND d.unit_id = :unit
JOIN received r ON r.delivery_id = d.id
WHERE s.number = :number AND s.issuer = :issuer AND s.kind <> 'slip' AND d.id <> :not_delivery
ORDER BY r.registered_at LIMIT 5;

-- name: q_rule_get
SELECT is_small, forwards FROM receiving_rule WHERE unit_id = :unit;
-- name: q_rule_put
INSERT INTO receiving_rule (unit_id, is_small, forwards) VALUES (:unit, :is_small, :forwards)
ON CONFLICT (unit_id) DO UPDATE SET is_small = excluded.is_small, forwards = excluded.forwards;

-- name: q_instruction_put
INSERT INTO instruction (id, matter_id, delivery_id, unit_id, item_id, person_id, post_id, who, text,
  lead, due_on, at, state, executors, assignment_id, result, is_contradicted)
VALUES (:id, :matter, :delivery, :unit, :item, :person, :post, :who, :text, :lead, :due_on, :at,
  'new', '', NULL, NULL, 0);
-- name: q_instructions
-- instruction_matter
SELECT id, post_id, who, text, lead, due_on, at, state, is_contradicted, person_id, unit_id, matter_id,
  delivery_id, item_id, assignment_id FROM instruction WHERE matter_id = :matter ORDER BY id;
-- name: q_instruction_get
SELECT id, post_id, who, text, lead, due_on, at, state, is_contradicted, person_id, unit_id, matter_id,
  delivery_id, item_id, assignment_id FROM instruction WHERE id = :id FOR UPDATE;
-- name: q_instruction_moved
UPDATE instruction SET state = :state WHERE id = :id;
-- name: q_instruction_executors
UPDATE instruction SET executors = :executors, assignment_id = coalesce(:assignment, assignment_id)
WHERE id = :id;
-- name: q_instruction_result
-- instruction_matter: handled without an assignment
UPDATE instruction SET result = :result
WHERE matter_id = :matter AND state = 'transcribed' AND assignment_id IS NULL;

-- name: q_instruction_of_item
-- instruction_matter
SELECT id, state FROM instruction WHERE matter_id = :matter AND item_id = :item
  AND state <> 'replaced';
-- name: q_instruction_contradicted
UPDATE instruction SET is_contradicted = :is WHERE id = :id AND is_contradicted <> :is;
-- name: q_instruction_new
-- instruction_new: what waits for an office
SELECT i.id, i.matter_id, i.who, i.text, i.lead, i.due_on, i.at, i.state, i.is_contradicted, m.title,
  m.number, m.urgency, i.post_id, i.executors, i.result, NULL, NULL, NULL
FROM instruction i JOIN matter m ON m.id = i.matter_id
WHERE i.unit_id = :unit AND i.state = 'new' AND i.id < :before ORDER BY i.id DESC LIMIT :limit;
-- name: q_instruction_book
-- instruction_unit: 批示登记本; the filters look through one unit's own
SELECT i.id, i.matter_id, i.who, i.text, i.lead, i.due_on, i.at, i.state, i.is_contradicted, m.title,
  m.number, m.urgency, i.post_id, i.executors, i.result, a.result, a.done_at, a.wants_feedback
FROM instruction i JOIN matter m ON m.id = i.matter_id
LEFT JOIN assignment a ON a.id = i.assignment_id
WHERE i.unit_id = :unit AND i.id < :before AND i.state NOT IN ('replaced', 'void')
  AND i.at >= :since AND i.at < :until
  AND (CAST(:person AS bigint) = 0 OR i.person_id = CAST(:person AS bigint))
  AND (CAST(:q AS text) = '' OR replace(m.title, CAST(:q AS text), '') <> m.title
    OR replace(m.number, CAST(:q AS text), '') <> m.number
    OR replace(i.text, CAST(:q AS text), '') <> i.text
    OR replace(i.executors, CAST(:q AS text), '') <> i.executors)
ORDER BY i.id DESC LIMIT :limit;

-- name: q_assignment_put
INSERT INTO assignment (id, matter_id, unit_id, text, due_on, wants_feedback, dispatch_id, child_id,
  by_person, at) VALUES (:id, :matter, :unit, :text, :due_on, :wants_feedback, :dispatch, :child,
  :person, :at);
-- name: q_assignments
-- assignment_matter
SELECT id, text, due_on, wants_feedback, dispatch_id, child_id, by_person, at, done_at, result
FROM assignment WHERE matter_id = :matter ORDER BY id;
-- name: q_assignment_child
SELECT child_id FROM assignment WHERE id = :id;
-- name: q_assignment_of_child
SELECT id, matter_id, wants_feedback FROM assignment WHERE child_id = :child;
-- name: q_assignment_of_dispatch
SELECT id, matter_id, wants_feedback FROM assignment WHERE dispatch_id = :dispatch;
-- name: q_assignment_done
UPDATE assignment SET done_at = :at WHERE id = :id AND done_at IS NULL;
-- name: q_assignment_result
UPDATE assignment SET result = :result WHERE id = :id;
-- name: q_assignment_open
-- assignment_matter
SELECT count(*) FROM assignment WHERE matter_id = :matter AND done_at IS NULL AND wants_feedback = 1;

-- name: q_unit_counter
SELECT n FROM counter WHERE owner = :unit AND box = :box;

-- 误传处置
-- name: q_matters_reached
-- dispatch_matter, delivery_board: the receivers' matters of what a matter sent
SELECT d.matter_id FROM dispatch s JOIN delivery d ON d.dispatch_id = s.id
WHERE s.matter_id = :matter AND d.matter_id IS NOT NULL ORDER BY d.matter_id;
-- name: q_matters_numbered
-- dispatch_number: of a document its sender's matter, of paper the receiver's
SELECT DISTINCT coalesce(s.matter_id, (SELECT d.matter_id FROM delivery d WHERE d.dispatch_id = s.id
  AND d.matter_id IS NOT NULL LIMIT 1)) FROM dispatch s
WHERE s.number = :number AND s.kind IN ('document', 'paper') LIMIT 100;
-- name: q_holds
SELECT (SELECT count(*) FROM dispatch s WHERE s.matter_id = :matter),
  (SELECT count(*) FROM dispatch s JOIN delivery d ON d.dispatch_id = s.id WHERE s.matter_id = :matter),
  (SELECT count(*) FROM instruction i WHERE i.matter_id = :matter),
  (SELECT count(*) FROM assignment a WHERE a.matter_id = :matter),
  (SELECT count(*) FROM dispatch s JOIN delivery_feedback f ON f.dispatch_id = s.id
   WHERE s.matter_id = :matter);
-- name: q_dispatches_of_matter
-- dispatch_matter
SELECT id FROM dispatch WHERE matter_id = :matter ORDER BY id;
-- name: q_units_to_sign
SELECT unit_id FROM delivery WHERE dispatch_id = :dispatch AND state = 'delivered';
-- name: q_units_asked
-- retract_request_dispatch
SELECT unit_id FROM retract_request WHERE dispatch_id = :dispatch AND state = 'asked';
-- name: q_requests_end
UPDATE retract_request SET state = 'agreed', answered_at = :at WHERE dispatch_id = :dispatch
  AND state = 'asked';
-- name: q_deliveries_end
UPDATE delivery SET state = 'retracted', ended_at = :at WHERE dispatch_id = :dispatch
  AND state NOT IN ('refused', 'retracted');
-- name: q_dispatch_purge
UPDATE dispatch SET title = :words, number = :number, main_text = '', cc_text = '', body = NULL
WHERE id = :id;
-- name: q_refusals_purge
UPDATE refusal SET text = :words WHERE dispatch_id = :dispatch;
-- name: q_problems_purge
UPDATE delivery_problem SET text = :words, answer = NULL WHERE dispatch_id = :dispatch;
-- name: q_feedback_purge
UPDATE delivery_feedback SET text = :words WHERE dispatch_id = :dispatch;
-- name: q_requests_purge
UPDATE retract_request SET reason = :words, answer = NULL WHERE dispatch_id = :dispatch;
-- name: q_instructions_purge
UPDATE instruction SET text = :words WHERE matter_id = :matter;
-- name: q_assignments_purge
UPDATE assignment SET text = :words, result = CASE WHEN result IS NULL THEN NULL ELSE :result END
WHERE matter_id = :matter;
-- name: q_instructions_move
-- index instruction_new: what waits for the office
UPDATE instruction SET unit_id = :into WHERE unit_id = :unit AND state = 'new';

-- part: late_steps
(SELECT count(*) FROM item i WHERE i.matter_id = d.matter_id AND i.due_at IS NOT NULL
    AND i.done_at > i.due_at)
-- name: q_figures_received
-- received_at
SELECT s.doc_type, s.urgency, count(*) FROM received r JOIN dispatch s ON s.id = r.dispatch_id
WHERE r.unit_id = :unit AND r.registered_at >= :from AND r.registered_at < :until
GROUP BY s.doc_type, s.urgency;
-- name: q_figures_signed
-- delivery_signed; paper is signed for as it is entered
SELECT d.delivered_at, d.signed_at, s.urgency, 0, 0, d.urges
FROM delivery d JOIN dispatch s ON s.id = d.dispatch_id
WHERE d.unit_id = :unit AND d.signed_at >= :from AND d.signed_at < :until AND s.kind <> 'paper';
-- name: q_figures_closed
-- delivery_closed
SELECT d.signed_at, d.closed_at, '', coalesce(m.due_at, 0), {late_steps},
  (SELECT coalesce(sum(i.urges), 0) FROM item i WHERE i.matter_id = d.matter_id)
FROM delivery d JOIN matter m ON m.id = d.matter_id
WHERE d.unit_id = :unit AND d.closed_at >= :from AND d.closed_at < :until AND d.signed_at IS NOT NULL;
-- name: q_figures_handled
-- delivery_closed: its own handlers, and those of assignments that grew from it
SELECT coalesce(p.section_id, 0), i.done_person,
  CASE WHEN i.due_at IS NOT NULL AND i.done_at > i.due_at THEN 1 ELSE 0 END
FROM delivery d JOIN item i ON i.matter_id = d.matter_id JOIN post p ON p.id = i.done_post
WHERE d.unit_id = :unit AND d.closed_at >= :from AND d.closed_at < :until
  AND i.node = 'handle' AND i.state = 'done' AND p.is_leader = 0
UNION ALL
SELECT coalesce(p.section_id, 0), i.done_person,
  CASE WHEN i.due_at IS NOT NULL AND i.done_at > i.due_at THEN 1 ELSE 0 END
FROM delivery d JOIN assignment a ON a.matter_id = d.matter_id
JOIN item i ON i.matter_id = a.child_id JOIN post p ON p.id = i.done_post
WHERE d.unit_id = :unit AND d.closed_at >= :from AND d.closed_at < :until
  AND i.state = 'done' AND p.is_leader = 0;
-- name: q_figures_returned
-- refusal_month
SELECT code, count(*) FROM refusal WHERE sender_unit = :unit AND at >= :from AND at < :until GROUP BY code;
-- name: q_figures_problems
-- delivery_problem_month
SELECT code, count(*) FROM delivery_problem WHERE sender_unit = :unit AND at >= :from AND at < :until
GROUP BY code;
-- name: q_figure_signed_rows
-- delivery_signed
SELECT d.delivered_at, d.signed_at, s.urgency, 0, 0, d.id, coalesce(d.matter_id, 0), s.title, s.number, s.issuer
FROM delivery d JOIN dispatch s ON s.id = d.dispatch_id
WHERE d.unit_id = :unit AND d.signed_at >= :from AND (d.signed_at < :at OR (d.signed_at = :at AND d.id < :id))
  AND s.kind <> 'paper'
ORDER BY d.signed_at DESC, d.id DESC LIMIT :limit;
-- name: q_figure_closed_rows
-- delivery_closed
SELECT d.signed_at, d.closed_at, s.urgency, coalesce(m.due_at, 0), {late_steps}, d.id, m.id, s.title, s.number,
  s.issuer
FROM delivery d JOIN matter m ON m.id = d.matter_id JOIN dispatch s ON s.id = d.dispatch_id
WHERE d.unit_id = :unit AND d.closed_at >= :from AND (d.closed_at < :at OR (d.closed_at = :at AND d.id < :id))
  AND d.signed_at IS NOT NULL
ORDER BY d.closed_at DESC, d.id DESC LIMIT :limit;
