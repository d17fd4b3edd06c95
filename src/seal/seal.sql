-- name: q_authority_put
INSERT INTO authority (id, kind, name, digest, certificate, wrapped, maker_certificate, maker_wrapped,
  responder_certificate, responder_key, url, crl, crl_number, crl_at, crl_next, failures, locked_until_at,
  founded_by, founded_at)
VALUES (:id, :kind, :name, :digest, :certificate, :wrapped, :maker_certificate, :maker_wrapped,
  :responder_certificate, :responder_key, :url, :crl, :crl_number, :crl_at, :crl_next, 0, NULL, :person, :at);
-- name: q_authority_own
SELECT id, name, certificate, wrapped, maker_certificate, maker_wrapped, responder_certificate, responder_key,
  url, crl, crl_number, crl_at, crl_next, failures, locked_until_at, founded_at, digest
FROM authority WHERE kind = 'own' ORDER BY id DESC LIMIT 1;
-- name: q_authority_lock
SELECT id FROM authority WHERE id = :id FOR UPDATE;
-- name: q_authority_same
SELECT id FROM authority WHERE digest = :digest LIMIT 1;
-- name: q_authorities
-- few: the city's own and those it recognises
SELECT id, kind, name, digest, certificate, crl, crl_at, crl_next, founded_at FROM authority ORDER BY id;
-- name: q_authority_crl
UPDATE authority SET crl = :crl, crl_number = :number, crl_at = :at, crl_next = :next WHERE id = :id;
-- name: q_authority_failed
UPDATE authority SET failures = failures + 1,
  locked_until_at = CASE WHEN failures + 1 >= :most THEN :until ELSE locked_until_at END WHERE id = :id;
-- name: q_authority_opened
UPDATE authority SET failures = 0, locked_until_at = NULL WHERE id = :id AND failures > 0;

-- name: q_certificate_put
INSERT INTO certificate (serial, authority_id, kind, seal_id, subject, certificate, from_at, to_at, issued_by,
  issued_at, revoked_at, reason, revoked_by)
VALUES (:serial, :authority, :kind, :seal, :subject, :certificate, :from, :to, :person, :at, NULL, NULL, NULL);
-- name: q_certificate_get
SELECT authority_id, kind, seal_id, subject, certificate, from_at, to_at, revoked_at, reason FROM certificate
WHERE serial = :serial;
-- name: q_certificate_revoke
UPDATE certificate SET revoked_at = :at, reason = :reason, revoked_by = :person
WHERE serial = :serial AND revoked_at IS NULL;
-- name: q_certificates_revoked
-- certificate_revoked
SELECT serial, revoked_at, reason FROM certificate WHERE revoked_at IS NOT NULL ORDER BY serial;
-- name: q_certificates_page
-- certificate_issued
SELECT c.serial, c.kind, c.seal_id, c.subject, c.from_at, c.to_at, c.issued_at, c.revoked_at, c.reason, p.name
FROM certificate c LEFT JOIN person p ON p.id = c.issued_by
WHERE (c.issued_at, c.serial) < (:before, :serial) ORDER BY c.issued_at DESC, c.serial DESC LIMIT :limit;

-- name: q_seal_put
INSERT INTO seal (id, unit_id, kind, name, es_id, custodian_post, thing_id, picture_type, picture, width_mm,
  height_mm, from_on, until_on, state, serial, wrapped, bytes, next_wrapped, next_request, next_by, next_at,
  failures, locked_until_at, uses, rev, created_by, created_at)
VALUES (:id, :unit, :kind, :name, :es_id, :custodian, :thing, :picture_type, :picture, :width, :height,
  :from_on, :until_on, 'registered', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, 1, :person, :at);
-- name: q_seal_get
SELECT s.unit_id, s.kind, s.name, s.es_id, s.custodian_post, s.thing_id, s.picture_type, s.width_mm,
  s.height_mm, s.from_on, s.until_on, s.state, s.serial, s.next_at, s.next_by, s.failures, s.locked_until_at,
  s.uses, s.rev, s.created_at, u.name, u.path
FROM seal s JOIN unit u ON u.id = s.unit_id WHERE s.id = :id;
-- name: q_seal_parts
SELECT picture, wrapped, bytes, next_wrapped, next_request FROM seal WHERE id = :id;
-- name: q_seal_lock
SELECT id FROM seal WHERE id = :id FOR UPDATE;
-- name: q_seal_same
-- seal_unit
SELECT id FROM seal WHERE unit_id = :unit AND kind = :kind AND name = :name AND state <> 'revoked' LIMIT 1;
-- name: q_seal_of_thing
-- seal_thing
SELECT id FROM seal WHERE thing_id = :thing AND state <> 'revoked' LIMIT 1;
-- name: q_seal_state
UPDATE seal SET state = :state, rev = rev + 1 WHERE id = :id;
-- name: q_seal_next
UPDATE seal SET next_wrapped = :wrapped, next_request = :request, next_by = :person, next_at = :at,
  rev = rev + 1 WHERE id = :id;
-- name: q_seal_issued
UPDATE seal SET state = CASE WHEN state = 'suspended' THEN 'suspended' ELSE 'active' END, serial = :serial,
  wrapped = next_wrapped, bytes = :bytes, next_wrapped = NULL, next_request = NULL, next_by = NULL,
  next_at = NULL, until_on = :until_on, failures = 0, locked_until_at = NULL, rev = rev + 1 WHERE id = :id;
-- name: q_seal_handed
UPDATE seal SET custodian_post = :post, state = CASE WHEN state = 'suspended' THEN 'suspended' ELSE 'registered' END,
  wrapped = NULL, next_wrapped = NULL, next_request = NULL, next_by = NULL, next_at = NULL, failures = 0,
  locked_until_at = NULL, rev = rev + 1 WHERE id = :id;
-- name: q_seal_gone
UPDATE seal SET state = 'revoked', wrapped = NULL, next_wrapped = NULL, next_request = NULL, next_by = NULL,
  next_at = NULL, rev = rev + 1 WHERE id = :id;
-- name: q_seal_failed
UPDATE seal SET failures = failures + 1,
  locked_until_at = CASE WHEN failures + 1 >= :most THEN :until ELSE locked_until_at END WHERE id = :id;
-- name: q_seal_used
UPDATE seal SET uses = uses + 1, failures = 0, locked_until_at = NULL WHERE id = :id;
-- name: q_seals_of_unit
-- seal_unit
SELECT s.id, s.unit_id, u.name, s.kind, s.name, s.state, s.from_on, s.until_on, s.uses, s.next_at, p.name,
  s.width_mm, s.height_mm, s.serial, s.custodian_post, s.locked_until_at
FROM seal s JOIN unit u ON u.id = s.unit_id LEFT JOIN post o ON o.id = s.custodian_post
LEFT JOIN person p ON p.id = o.person_id
WHERE s.unit_id = :unit AND s.id < :before ORDER BY s.id DESC LIMIT :limit;
-- name: q_seals_all
SELECT s.id, s.unit_id, u.name, s.kind, s.name, s.state, s.from_on, s.until_on, s.uses, s.next_at, p.name,
  s.width_mm, s.height_mm, s.serial, s.custodian_post, s.locked_until_at
FROM seal s JOIN unit u ON u.id = s.unit_id LEFT JOIN post o ON o.id = s.custodian_post
LEFT JOIN person p ON p.id = o.person_id
WHERE s.id < :before ORDER BY s.id DESC LIMIT :limit;
-- name: q_seals_waiting
-- those whose new key waits for its certificate
SELECT s.id, s.unit_id, u.name, s.kind, s.name, s.state, s.from_on, s.until_on, s.uses, s.next_at, p.name,
  s.width_mm, s.height_mm, s.serial, s.custodian_post, s.locked_until_at
FROM seal s JOIN unit u ON u.id = s.unit_id LEFT JOIN post o ON o.id = s.custodian_post
LEFT JOIN person p ON p.id = o.person_id
WHERE s.next_at IS NOT NULL AND s.id < :before ORDER BY s.id DESC LIMIT :limit;
-- name: q_seals_of_custodian
-- seal_custodian
SELECT s.id, s.unit_id, u.name, s.kind, s.name, s.state, s.from_on, s.until_on, s.uses, s.next_at, p.name,
  s.width_mm, s.height_mm, s.serial, s.custodian_post, s.locked_until_at
FROM seal s JOIN unit u ON u.id = s.unit_id LEFT JOIN post o ON o.id = s.custodian_post
LEFT JOIN person p ON p.id = o.person_id
WHERE s.custodian_post = :post ORDER BY s.id;

-- name: q_seal_event_put
INSERT INTO seal_event (id, seal_id, op, person_id, post_id, to_post, reason, at)
VALUES (:id, :seal, :op, :person, :post, :to_post, :reason, :at);
-- name: q_seal_events
-- seal_event_seal
SELECT e.op, p.name, t.name, e.reason, e.at FROM seal_event e LEFT JOIN person p ON p.id = e.person_id
LEFT JOIN post o ON o.id = e.to_post LEFT JOIN person t ON t.id = o.person_id
WHERE e.seal_id = :seal ORDER BY e.id DESC LIMIT 200;

-- name: q_seal_use_put
INSERT INTO seal_use (id, seal_id, matter_id, attachment_id, sealed_id, document, before_digest, digest, pages,
  serial, person_id, post_id, at)
VALUES (:id, :seal, :matter, :attachment, :sealed, :document, :before_digest, :digest, :pages, :serial,
  :person, :post, :at);
-- name: q_seal_uses
-- seal_use_seal
SELECT u.id, u.matter_id, u.document, u.before_digest, u.digest, u.pages, u.serial, p.name, u.at, m.number
FROM seal_use u LEFT JOIN person p ON p.id = u.person_id LEFT JOIN matter m ON m.id = u.matter_id
WHERE u.seal_id = :seal AND u.id < :before ORDER BY u.id DESC LIMIT :limit;
-- name: q_seal_use_same
-- seal_use_once
SELECT id FROM seal_use WHERE seal_id = :seal AND matter_id = :matter AND before_digest = :digest LIMIT 1;
-- name: q_seal_use_of_sealed
-- seal_use_sealed
SELECT attachment_id FROM seal_use WHERE sealed_id = :sealed AND matter_id = :matter LIMIT 1;
-- name: q_seal_use_purge
-- seal_use_matter
UPDATE seal_use SET document = :words WHERE matter_id = :matter;
