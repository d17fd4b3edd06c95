-- name: q_unit_fact_put
INSERT INTO unit_fact (unit_id, area_id, rank_order, division_code, phone, line, speaks, from_on)
VALUES (:unit, :area, :rank_order, :division, :phone, :line, :speaks, :from_on)
ON CONFLICT (unit_id) DO UPDATE SET area_id = excluded.area_id, rank_order = excluded.rank_order,
  division_code = excluded.division_code, phone = excluded.phone, line = excluded.line,
  from_on = excluded.from_on;
-- name: q_unit_fact_get
SELECT area_id, rank_order, division_code, phone, line, from_on, speaks FROM unit_fact
WHERE unit_id = :unit;
-- name: q_unit_speaks
UPDATE unit_fact SET speaks = 1 WHERE unit_id = :unit;
-- name: q_office_of
-- index unit_children: the office that handles a body's paper
SELECT u.id, u.name FROM unit u JOIN unit_fact f ON f.unit_id = u.id
WHERE u.parent_id = :body AND u.kind = 'unit' AND f.speaks = 1
  AND (u.closed_on IS NULL OR u.closed_on > :today) ORDER BY u.sort_key LIMIT 1;
-- name: q_unit_root
-- index unit_children
SELECT id, code FROM unit WHERE parent_id IS NULL ORDER BY id LIMIT 1;
-- name: q_unit_below
-- index unit_path: everything below, without the unit itself
SELECT id FROM unit WHERE path > :path AND path < :end ORDER BY path;
-- name: q_unit_id_by_code
SELECT id FROM unit WHERE code = :code;
-- name: q_unit_name_put
INSERT INTO unit_name (unit_id, from_on, name, short_name) VALUES (:unit, :from_on, :name, :short_name)
ON CONFLICT (unit_id, from_on) DO UPDATE SET name = excluded.name, short_name = excluded.short_name;
-- name: q_unit_name_on
-- primary key, backwards
SELECT name, short_name FROM unit_name WHERE unit_id = :unit AND from_on <= :day
ORDER BY from_on DESC LIMIT 1;
-- name: q_unit_name_first
SELECT name, short_name FROM unit_name WHERE unit_id = :unit ORDER BY from_on LIMIT 1;
-- name: q_unit_names
SELECT from_on, name, short_name FROM unit_name WHERE unit_id = :unit ORDER BY from_on;
-- name: q_unit_names_due
-- index unit_name_day; names that began in the days looked at and are not yet the unit's
SELECT n.unit_id, n.name, n.short_name FROM unit_name n JOIN unit u ON u.id = n.unit_id
WHERE n.from_on > :since AND n.from_on <= :today AND n.name <> u.name
  AND n.from_on = (SELECT max(m.from_on) FROM unit_name m
                   WHERE m.unit_id = n.unit_id AND m.from_on <= :today);
-- name: q_posts_turned
-- the day's, once: people whose posts begin or end between two days
SELECT DISTINCT person_id FROM post
WHERE (from_on > :since AND from_on <= :today) OR (until_on > :since AND until_on <= :today)
ORDER BY person_id LIMIT 5000;
-- name: q_unit_sections
-- index unit_home
SELECT u.id, u.name, u.short_name FROM unit u WHERE u.home_id = :unit AND u.kind = 'section'
  AND (u.closed_on IS NULL OR u.closed_on > :today) ORDER BY u.sort_key;
-- name: q_unit_children_open
-- index unit_children
SELECT count(*) FROM unit WHERE parent_id = :unit AND (closed_on IS NULL OR closed_on > :today);
-- name: q_unit_posts_open
SELECT count(*) FROM post WHERE unit_id = :unit AND (until_on IS NULL OR until_on > :day);
-- name: q_section_posts_open
SELECT count(*) FROM post WHERE section_id = :unit AND (until_on IS NULL OR until_on > :day);
-- name: q_unit_tree
-- index unit_path over the whole tree
SELECT u.id, u.parent_id, u.name, u.level, u.branch, u.kind FROM unit u
WHERE u.path >= '/' AND u.path < '0' AND u.kind <> 'section'
  AND (u.closed_on IS NULL OR u.closed_on > :today) ORDER BY u.sort_key, u.id;
-- name: q_unit_mailboxes
-- index unit_path: every unit with a mailbox, in the order of the tree
SELECT u.id, u.name, u.short_name, u.level, u.branch, u.by_paper, u.path
FROM unit u WHERE u.path >= :from AND u.path < :to AND u.kind = 'unit'
  AND (u.closed_on IS NULL OR u.closed_on > :today) ORDER BY u.sort_key, u.id;
-- name: q_org_version
SELECT n FROM org_version WHERE name = :name;
-- name: q_org_version_next
INSERT INTO org_version (name, n) VALUES (:name, 1)
ON CONFLICT (name) DO UPDATE SET n = org_version.n + 1;
-- name: q_org_version_set
INSERT INTO org_version (name, n) VALUES (:name, :n)
ON CONFLICT (name) DO UPDATE SET n = excluded.n;
-- name: q_dual_put
INSERT INTO dual_leadership (unit_id, superior_id) VALUES (:unit, :superior)
ON CONFLICT (unit_id, superior_id) DO NOTHING;
-- name: q_dual_clear
DELETE FROM dual_leadership WHERE unit_id = :unit;
-- name: q_dual_get
SELECT superior_id FROM dual_leadership WHERE unit_id = :unit ORDER BY superior_id LIMIT 1;
-- name: q_dual_is
SELECT count(*) FROM dual_leadership WHERE unit_id = :unit AND superior_id = :superior;
-- name: q_above_candidates
-- index unit_fact_area: who may be above the units of an area, or below it
SELECT f.unit_id FROM unit_fact f JOIN unit u ON u.id = f.unit_id
WHERE f.area_id = :area AND u.kind = 'unit' AND u.closed_on IS NULL AND u.id <> :unit
AND (f.speaks = 1 OR (f.line <> '' AND f.line = :line)) ORDER BY u.sort_key;
-- name: q_area_office
-- index unit_fact_area: the unit that handles the paper of an area's body; government before Party
SELECT a.unit_id FROM unit_fact f JOIN agency a ON a.unit_id = f.unit_id
WHERE f.area_id = :area AND f.speaks = 1 AND a.closed_on IS NULL AND a.kind = :kind
ORDER BY a.sort, a.id LIMIT 1;

-- name: q_bodies_beside
-- party committee and government of one place
SELECT s.id FROM unit u JOIN unit s ON s.parent_id = u.parent_id AND s.kind = 'body' AND s.id <> u.id
WHERE u.id = :unit AND u.kind = 'body' AND u.branch IN ('party', 'government')
  AND s.branch IN ('party', 'government') ORDER BY s.id LIMIT 4;
-- name: q_person_id_by_code
SELECT id FROM person WHERE code = :code;
-- name: q_account_of
SELECT account, is_disabled FROM account WHERE person_id = :person;
-- name: q_account_person
SELECT person_id FROM account WHERE account = :account;
-- name: q_person_posts
-- index post_person
SELECT t.id, t.unit_id, t.section_id, t.title, t.grade, t.is_main, t.is_leader, t.from_on,
       t.until_on, u.name, u.path, s.name
FROM post t JOIN unit u ON u.id = t.unit_id LEFT JOIN unit s ON s.id = t.section_id
WHERE t.person_id = :person ORDER BY t.is_main DESC, t.id;
-- name: q_post_show
SELECT t.id, t.person_id, t.unit_id, t.section_id, p.name, t.title, u.name, s.name, t.is_main,
       t.is_leader, t.from_on, t.until_on, p.is_disabled
FROM post t JOIN person p ON p.id = t.person_id JOIN unit u ON u.id = t.unit_id
LEFT JOIN unit s ON s.id = t.section_id WHERE t.id = :post;
-- name: q_main_post
SELECT id FROM post WHERE person_id = :person AND from_on <= :today
  AND (until_on IS NULL OR until_on > :today) ORDER BY is_main DESC, id LIMIT 1;
-- name: q_post_of_person_in
SELECT id FROM post WHERE person_id = :person AND unit_id = :unit AND from_on <= :today
  AND (until_on IS NULL OR until_on > :today) ORDER BY is_main DESC, id LIMIT 1;
-- name: q_post_same
SELECT id FROM post WHERE person_id = :person AND unit_id = :unit AND coalesce(section_id, 0) = :section
  AND title = :title AND until_on IS NULL ORDER BY id LIMIT 1;
-- name: q_person_grants
-- index grant_person
SELECT g.id, g.role, g.unit_id, g.post_id, u.path, u.name, g.until_on
FROM grant_ g JOIN unit u ON u.id = g.unit_id
WHERE g.person_id = :person AND g.is_revoked = 0 AND (g.until_on IS NULL OR g.until_on > :today)
ORDER BY g.role, g.id;

-- name: q_contact_clear
DELETE FROM contact_key WHERE person_id = :person;
-- name: q_contact_put
INSERT INTO contact_key (id, kind, key, sort, post_id, person_id)
VALUES (:id, :kind, :key, :sort, :post, :person);
-- name: q_people_after
-- primary key
SELECT id FROM person WHERE id > :after ORDER BY id LIMIT :limit;
-- name: q_contact_at
SELECT key, sort FROM contact_key WHERE id = :id AND kind = :kind;
-- name: q_contact_page
-- index contact_key_find
SELECT id, person_id, post_id, key FROM contact_key
WHERE kind = :kind AND key >= :from AND key < :to AND (key, sort, id) > (:key, :sort, :after)
ORDER BY key, sort, id LIMIT :limit;
-- name: q_contact_unit
-- post_unit, contact_key_person: the same among the posts of one unit
SELECT k.id, k.person_id, k.post_id, k.key FROM post t
JOIN contact_key k ON k.person_id = t.person_id AND k.post_id = t.id
WHERE t.unit_id = :unit AND k.kind = :kind AND k.key >= :from AND k.key < :to
  AND (k.key, k.sort, k.id) > (:key, :sort, :after)
ORDER BY k.key, k.sort, k.id LIMIT :limit;
-- name: q_contact_exact
SELECT id, person_id, post_id, key FROM contact_key
WHERE kind = :kind AND key = :key AND id > :after ORDER BY id LIMIT :limit;

-- name: q_unit_people
-- index post_unit
SELECT t.sort_key, t.id, t.person_id, p.name, t.title, t.section_id, s.name, p.office_phone,
       p.mobile, t.is_leader, p.is_disabled, t.grade, t.is_main
FROM post t JOIN person p ON p.id = t.person_id LEFT JOIN unit s ON s.id = t.section_id
WHERE t.unit_id = :unit AND (t.sort_key, t.id) > (:sort, :after)
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
  AND p.is_disabled = :disabled
ORDER BY t.sort_key, t.id LIMIT :limit;
-- name: q_section_people
-- index post_section
SELECT t.sort_key, t.id, t.person_id, p.name, t.title, t.section_id, s.name, p.office_phone,
       p.mobile, t.is_leader, p.is_disabled, t.grade, t.is_main
FROM post t JOIN person p ON p.id = t.person_id JOIN unit s ON s.id = t.section_id
WHERE t.section_id = :unit AND (t.sort_key, t.id) > (:sort, :after)
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
  AND p.is_disabled = :disabled
ORDER BY t.sort_key, t.id LIMIT :limit;
-- name: q_unit_people_like
-- index post_unit: only this unit's posts are looked at
SELECT t.sort_key, t.id, t.person_id, p.name, t.title, t.section_id, s.name, p.office_phone,
       p.mobile, t.is_leader, p.is_disabled, t.grade, t.is_main
FROM post t JOIN person p ON p.id = t.person_id LEFT JOIN unit s ON s.id = t.section_id
WHERE t.unit_id = :unit AND (t.sort_key, t.id) > (:sort, :after)
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
  AND (p.name LIKE :like OR t.title LIKE :like OR p.pinyin LIKE :prefix OR p.office_phone LIKE :prefix)
  AND p.is_disabled = 0
ORDER BY t.sort_key, t.id LIMIT :limit;
-- name: q_post_sort
SELECT sort_key FROM post WHERE id = :post;

-- name: q_unit_grants
-- index grant_unit
SELECT g.id, g.post_id, g.person_id, p.name, t.title, g.role, g.until_on
FROM grant_ g JOIN post t ON t.id = g.post_id JOIN person p ON p.id = g.person_id
WHERE g.unit_id = :unit AND g.is_revoked = 0 AND (g.until_on IS NULL OR g.until_on > :today)
ORDER BY g.role, t.sort_key, g.id LIMIT 500;
-- name: q_person_roles
SELECT role FROM grant_ WHERE person_id = :person AND is_revoked = 0
  AND (until_on IS NULL OR until_on > :today);
-- name: q_grant_same
SELECT id FROM grant_ WHERE unit_id = :unit AND role = :role AND post_id = :post AND is_revoked = 0
  AND (until_on IS NULL OR until_on > :today);
-- name: q_post_grants
SELECT id FROM grant_ WHERE person_id = :person AND post_id = :post AND is_revoked = 0 ORDER BY id;
-- name: q_role_posts
-- index grant_unit; of a unit that was merged: those of the one that answers for it
SELECT t.id, t.section_id FROM grant_ g JOIN post t ON t.id = g.post_id
JOIN person p ON p.id = t.person_id
WHERE g.unit_id = coalesce((SELECT f.unit_id FROM unit_former f WHERE f.former_id = :unit), :unit)
  AND g.role = :role AND g.is_revoked = 0 AND p.is_disabled = 0
  AND (g.until_on IS NULL OR g.until_on > :today)
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
ORDER BY t.sort_key, t.id;

-- name: q_roles_held
-- index grant_unit, as q_role_posts
SELECT DISTINCT g.role FROM grant_ g JOIN post t ON t.id = g.post_id JOIN person p ON p.id = t.person_id
WHERE g.unit_id = coalesce((SELECT f.unit_id FROM unit_former f WHERE f.former_id = :unit), :unit)
  AND g.is_revoked = 0 AND p.is_disabled = 0 AND (g.until_on IS NULL OR g.until_on > :today)
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today);

-- name: q_section_role_posts
-- post_section, then grant_person (the + keeps grant_unit out): a section has few posts, its unit
-- may have many heads
SELECT t.id FROM post t CROSS JOIN grant_ g CROSS JOIN person p
WHERE t.section_id = :section AND g.person_id = t.person_id AND g.post_id = t.id
  AND +g.unit_id = :unit AND +g.role = :role AND g.is_revoked = 0
  AND (g.until_on IS NULL OR g.until_on > :today)
  AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
  AND p.id = t.person_id AND p.is_disabled = 0
ORDER BY t.sort_key, t.id;

-- name: q_filing_put
INSERT INTO filing (id, unit_id, act, post_id, role, grant_id, until_on, state, asked_by, asked_at)
VALUES (:id, :unit, :act, :post, :role, :grant, :until_on, 'pending', :by, :at);
-- name: q_filing_get
SELECT unit_id, act, post_id, role, grant_id, until_on, state, asked_by FROM filing WHERE id = :id
FOR UPDATE;
-- name: q_filing_same
SELECT id FROM filing WHERE unit_id = :unit AND state = 'pending' AND act = :act AND post_id = :post
  AND role = :role;
-- name: q_filing_decide
UPDATE filing SET state = :state, decided_by = :by, decided_at = :at, reason = :reason,
  grant_id = :grant WHERE id = :id;
-- name: q_filings_waiting
-- index filing_state
SELECT count(*) FROM filing WHERE state = 'pending';
-- name: q_filings
-- index filing_state, newest first
SELECT f.id, f.unit_id, u.name, f.act, f.post_id, t.title, p.id, p.name, f.role, f.until_on,
       f.state, f.asked_at, a.name, f.decided_at, d.name, f.reason
FROM filing f JOIN unit u ON u.id = f.unit_id JOIN post t ON t.id = f.post_id
JOIN person p ON p.id = t.person_id JOIN person a ON a.id = f.asked_by
LEFT JOIN person d ON d.id = f.decided_by
WHERE f.state = :state AND f.id < :after ORDER BY f.id DESC LIMIT :limit;
-- name: q_filings_unit
-- index filing_unit, newest first
SELECT f.id, f.unit_id, u.name, f.act, f.post_id, t.title, p.id, p.name, f.role, f.until_on,
       f.state, f.asked_at, a.name, f.decided_at, d.name, f.reason
FROM filing f JOIN unit u ON u.id = f.unit_id JOIN post t ON t.id = f.post_id
JOIN person p ON p.id = t.person_id JOIN person a ON a.id = f.asked_by
LEFT JOIN person d ON d.id = f.decided_by
WHERE f.unit_id = :unit AND (f.state = :state OR :state = '') AND f.id < :after
ORDER BY f.id DESC LIMIT :limit;

-- name: q_acting_of
-- index acting_from: who acts for a post today
SELECT id, to_post, to_person, is_share, modules, from_on, until_on, authorisation
FROM acting WHERE from_post = :post AND kind = :kind AND ended_at IS NULL AND from_on <= :today
  AND (until_on IS NULL OR until_on >= :today) ORDER BY id DESC;
-- name: q_acting_of_post
-- index acting_from, acting_to: all that hangs on a post, given or taken over
SELECT id, to_person FROM acting WHERE ended_at IS NULL
  AND (from_post = :post OR (to_person = :person AND to_post = :post)) ORDER BY id;
-- name: q_acting_get
SELECT kind, from_post, to_post, to_person, is_share, modules, from_on, until_on, authorisation,
       ended_at FROM acting WHERE id = :id;
-- name: q_acting_from_person
-- index post_person, acting_from: what a person has given away
SELECT a.id, a.kind, a.from_post, ft.title, fp.name, a.to_post, tt.title, tp.name, a.is_share,
       a.modules, a.from_on, a.until_on, a.authorisation
FROM post ft JOIN acting a ON a.from_post = ft.id JOIN person fp ON fp.id = ft.person_id
JOIN post tt ON tt.id = a.to_post JOIN person tp ON tp.id = a.to_person
WHERE ft.person_id = :person AND a.ended_at IS NULL AND (a.until_on IS NULL OR a.until_on >= :today)
ORDER BY a.id;
-- name: q_acting_to_person
-- index acting_to: whom a person acts for
SELECT a.id, a.kind, a.from_post, ft.title, fp.name, a.to_post, tt.title, tp.name, a.is_share,
       a.modules, a.from_on, a.until_on, a.authorisation
FROM acting a JOIN post ft ON ft.id = a.from_post JOIN person fp ON fp.id = ft.person_id
JOIN post tt ON tt.id = a.to_post JOIN person tp ON tp.id = a.to_person
WHERE a.to_person = :person AND a.ended_at IS NULL AND (a.until_on IS NULL OR a.until_on >= :today)
ORDER BY a.id;
-- name: q_acting_of_unit
-- index post_unit, acting_from
SELECT a.id, a.kind, a.from_post, ft.title, fp.name, a.to_post, tt.title, tp.name, a.is_share,
       a.modules, a.from_on, a.until_on, a.authorisation
FROM post ft JOIN acting a ON a.from_post = ft.id JOIN person fp ON fp.id = ft.person_id
JOIN post tt ON tt.id = a.to_post JOIN person tp ON tp.id = a.to_person
WHERE ft.unit_id = :unit AND a.kind = :kind AND a.ended_at IS NULL
  AND (a.until_on IS NULL OR a.until_on >= :today)
ORDER BY ft.sort_key, a.id;
-- name: q_presiding_within
-- index acting_from: who presides for a head on a day of this period
SELECT p.name FROM acting a JOIN person p ON p.id = a.to_person
WHERE a.from_post = :post AND a.kind = :kind AND a.ended_at IS NULL
  AND a.from_on <= :until_on AND (a.until_on IS NULL OR a.until_on >= :from_on) LIMIT 1;
-- name: q_secretary_contact
SELECT p.name, p.office_phone FROM acting a JOIN post t ON t.id = a.to_post
JOIN person p ON p.id = t.person_id
WHERE a.from_post = :post AND a.kind = :kind AND a.ended_at IS NULL AND a.from_on <= :today
  AND (a.until_on IS NULL OR a.until_on >= :today) ORDER BY a.id DESC LIMIT 1;

-- name: q_in_charge_put
INSERT INTO in_charge (id, leader_post, unit_id, deputy_post, from_on, until_on)
VALUES (:id, :leader, :unit, :deputy, :from_on, :until_on);
-- name: q_in_charge_get
SELECT leader_post, unit_id, from_on, until_on FROM in_charge WHERE id = :id;
-- name: q_in_charge_end
UPDATE in_charge SET until_on = :day WHERE id = :id;
-- name: q_in_charge_former
-- index in_charge_unit: another leader of the same body who is in charge of it on that day
SELECT c.leader_post FROM in_charge c JOIN post t ON t.id = c.leader_post
WHERE c.unit_id = :unit AND c.from_on < :day AND (c.until_on IS NULL OR c.until_on > :day)
  AND t.unit_id = :leaders AND c.leader_post <> :leader ORDER BY c.from_on DESC, c.id DESC LIMIT 1;
-- name: q_in_charge_former_end
UPDATE in_charge SET until_on = :day WHERE unit_id = :unit AND leader_post = :leader
  AND from_on < :day AND (until_on IS NULL OR until_on > :day);
-- name: q_in_charge_same
SELECT id FROM in_charge WHERE unit_id = :unit AND leader_post = :leader AND until_on IS NULL;
-- name: q_in_charge_on
-- index in_charge_unit, newest first; posts that ended do not count
SELECT c.leader_post, c.deputy_post FROM in_charge c JOIN post t ON t.id = c.leader_post
WHERE c.unit_id = :unit AND c.from_on <= :day AND (c.until_on IS NULL OR c.until_on > :day)
  AND (t.until_on IS NULL OR t.until_on > :day)
ORDER BY c.from_on DESC, c.id DESC LIMIT 1;
-- name: q_in_charge_by
-- index in_charge_unit: by a leader of this unit or body
SELECT c.leader_post, c.deputy_post FROM in_charge c JOIN post t ON t.id = c.leader_post
WHERE c.unit_id = :unit AND c.from_on <= :day AND (c.until_on IS NULL OR c.until_on > :day)
  AND (t.until_on IS NULL OR t.until_on > :day) AND t.unit_id = :leaders
ORDER BY c.from_on DESC, c.id DESC LIMIT 1;
-- name: q_in_charge_above
-- index in_charge_unit: by a leader of another unit or body than itself
SELECT c.leader_post, c.deputy_post FROM in_charge c JOIN post t ON t.id = c.leader_post
WHERE c.unit_id = :unit AND c.from_on <= :day AND (c.until_on IS NULL OR c.until_on > :day)
  AND (t.until_on IS NULL OR t.until_on > :day) AND t.unit_id <> :unit
ORDER BY c.from_on DESC, c.id DESC LIMIT 1;
-- name: q_in_charge_list
-- index in_charge_unit
SELECT c.id, c.leader_post, lp.name, lt.title, c.unit_id, u.name, c.deputy_post, dp.name, dt.title,
       c.from_on, c.until_on
FROM in_charge c JOIN unit u ON u.id = c.unit_id JOIN post lt ON lt.id = c.leader_post
JOIN person lp ON lp.id = lt.person_id LEFT JOIN post dt ON dt.id = c.deputy_post
LEFT JOIN person dp ON dp.id = dt.person_id
WHERE c.unit_id = :unit AND (c.until_on IS NULL OR c.until_on > :today)
ORDER BY c.from_on DESC, c.id DESC LIMIT 50;
-- name: q_in_charge_of_leaders
-- index post_unit, in_charge_leader: all that the leaders of a body or unit are in charge of
SELECT c.id, c.leader_post, lp.name, lt.title, c.unit_id, u.name, c.deputy_post, dp.name, dt.title,
       c.from_on, c.until_on
FROM post lt JOIN in_charge c ON c.leader_post = lt.id JOIN unit u ON u.id = c.unit_id
JOIN person lp ON lp.id = lt.person_id LEFT JOIN post dt ON dt.id = c.deputy_post
LEFT JOIN person dp ON dp.id = dt.person_id
WHERE lt.unit_id = :unit AND (c.until_on IS NULL OR c.until_on > :today)
ORDER BY lt.sort_key, u.sort_key, c.id LIMIT 500;

-- name: q_agency_put
INSERT INTO agency (id, code, unit_id, name, signature_name, book_mark, doc_types, kind, sort)
VALUES (:id, :code, :unit, :name, :signature, :mark, :types, :kind, :sort)
ON CONFLICT (id) DO UPDATE SET unit_id = excluded.unit_id, name = excluded.name,
  signature_name = excluded.signature_name, book_mark = excluded.book_mark,
  doc_types = excluded.doc_types, kind = excluded.kind;
-- name: q_agency_close
UPDATE agency SET closed_on = :day WHERE id = :id;
-- name: q_agency_get
SELECT id, unit_id, code, name, signature_name, book_mark, kind, doc_types FROM agency
WHERE id = :id AND closed_on IS NULL;
-- name: q_agency_code
SELECT id, unit_id, code, name, signature_name, book_mark, kind, doc_types FROM agency
WHERE code = :code;
-- name: q_agency_list
-- index agency_unit
SELECT id, unit_id, code, name, signature_name, book_mark, kind, doc_types FROM agency
WHERE unit_id = :unit AND closed_on IS NULL ORDER BY sort, id;
-- name: q_agency_peers
-- indexes unit_level, agency_unit
SELECT a.id, a.unit_id, a.code, a.name, a.signature_name, a.book_mark, a.kind, a.doc_types, u.name
FROM unit u JOIN agency a ON a.unit_id = u.id
WHERE u.level = :level AND u.closed_on IS NULL AND u.by_paper = 0 AND a.closed_on IS NULL
  AND a.id <> :agency
  AND CASE WHEN a.kind IN ('committee', 'government', 'npc', 'cppcc') THEN 1 ELSE 0 END
    = CAST(:leads AS bigint)
  AND (CAST(:q AS text) = '' OR instr(a.signature_name, :q) > 0 OR instr(u.name, :q) > 0)
ORDER BY CASE WHEN substr(u.path, 1, length(CAST(:area AS text))) = :area
  THEN 0 ELSE 1 END, u.sort_key, a.sort, a.id
LIMIT :limit;
-- name: q_agency_count
SELECT count(*) FROM agency WHERE unit_id = :unit;

-- name: q_rank_list_put
INSERT INTO rank_list (id, unit_id, name) VALUES (:id, :unit, :name);
-- name: q_rank_list_find
SELECT id FROM rank_list WHERE name = :name AND unit_id = :unit;
-- name: q_rank_list_named
SELECT id FROM rank_list WHERE name = :name ORDER BY id LIMIT 1;
-- name: q_rank_list_get
SELECT l.unit_id, l.name, u.name FROM rank_list l JOIN unit u ON u.id = l.unit_id WHERE l.id = :id;
-- name: q_rank_lists
SELECT l.id, l.name, l.unit_id, u.name FROM rank_list l JOIN unit u ON u.id = l.unit_id
WHERE l.unit_id = :unit AND NOT (u.level = 'city' AND u.kind = 'body') ORDER BY l.id;
-- name: q_rank_lists_city
-- index unit_children, rank_list_unit: the lists of the city's bodies, everybody's; q_rank_lists
-- leaves them out
SELECT l.id, l.name, l.unit_id, u.name FROM unit c JOIN unit u ON u.parent_id = c.id
JOIN rank_list l ON l.unit_id = u.id
WHERE c.parent_id IS NULL AND u.kind = 'body' AND u.level = 'city' ORDER BY u.sort_key, l.id LIMIT 200;
-- name: q_rank_day
SELECT max(from_on) FROM rank_entry WHERE list_id = :list AND from_on <= :day;
-- name: q_rank_entries
SELECT e.position, e.post_id, p.id, p.name, t.title, u.name
FROM rank_entry e JOIN post t ON t.id = e.post_id JOIN person p ON p.id = t.person_id
JOIN unit u ON u.id = t.unit_id
WHERE e.list_id = :list AND e.from_on = :day ORDER BY e.position;
-- name: q_rank_people
SELECT t.person_id FROM rank_entry e JOIN post t ON t.id = e.post_id
WHERE e.list_id = :list AND e.from_on = :day ORDER BY e.position;
-- name: q_rank_entry_put
INSERT INTO rank_entry (list_id, from_on, position, post_id)
VALUES (:list, :from_on, :position, :post)
ON CONFLICT (list_id, from_on, position) DO UPDATE SET post_id = excluded.post_id;
-- name: q_rank_entries_clear
DELETE FROM rank_entry WHERE list_id = :list AND from_on = :from_on;

-- name: q_group_put
INSERT INTO unit_group (id, owner_unit, name, sort_key, scope)
VALUES (:id, :owner, :name, :sort_key, :scope);
-- name: q_group_find
SELECT id FROM unit_group WHERE owner_unit = :owner AND name = :name AND removed_at IS NULL;
-- name: q_group_get
SELECT owner_unit, name, scope FROM unit_group WHERE id = :id AND removed_at IS NULL;
-- name: q_group_change
UPDATE unit_group SET name = :name, sort_key = :sort_key WHERE id = :id;
-- name: q_group_remove
UPDATE unit_group SET removed_at = :at WHERE id = :id AND removed_at IS NULL;
-- name: q_groups_city
-- index unit_group_scope
SELECT g.id, g.name, g.scope, g.owner_unit, u.name,
       (SELECT count(*) FROM group_member m WHERE m.group_id = g.id), u.path
FROM unit_group g JOIN unit u ON u.id = g.owner_unit
WHERE g.scope = 'city' AND g.removed_at IS NULL ORDER BY g.sort_key, g.id LIMIT 500;
-- name: q_groups_unit
-- index unit_group_name
SELECT g.id, g.name, g.scope, g.owner_unit, u.name,
       (SELECT count(*) FROM group_member m WHERE m.group_id = g.id), u.path
FROM unit_group g JOIN unit u ON u.id = g.owner_unit
WHERE g.owner_unit = :owner AND g.scope <> 'city' AND g.removed_at IS NULL
ORDER BY g.sort_key, g.id LIMIT 500;
-- name: q_group_members
SELECT m.unit_id FROM group_member m WHERE m.group_id = :group;
-- name: q_group_members_show
SELECT u.id, u.name, u.level, u.branch, u.closed_on FROM group_member m
JOIN unit u ON u.id = m.unit_id WHERE m.group_id = :group ORDER BY u.sort_key, u.id;
-- name: q_formers
SELECT former_id, unit_id FROM unit_former;
-- name: q_group_member_put
INSERT INTO group_member (group_id, unit_id) VALUES (:group, :unit)
ON CONFLICT (group_id, unit_id) DO NOTHING;
-- name: q_group_clear
DELETE FROM group_member WHERE group_id = :group;

-- name: q_import_file_put
INSERT INTO import_file (id, file, state, parts, done, at) VALUES (:id, :file, 'staged', 0, 0, :at);
-- name: q_import_file_get
SELECT file, state, parts, done FROM import_file WHERE id = :id FOR UPDATE;
-- name: q_import_file_set
UPDATE import_file SET state = :state, parts = :parts, done = :done WHERE id = :id;
-- name: q_import_part_put
INSERT INTO import_part (file_id, part, first_line, text) VALUES (:file, :part, :line, :text);
-- name: q_import_parts
SELECT part, first_line, text FROM import_part WHERE file_id = :file ORDER BY part;
-- name: q_import_part_get
SELECT first_line, text FROM import_part WHERE file_id = :file AND part = :part;
-- name: q_import_parts_drop
DELETE FROM import_part WHERE file_id = :file;
-- name: q_all_units
-- the importer's map of codes
SELECT code, id, kind, home_id, level, by_paper FROM unit;
-- name: q_all_people
SELECT p.code, p.id, a.account FROM person p LEFT JOIN account a ON a.person_id = p.id;
-- name: q_all_agencies
SELECT code, id FROM agency;
-- name: q_unit_admin_trace
-- primary key of trace, backwards: a unit's administration
SELECT t.seq, t.op, p.name, t.at, t.body FROM trace t LEFT JOIN person p ON p.id = t.person_id
WHERE t.stream = :stream AND t.seq < :after ORDER BY t.seq DESC LIMIT :limit;

-- name: q_reform_posts
-- index post_unit: posts still held on that day, or to come
SELECT t.id, t.section_id, p.name, t.title, t.is_leader, s.path
FROM post t JOIN person p ON p.id = t.person_id LEFT JOIN unit s ON s.id = t.section_id
WHERE t.unit_id = :unit AND (t.until_on IS NULL OR t.until_on > :day) ORDER BY t.sort_key, t.id;
-- name: q_reform_section_posts
-- index post_section
SELECT t.id, t.section_id, p.name, t.title, t.is_leader, s.path
FROM post t JOIN person p ON p.id = t.person_id JOIN unit s ON s.id = t.section_id
WHERE t.section_id = :section AND (t.until_on IS NULL OR t.until_on > :day)
ORDER BY t.sort_key, t.id;
-- name: q_reform_children
-- index unit_children
SELECT id, name, kind, path FROM unit WHERE parent_id = :unit
  AND (closed_on IS NULL OR closed_on > :day) ORDER BY sort_key, id;
-- name: q_reform_grants
-- index grant_unit
SELECT g.id, p.name, t.title, g.role, g.post_id
FROM grant_ g JOIN post t ON t.id = g.post_id JOIN person p ON p.id = t.person_id
WHERE g.unit_id = :unit AND g.is_revoked = 0 AND (g.until_on IS NULL OR g.until_on > :day)
  AND (t.until_on IS NULL OR t.until_on > :day)
ORDER BY g.role, t.sort_key, g.id;
-- name: q_reform_groups
-- index group_member_unit
SELECT g.id, g.name FROM group_member m JOIN unit_group g ON g.id = m.group_id
WHERE m.unit_id = :unit AND g.removed_at IS NULL ORDER BY g.sort_key, g.id;
-- name: q_reform_own_groups
-- index unit_group_name
SELECT id, name FROM unit_group WHERE owner_unit = :unit AND removed_at IS NULL ORDER BY sort_key, id;
-- name: q_reform_ranks
-- index rank_list_unit
SELECT id, name FROM rank_list WHERE unit_id = :unit ORDER BY id;
-- name: q_reform_charges
-- index in_charge_unit
SELECT c.id, p.name FROM in_charge c JOIN post t ON t.id = c.leader_post
JOIN person p ON p.id = t.person_id
WHERE c.unit_id = :unit AND (c.until_on IS NULL OR c.until_on > :day) ORDER BY c.id;

-- name: q_group_member_leaves
DELETE FROM group_member WHERE group_id = :group AND unit_id = :unit;
-- name: q_group_owner
UPDATE unit_group SET owner_unit = :owner, scope = :scope, name = coalesce(:name, name),
  sort_key = coalesce(:sort_key, sort_key) WHERE id = :id;
-- name: q_rank_list_move
UPDATE rank_list SET unit_id = :unit, name = :name WHERE id = :id;
-- name: q_in_charge_move
UPDATE in_charge SET until_on = :day WHERE unit_id = :unit AND (until_on IS NULL OR until_on > :day);
-- name: q_filings_move
UPDATE filing SET unit_id = :to WHERE unit_id = :from AND state = 'pending';
-- name: q_dual_superior_move
-- few rows: second superiors
UPDATE dual_leadership SET superior_id = :to WHERE superior_id = :from AND unit_id <> :to
  AND unit_id NOT IN (SELECT d.unit_id FROM dual_leadership d WHERE d.superior_id = :to);
-- name: q_agency_move
UPDATE agency SET unit_id = :unit, sort = :sort WHERE id = :id;
-- name: q_unit_speaks_anew
-- a town's and a village's unit speaks for it in any case
UPDATE unit_fact SET speaks = CASE WHEN EXISTS (SELECT 1 FROM unit u WHERE u.id = :unit
    AND u.kind = 'unit' AND u.level IN ('town', 'village')) OR EXISTS (SELECT 1 FROM agency a
    WHERE a.unit_id = :unit AND a.closed_on IS NULL
      AND a.kind IN ('committee', 'government', 'npc', 'cppcc')) THEN 1 ELSE 0 END
WHERE unit_id = :unit;

-- name: q_reform_put
INSERT INTO reform (id, kind, unit_id, into_id, from_on, input, state, report, followed, code,
  asked_by, asked_at, done_at)
VALUES (:id, :kind, :unit, :into, :day, :input, 'planned', '', 0, NULL, :by, :at, NULL);
-- name: q_reform_get
SELECT kind, unit_id, into_id, from_on, input, state, report, asked_by FROM reform WHERE id = :id
FOR UPDATE;
-- name: q_reform_moved
UPDATE reform SET state = 'following', into_id = :into, report = :report WHERE id = :id;
-- name: q_reform_followed
UPDATE reform SET followed = followed + :n WHERE id = :id;
-- name: q_reform_state
UPDATE reform SET state = :state, code = :code, done_at = :at WHERE id = :id;
-- name: q_reform_planned
-- index reform_unit: one plan a unit
SELECT id FROM reform WHERE unit_id = :unit AND state = 'planned' ORDER BY id LIMIT 1;
-- name: q_reforms_due
-- index reform_open
SELECT id, state, unit_id, into_id FROM reform
WHERE state IN ('planned', 'following') AND from_on <= :today ORDER BY from_on, id LIMIT 20;
-- name: q_reforms
-- primary key, newest first
SELECT r.id, r.kind, r.unit_id, u.name, r.into_id, i.name, r.from_on, r.state, r.report,
       r.followed, r.code, p.name, r.asked_at, r.done_at
FROM reform r JOIN unit u ON u.id = r.unit_id LEFT JOIN unit i ON i.id = r.into_id
LEFT JOIN person p ON p.id = r.asked_by WHERE r.id < :before ORDER BY r.id DESC LIMIT :limit;
-- name: q_reforms_unit
-- index reform_unit, reform_into, unit_home: those that took from a unit or gave to it, and those
-- of its sections
SELECT r.id, r.kind, r.unit_id, u.name, r.into_id, i.name, r.from_on, r.state, r.report,
       r.followed, r.code, p.name, r.asked_at, r.done_at
FROM reform r JOIN unit u ON u.id = r.unit_id LEFT JOIN unit i ON i.id = r.into_id
LEFT JOIN person p ON p.id = r.asked_by
WHERE r.id IN (SELECT a.id FROM reform a WHERE a.unit_id = :unit
               UNION SELECT b.id FROM reform b WHERE b.into_id = :unit
               UNION SELECT c.id FROM unit s JOIN reform c ON c.unit_id = s.id
                     WHERE s.home_id = :unit AND s.kind = 'section')
  AND r.id < :before ORDER BY r.id DESC LIMIT :limit;
-- name: q_formers_of
-- index unit_former_unit
SELECT f.former_id, u.name, f.from_on FROM unit_former f JOIN unit u ON u.id = f.former_id
WHERE f.unit_id = :unit ORDER BY f.from_on DESC, f.former_id;

-- name: q_agency_name_put
INSERT INTO agency_name (agency_id, from_on, name, signature_name, book_mark)
VALUES (:agency, :from_on, :name, :signature, :mark)
ON CONFLICT (agency_id, from_on) DO UPDATE SET name = excluded.name,
  signature_name = excluded.signature_name, book_mark = excluded.book_mark;
-- name: q_agency_name_newest
SELECT max(from_on) FROM agency_name WHERE agency_id = :agency;

-- name: q_agency_names_due
-- index agency_name_day; names that began in the days looked at and are not yet the agency's
SELECT n.agency_id, n.name, n.signature_name, n.book_mark FROM agency_name n
JOIN agency a ON a.id = n.agency_id
WHERE n.from_on > :since AND n.from_on <= :today AND a.closed_on IS NULL
  AND (n.name <> a.name OR n.signature_name <> a.signature_name OR n.book_mark <> a.book_mark)
  AND n.from_on = (SELECT max(m.from_on) FROM agency_name m
                   WHERE m.agency_id = n.agency_id AND m.from_on <= :today)
LIMIT 200;
-- name: q_agency_rename
UPDATE agency SET name = :name, signature_name = :signature, book_mark = :mark WHERE id = :id;
-- name: q_agency_types
UPDATE agency SET doc_types = :types WHERE id = :id;
-- name: q_agency_of
-- index agency_unit: closed ones too
SELECT a.id, a.code, a.name, a.signature_name, a.book_mark, a.kind, a.doc_types, a.closed_on,
       n.from_on, n.name, n.signature_name, n.book_mark
FROM agency a LEFT JOIN agency_name n ON n.agency_id = a.id AND n.from_on =
  (SELECT min(m.from_on) FROM agency_name m WHERE m.agency_id = a.id AND m.from_on > :today)
WHERE a.unit_id = :unit ORDER BY a.sort, a.id LIMIT 100;
