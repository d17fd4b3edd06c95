-- name: q_setting_all
SELECT name, value FROM setting;
-- name: q_setting_put
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: q_node_all
SELECT node, leased_at, last_id FROM node ORDER BY node FOR UPDATE;
-- name: q_node_put
INSERT INTO node (node, leased_at, last_id) VALUES (:node, :at, :last_id)
ON CONFLICT (node) DO UPDATE SET leased_at = excluded.leased_at, last_id = excluded.last_id;

-- name: q_login_by_digest
-- unique index login_digest
SELECT l.id, l.person_id, l.csrf, l.is_token, l.seen_at, l.expires_at, l.ended_at,
       c.generation, c.must_change, c.is_disabled
FROM login l JOIN account c ON c.person_id = l.person_id WHERE l.digest = :digest;
-- name: q_logins_end
UPDATE login SET ended_at = :at WHERE person_id = :person AND ended_at IS NULL AND id <> :keep
  AND is_token = 0;

-- name: q_actor_person
SELECT p.name, c.account FROM person p LEFT JOIN account c ON c.person_id = p.id WHERE p.id = :id;

-- name: q_actor_posts
SELECT t.id, t.unit_id, t.section_id, t.title, t.is_main, u.name, u.path
FROM post t JOIN unit u ON u.id = t.unit_id
WHERE t.person_id = :person AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
ORDER BY t.is_main DESC, t.id;
-- name: q_actor_grants
-- a role counts only while its post is held, and for the unit's former units too
SELECT g.role, g.unit_id, u.path, g.post_id, coalesce(p.id, 0), g.id, 0
FROM grant_ g JOIN unit u ON u.id = g.unit_id
JOIN post t ON t.id = g.post_id
LEFT JOIN pool p ON p.unit_id = g.unit_id AND p.role = g.role
WHERE g.person_id = :person AND g.is_revoked = 0 AND (g.until_on IS NULL OR g.until_on > :today)
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
UNION ALL
SELECT g.role, f.former_id, u.path, g.post_id, coalesce(p.id, 0), g.id, 1
FROM grant_ g JOIN unit_former f ON f.unit_id = g.unit_id
JOIN unit u ON u.id = f.former_id
JOIN post t ON t.id = g.post_id
LEFT JOIN pool p ON p.unit_id = f.former_id AND p.role = g.role
WHERE g.person_id = :person AND g.is_revoked = 0 AND (g.until_on IS NULL OR g.until_on > :today)
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
ORDER BY 7, 6, 2;
-- name: q_actor_acting
-- both posts must be held
SELECT a.kind, a.from_post, t.person_id, p.name, t.title, a.until_on, a.is_share, a.to_post,
       t.unit_id, a.modules
FROM acting a
JOIN post t ON t.id = a.from_post JOIN person p ON p.id = t.person_id
JOIN post d ON d.id = a.to_post
WHERE a.to_person = :person AND a.ended_at IS NULL AND a.from_on <= :today
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
  AND d.from_on <= :today AND (d.until_on IS NULL OR d.until_on > :today)
  AND (a.until_on IS NULL OR a.until_on >= :today)
ORDER BY a.id;

-- name: q_generation_next
UPDATE account SET generation = generation + 1 WHERE person_id = :person;
-- name: q_generation_next_role
UPDATE account SET generation = generation + 1 WHERE person_id IN
  (SELECT person_id FROM grant_ WHERE role = :role AND is_revoked = 0 AND unit_id IN
    (:unit, (SELECT unit_id FROM unit_former WHERE former_id = :unit)));
-- name: q_generation_next_unit
-- index post_unit, grant_unit
UPDATE account SET generation = generation + 1 WHERE person_id IN
  (SELECT person_id FROM post WHERE unit_id = :unit
   UNION SELECT person_id FROM grant_ WHERE unit_id = :unit AND is_revoked = 0);

-- name: q_unit_now
-- primary key
SELECT unit_id FROM unit_former WHERE former_id = :unit;
-- name: q_unit_formers_follow
-- index unit_former_unit: what was merged into it goes along
UPDATE unit_former SET unit_id = :to WHERE unit_id = :from;
-- name: q_unit_former_put
INSERT INTO unit_former (former_id, unit_id, from_on) VALUES (:former, :unit, :from_on);

-- name: q_pool_find
SELECT id FROM pool WHERE unit_id = :unit AND role = :role;
-- name: q_pool_put
INSERT INTO pool (id, unit_id, role) VALUES (:id, :unit, :role)
ON CONFLICT (unit_id, role) DO NOTHING;

-- name: q_unit_put
INSERT INTO unit (id, parent_id, home_id, code, kind, level, branch, path, name, short_name,
                  sort_key, by_paper, closed_on)
VALUES (:id, :parent, :home, :code, :kind, :level, :branch, :path, :name, :short_name, :sort_key,
        :by_paper, :closed_on)
ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, home_id = excluded.home_id,
  code = excluded.code, kind = excluded.kind, level = excluded.level, branch = excluded.branch,
  path = excluded.path, name = excluded.name, short_name = excluded.short_name,
  sort_key = excluded.sort_key, by_paper = excluded.by_paper, closed_on = excluded.closed_on;
-- name: q_unit_get
SELECT id, parent_id, home_id, code, kind, level, branch, path, name, short_name, sort_key,
       by_paper, closed_on FROM unit WHERE id = :id;
-- name: q_unit_lock
SELECT id FROM unit WHERE id = :id FOR UPDATE;
-- name: q_person_put
INSERT INTO person (id, code, name, sort_key, pinyin, mobile, office_phone, is_disabled)
VALUES (:id, :code, :name, :sort_key, :pinyin, :mobile, :office_phone, :is_disabled)
ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name,
  sort_key = excluded.sort_key, pinyin = excluded.pinyin, mobile = excluded.mobile,
  office_phone = excluded.office_phone, is_disabled = excluded.is_disabled;
-- name: q_person_get
SELECT id, code, name, sort_key, pinyin, mobile, office_phone, is_disabled FROM person
WHERE id = :id;
-- name: q_post_put
INSERT INTO post (id, person_id, unit_id, section_id, title, grade, is_main, is_leader, sort_key,
                  from_on, until_on)
VALUES (:id, :person, :unit, :section, :title, :grade, :is_main, :is_leader, :sort_key, :from_on,
        :until_on)
ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, unit_id = excluded.unit_id,
  section_id = excluded.section_id, title = excluded.title, grade = excluded.grade,
  is_main = excluded.is_main, is_leader = excluded.is_leader, sort_key = excluded.sort_key,
  from_on = excluded.from_on, until_on = excluded.until_on;
-- name: q_post_get
SELECT id, person_id, unit_id, section_id, title, grade, is_main, is_leader, sort_key, from_on,
       until_on FROM post WHERE id = :id;
-- name: q_grant_put
INSERT INTO grant_ (id, post_id, person_id, role, unit_id, until_on, is_revoked)
VALUES (:id, :post, :person, :role, :unit, :until_on, 0);
-- name: q_grant_revoke
UPDATE grant_ SET is_revoked = 1 WHERE id = :id;
-- name: q_grant_get
SELECT id, post_id, person_id, role, unit_id, until_on, is_revoked FROM grant_ WHERE id = :id;
-- name: q_acting_put
INSERT INTO acting (id, kind, from_post, to_post, to_person, is_share, modules, from_on, until_on,
                    authorisation, ended_at)
VALUES (:id, :kind, :from_post, :to_post, :to_person, :is_share, :modules, :from_on, :until_on,
        :authorisation, NULL);
-- name: q_acting_end
UPDATE acting SET ended_at = :at WHERE id = :id AND ended_at IS NULL;

-- name: q_account_put
INSERT INTO account (person_id, account, secret, shared_secret, once_digest, once_until_at,
                     must_change, changed_at, former, failures, locked_until_at, is_disabled,
                     generation, settings)
VALUES (:person, :account, NULL, :shared, :once_digest, :once_until, :must_change, NULL, '', 0,
        NULL, 0, 1, '{}');
-- name: q_account_once
UPDATE account SET secret = NULL, shared_secret = NULL, once_digest = :once_digest,
  once_until_at = :once_until, must_change = 1, failures = 0, locked_until_at = NULL,
  generation = generation + 1 WHERE person_id = :person;
-- name: q_account_generation
SELECT generation FROM account WHERE person_id = :person;
-- name: q_account_person
-- unique index account_name
SELECT person_id FROM account WHERE account = :account;
-- name: q_account_enable
UPDATE account SET is_disabled = 0, failures = 0, locked_until_at = NULL,
  generation = generation + 1 WHERE person_id = :person;
-- name: q_account_disable
UPDATE account SET is_disabled = 1, generation = generation + 1 WHERE person_id = :person;

-- name: q_key_find
SELECT digest, status, answer FROM command_key WHERE person_id = :person AND key = :key;
-- name: q_key_put
INSERT INTO command_key (person_id, key, digest, status, answer, at)
VALUES (:person, :key, :digest, :status, :answer, :at);
-- name: q_key_forget
UPDATE command_key SET answer = '{}' WHERE person_id = :person AND at = :at;
-- name: q_key_purge
DELETE FROM command_key WHERE at < :before;

-- name: q_incident_open
-- index system_incident_open
SELECT act FROM system_incident WHERE state < 2;
-- name: q_incident_of_act
SELECT id, state FROM system_incident WHERE act = :act;
-- name: q_incident_found
INSERT INTO system_incident (id, act, what, person_id, crashes, first_at, last_at, signal, state,
  handled_by, handled_at, note)
VALUES (:id, :act, :what, :person, 1, :at, :at, :signal, 0, NULL, NULL, '')
ON CONFLICT (act) DO UPDATE SET crashes = system_incident.crashes + 1,
  person_id = excluded.person_id, last_at = excluded.last_at, signal = excluded.signal,
  state = CASE WHEN system_incident.crashes >= 1 THEN 1 ELSE 0 END,
  handled_by = NULL, handled_at = NULL;
-- name: q_incident_crashes
SELECT id, crashes FROM system_incident WHERE act = :act;
-- name: q_incident_passed
DELETE FROM system_incident WHERE act = :act AND state = 0;
-- name: q_incident_purge
DELETE FROM system_incident WHERE (state = 0 AND last_at < :watched) OR (state = 2 AND handled_at < :released);
-- name: q_incident_page
SELECT i.id, i.what, i.person_id, p.name, i.crashes, i.first_at, i.last_at, i.signal, i.state,
  i.handled_at, h.name, i.note
FROM system_incident i LEFT JOIN person p ON p.id = i.person_id
LEFT JOIN person h ON h.id = i.handled_by
WHERE i.id < :before ORDER BY i.id DESC LIMIT :limit;
-- name: q_incident_lock
SELECT id, state FROM system_incident WHERE id = :id FOR UPDATE;
-- name: q_incident_handle
UPDATE system_incident SET handled_by = :person, handled_at = :at, note = :note WHERE id = :id;
-- name: q_incident_release
UPDATE system_incident SET state = 2, crashes = 0 WHERE id = :id;
-- name: q_incident_unhandled
-- index system_incident_open
SELECT count(*) FROM system_incident WHERE state < 2 AND state = 1 AND handled_at IS NULL;

-- name: q_stream_head
SELECT seq, head FROM trace_stream WHERE id = :id FOR UPDATE;
-- name: q_stream_new
INSERT INTO trace_stream (id, seq, head, is_marked) VALUES (:id, 0, :head, 1)
ON CONFLICT (id) DO NOTHING;
-- name: q_stream_put
INSERT INTO trace_stream (id, seq, head, is_marked) VALUES (:id, :seq, :head, 1)
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, head = excluded.head, is_marked = 1;
-- name: q_trace_put
INSERT INTO trace (stream, seq, op, person_id, post_id, acting_for, at, client, body, hash)
VALUES (:stream, :seq, :op, :person, :post, :acting_for, :at, :client, :body, :hash);
-- name: q_trace_bodies
-- primary key: bodies of a stream that still stand
SELECT seq, body FROM trace WHERE stream = :stream AND seq > :after AND purged IS NULL
ORDER BY seq LIMIT :limit;
-- name: q_trace_purge
UPDATE trace SET body = '', purged = :digest WHERE stream = :stream AND seq = :seq;
-- name: q_trace_page
SELECT t.seq, t.op, t.person_id, p.name, t.post_id, t.acting_for, f.name, t.at, t.body
FROM trace t LEFT JOIN person p ON p.id = t.person_id LEFT JOIN person f ON f.id = t.acting_for
WHERE t.stream = :stream AND t.seq > :after ORDER BY t.seq LIMIT :limit;
-- name: q_trace_last
SELECT t.seq, t.op, t.person_id, p.name, t.post_id, t.acting_for, f.name, t.at, t.body
FROM trace t LEFT JOIN person p ON p.id = t.person_id LEFT JOIN person f ON f.id = t.acting_for
WHERE t.stream = :stream ORDER BY t.seq DESC LIMIT 1;
-- name: q_streams_marked
SELECT id, seq, head FROM trace_stream WHERE is_marked = 1 ORDER BY id LIMIT 10000 FOR UPDATE SKIP LOCKED;
-- name: q_stream_unmark
UPDATE trace_stream SET is_marked = 0 WHERE id = :id AND seq = :seq;
-- name: q_checkpoint_last
SELECT id, root FROM checkpoint WHERE node = :node ORDER BY id DESC LIMIT 1;
-- name: q_checkpoint_put
INSERT INTO checkpoint (id, node, at, previous, root, leaves, signature)
VALUES (:id, :node, :at, :previous, :root, :leaves, :signature);

-- name: q_counter_add
INSERT INTO counter (owner, box, n) VALUES (:owner, :box, :delta)
ON CONFLICT (owner, box) DO UPDATE SET n = counter.n + excluded.n;
-- name: q_counter_add_all
-- all: JSON, [[owner, box, delta], …]
INSERT INTO counter (owner, box, n)
SELECT e.value ->> 0, e.value ->> 1, e.value ->> 2 FROM json_each(:all) e WHERE true
ON CONFLICT (owner, box) DO UPDATE SET n = counter.n + excluded.n;
-- pg:
INSERT INTO counter (owner, box, n)
SELECT (e.value ->> 0)::bigint, (e.value ->> 1)::bigint, (e.value ->> 2)::bigint
FROM json_array_elements(CAST(:all AS json)) AS e(value)
ON CONFLICT (owner, box) DO UPDATE SET n = counter.n + excluded.n;
-- name: q_counter_get
SELECT n FROM counter WHERE owner = :owner AND box = :box;

-- name: q_login_state
SELECT l.ended_at, c.is_disabled FROM login l JOIN account c ON c.person_id = l.person_id
WHERE l.id = :id;
