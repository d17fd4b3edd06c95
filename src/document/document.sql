-- name: q_document_put
INSERT INTO document (id, matter_id, unit_id, agency_id, issuer, issuers, agency_mark, doc_type, direction,
  title, urgency, elements, digest, drafter_person, drafter_post, state, number, signer, signers, signed_for,
  signed_on, signed_digest, signed_files, year, numbered_at, correct_reason, revision, rev, created_at, saved_at)
VALUES (:id, :matter, :unit, :agency, :issuer, :issuer, :mark, :doc_type, :direction, :title, :urgency,
  :elements, :digest, :person, :post, 'draft', '', '', '', '', '', '', '', 0, 0, '', 1, 1, :at, :at);
-- name: q_document_get
SELECT id, matter_id, unit_id, agency_id, issuer, agency_mark, doc_type, direction, title, urgency,
  elements, digest, drafter_person, drafter_post, state, number, coalesce(number_id, 0), signer,
  coalesce(signer_person, 0), coalesce(signer_post, 0), signed_on, signed_digest, year, numbered_at,
  coalesce(dispatched_at, 0), coalesce(dispatch_id, 0), coalesce(replaced_by, 0), revision, rev, saved_at,
  coalesce(corrects_id, 0), correct_reason, signed_for, signed_files, issuers
FROM document WHERE id = :id;
-- name: q_document_lock
SELECT id FROM document WHERE id = :id FOR UPDATE;
-- name: q_document_of_matter
SELECT id FROM document WHERE matter_id = :matter;
-- name: q_document_save
UPDATE document SET direction = :direction, title = :title, urgency = :urgency,
  elements = :elements, digest = :digest, issuers = :issuers, revision = :revision, rev = rev + 1,
  saved_at = :at
WHERE id = :id;
-- name: q_document_signed
-- the issuer's names are those of the day it is signed on
UPDATE document SET state = :state, signer = :signer, signers = :signer, signer_person = :person, signer_post = :post,
  signed_for = :signed_for, signed_on = :on, signed_digest = :digest, signed_files = :files,
  rev = rev + 1,
  issuer = coalesce((SELECT a.signature_name FROM agency a WHERE a.id = document.agency_id), issuer),
  agency_mark = coalesce((SELECT a.name FROM agency a WHERE a.id = document.agency_id), agency_mark)
WHERE id = :id;
-- name: q_document_issuers
UPDATE document SET issuers = :issuers WHERE id = :id;
-- name: q_document_signed_on
UPDATE document SET signed_on = :on, signers = :signers, rev = rev + 1 WHERE id = :id;
-- name: q_document_signed_digest
UPDATE document SET signed_digest = :digest WHERE id = :id;
-- name: q_document_number
UPDATE document SET number = :number, number_id = :number_id, year = :year, numbered_at = :at,
  state = :state, rev = rev + 1 WHERE id = :id;
-- name: q_document_state
UPDATE document SET state = :state, rev = rev + 1 WHERE id = :id;
-- name: q_document_dispatched
UPDATE document SET state = 'dispatched', dispatched_at = :at, dispatch_id = :dispatch, rev = rev + 1
WHERE id = :id;
-- name: q_document_replaced
UPDATE document SET replaced_by = :other, rev = rev + 1 WHERE id = :id;
-- name: q_document_corrects
UPDATE document SET corrects_id = :wrong, correct_reason = :reason WHERE id = :id;
-- name: q_correction_open
-- document_corrects
SELECT id FROM document WHERE corrects_id = :wrong AND state <> 'void' LIMIT 1;
-- name: q_correction_of
-- document_corrects
SELECT id, matter_id, state FROM document WHERE corrects_id = :wrong AND state <> 'void'
ORDER BY id DESC LIMIT 1;
-- name: q_number_moves
UPDATE doc_number SET document_id = :by WHERE id = :number AND document_id = :wrong;

-- name: q_revision_put
INSERT INTO revision (document_id, revision, person_id, post_id, author, step, why, at, elements, digest)
VALUES (:id, :revision, :person, :post, :author, :step, :why, :at, :elements, :digest);
-- name: q_revision_page
-- primary key, newest first
SELECT revision, author, why, at, digest, step FROM revision
WHERE document_id = :id AND revision < :before ORDER BY revision DESC LIMIT :limit;
-- name: q_revision_rounds
-- primary key
SELECT revision, person_id, author, why, step, at FROM revision
WHERE document_id = :id AND revision <= :to ORDER BY revision LIMIT :limit;
-- name: q_revision_get
SELECT elements, author, at FROM revision WHERE document_id = :id AND revision = :revision;

-- name: q_buffer_put
INSERT INTO draft_buffer (document_id, person_id, at, rev, elements)
VALUES (:id, :person, :at, :rev, :elements)
ON CONFLICT (document_id, person_id)
DO UPDATE SET at = excluded.at, rev = excluded.rev, elements = excluded.elements;
-- name: q_buffer_get
SELECT at, rev, elements FROM draft_buffer WHERE document_id = :id AND person_id = :person;
-- name: q_buffer_drop
DELETE FROM draft_buffer WHERE document_id = :id AND person_id = :person;

-- name: q_confirmation_put
INSERT INTO confirmation (document_id, rule, text, reason, person_id, person, at)
VALUES (:id, :rule, :text, :reason, :person_id, :person, :at)
ON CONFLICT (document_id, rule) DO UPDATE SET text = excluded.text, reason = excluded.reason,
  person_id = excluded.person_id, person = excluded.person, at = excluded.at;
-- name: q_confirmations
SELECT rule, text, reason, person FROM confirmation WHERE document_id = :id ORDER BY rule;

-- name: q_countersign_put
INSERT INTO countersign (document_id, unit_id, child_id, outcome, digest, at)
VALUES (:id, :unit, :child, :outcome, :digest, :at)
ON CONFLICT (document_id, unit_id) DO UPDATE SET child_id = excluded.child_id,
  outcome = excluded.outcome, digest = excluded.digest, at = excluded.at;
-- name: q_countersign_drop
DELETE FROM countersign WHERE document_id = :id AND unit_id = :unit;
-- name: q_countersigned
SELECT unit_id FROM countersign WHERE document_id = :id ORDER BY unit_id;

-- name: q_co_sign_put
INSERT INTO co_sign (document_id, position, agency_id, unit_id, name, mark, signer, title, signed_for,
  signed_on, digest, numbered_at)
VALUES (:id, :position, :agency, :unit, :name, :mark, '', '', '', '', '', 0);
-- name: q_co_sign_fill
UPDATE co_sign SET signer = :signer, title = :title, signer_person = :person, signer_post = :post,
  signed_for = :signed_for, signed_on = :on, digest = :digest, child_id = :child
WHERE document_id = :id AND agency_id = :agency;
-- name: q_co_sign_clear
UPDATE co_sign SET signer = '', title = '', signer_person = NULL, signer_post = NULL, signed_for = '',
  signed_on = '', digest = '', child_id = NULL
WHERE document_id = :id AND child_id = :child AND (CAST(:person AS bigint) = 0 OR signer_person = :person);
-- name: q_co_sign_anew
UPDATE co_sign SET signer = '', title = '', signer_person = NULL, signer_post = NULL, signed_for = '',
  signed_on = '', digest = '', child_id = NULL WHERE document_id = :id AND position > 0;
-- name: q_co_sign_drop
DELETE FROM co_sign WHERE document_id = :id;
-- name: q_co_sign_numbered
UPDATE co_sign SET numbered_at = :at WHERE document_id = :id;
-- name: q_co_sign_children
SELECT DISTINCT child_id FROM co_sign WHERE document_id = :id AND child_id IS NOT NULL ORDER BY child_id;
-- name: q_co_sign_mended
UPDATE co_sign SET digest = :digest WHERE document_id = :id AND digest = :was;
-- name: q_co_signs
SELECT agency_id, unit_id, name, mark, signer, title, signed_for, signed_on, digest,
  coalesce(signer_person, 0) FROM co_sign WHERE document_id = :id ORDER BY position;

-- name: q_links_drop
DELETE FROM doc_link WHERE document_id = :id;
-- name: q_link_put
INSERT INTO doc_link (document_id, position, kind, matter_id, text)
VALUES (:id, :position, :kind, :matter, :text);

-- 误传处置
-- name: q_revision_digests
SELECT DISTINCT digest FROM revision WHERE document_id = :id;
-- name: q_document_purge
UPDATE document SET title = :words, elements = :elements, correct_reason = '', rev = rev + 1
WHERE id = :id;
-- name: q_revisions_purge
UPDATE revision SET elements = :elements WHERE document_id = :id;
-- name: q_buffers_drop
DELETE FROM draft_buffer WHERE document_id = :id;
-- name: q_links_purge
UPDATE doc_link SET text = '' WHERE document_id = :id;
-- name: q_confirmations_purge
UPDATE confirmation SET text = '', reason = '' WHERE document_id = :id;
-- name: q_jobs_purge
UPDATE export_job SET state = 'failed', code = :code WHERE state <> 'failed';
-- name: q_links_to
-- doc_link_matter
SELECT count(*) FROM doc_link WHERE matter_id = :matter;
-- name: q_revision_count
SELECT count(*) FROM revision WHERE document_id = :id;
-- name: q_buffer_count
SELECT count(*) FROM draft_buffer WHERE document_id = :id;
-- name: q_job_state
SELECT state FROM export_job WHERE id = :id;

-- name: q_book_put
INSERT INTO number_book (id, agency_id, unit_id, agency, mark, kind, year, start_value, next_value)
VALUES (:id, :agency_id, :unit, :agency, :mark, :kind, :year, :start, :start);
-- name: q_book_get
SELECT id, agency_id, unit_id, agency, mark, kind, year, start_value, next_value, coalesce(closed_at, 0)
FROM number_book WHERE id = :id;
-- name: q_book_lock
SELECT id FROM number_book WHERE id = :id FOR UPDATE;
-- name: q_book_next
UPDATE number_book SET next_value = next_value + 1 WHERE id = :id;
-- name: q_book_close
UPDATE number_book SET closed_at = :at WHERE id = :id;
-- name: q_book_find
SELECT id FROM number_book
WHERE agency_id = :agency AND mark = :mark AND year = :year AND kind = :kind;
-- name: q_books_of_unit
-- index number_book_unit
SELECT id, agency_id, agency, mark, kind, year, start_value, next_value, coalesce(closed_at, 0),
  (SELECT count(*) FROM doc_number n WHERE n.book_id = number_book.id AND n.state = 'returned')
FROM number_book WHERE unit_id = :unit AND (year < :year OR (year = :year AND id > :after))
ORDER BY year DESC, id LIMIT :limit;
-- name: q_books_of_agency
-- a number given back comes first
SELECT id, mark, kind, year, coalesce((SELECT min(n.value) FROM doc_number n
  WHERE n.book_id = number_book.id AND n.state = 'returned'), next_value) FROM number_book
WHERE agency_id = :agency AND closed_at IS NULL ORDER BY year DESC, kind, mark;

-- name: q_number_returned
SELECT id, value FROM doc_number WHERE book_id = :book AND state = 'returned' ORDER BY value LIMIT 1;
-- name: q_number_put
INSERT INTO doc_number (id, book_id, value, text, state, document_id, title, signed_on, reserved_by,
  reserved_at, confirmed_at, reason)
VALUES (:id, :book, :value, :text, :state, :document, :title, :on, :person, :at, :confirmed, '');
-- name: q_number_again
UPDATE doc_number SET state = 'reserved', document_id = :document, signed_on = :on,
  reserved_by = :person, reserved_at = :at, reason = '' WHERE id = :id AND state = 'returned';
-- name: q_number_get
SELECT id, book_id, value, text, state, coalesce(document_id, 0), signed_on FROM doc_number
WHERE id = :id;
-- name: q_number_state
UPDATE doc_number SET state = :state, document_id = :document, reason = :reason, voided_at = :voided,
  voided_by = :person WHERE id = :id;
-- name: q_number_confirm
UPDATE doc_number SET state = 'confirmed', confirmed_at = :at WHERE id = :id AND state = 'reserved';
-- name: q_numbers_page
-- unique index doc_number_once
SELECT n.id, n.value, n.text, n.state, coalesce(n.document_id, 0), n.title, n.signed_on, n.reason,
  coalesce(d.title, ''), coalesce(d.matter_id, 0), coalesce(d.state, '')
FROM doc_number n LEFT JOIN document d ON d.id = n.document_id
WHERE n.book_id = :book AND n.value < :before ORDER BY n.value DESC LIMIT :limit;
-- name: q_book_counts
-- unique index doc_number_once: reserved, returned, void, on paper
SELECT coalesce(sum(CASE WHEN state = 'reserved' THEN 1 ELSE 0 END), 0),
  coalesce(sum(CASE WHEN state = 'returned' THEN 1 ELSE 0 END), 0),
  coalesce(sum(CASE WHEN state = 'void' THEN 1 ELSE 0 END), 0),
  coalesce(sum(CASE WHEN document_id IS NULL AND state = 'confirmed' THEN 1 ELSE 0 END), 0)
FROM doc_number WHERE book_id = :book;
-- name: q_book_paper
-- unique index doc_number_once: what is registered below the first number
SELECT value FROM doc_number WHERE book_id = :book AND value < :start ORDER BY value;
-- name: q_number_taken
SELECT count(*) FROM doc_number WHERE book_id = :book AND value = :value;

-- part: sent_row
d.number, d.title, d.doc_type, d.issuers, d.signers, d.signed_on,
  CASE WHEN d.replaced_by IS NULL THEN d.state ELSE 'replaced' END, d.urgency
-- part: sent_label
(SELECT m.label FROM matter m WHERE m.id = d.matter_id), d.signed_for
-- part: sent_asked
(CAST(:doc_type AS text) = '' OR d.doc_type = :doc_type)
    AND (CAST(:q AS text) = '' OR instr(d.title, :q) > 0 OR instr(d.number, :q) > 0)
    AND (CAST(:urgency AS text) = '' OR d.urgency = :urgency) AND (CAST(:state AS text) = '' OR
      CASE WHEN d.replaced_by IS NULL THEN d.state ELSE 'replaced' END = :state)
-- part: sent_own
SELECT d.id AS id, d.matter_id, {sent_row}, d.numbered_at AS numbered_at,
  coalesce(d.dispatched_at, 0), coalesce(d.dispatch_id, 0), {sent_label}, 0 AS led,
  (SELECT group_concat(name, '、') FROM (SELECT g.name AS name FROM category_entry e
    JOIN category g ON g.id = e.category_id WHERE e.matter_id = d.matter_id AND g.unit_id = d.unit_id
    ORDER BY g.position, g.id) AS own) AS categories
  FROM document d WHERE d.numbered_at > 0
    AND (d.numbered_at < :at OR (d.numbered_at = :at AND d.id < :id)) AND d.numbered_at >= :floor
    AND (CAST(:agency AS bigint) = 0 OR d.agency_id = :agency) AND {sent_asked}
-- part: sent_led
SELECT d.id AS id, c.child_id, {sent_row}, c.numbered_at AS numbered_at,
  coalesce(d.dispatched_at, 0), 0, {sent_label}, 1 AS led,
  (SELECT group_concat(name, '、') FROM (SELECT g.name AS name FROM category_entry e
    JOIN category g ON g.id = e.category_id WHERE e.matter_id = c.child_id AND g.unit_id = c.unit_id
    ORDER BY g.position, g.id) AS own) AS categories
  FROM co_sign c JOIN document d ON d.id = c.document_id
  WHERE c.unit_id = :unit AND c.numbered_at > 0 AND c.unit_id <> d.unit_id
    AND c.position = (SELECT min(o.position) FROM co_sign o WHERE o.document_id = c.document_id
                      AND o.unit_id = c.unit_id)
    AND (c.numbered_at < :at OR (c.numbered_at = :at AND c.document_id < :id)) AND c.numbered_at >= :floor
    AND (CAST(:agency AS bigint) = 0 OR c.agency_id = :agency) AND {sent_asked}
-- name: q_sent_unit
-- indexes document_sent, co_sign_sent: its own, and what it issued with others that lead
SELECT * FROM ({sent_own} AND (CAST(:category AS bigint) = 0 OR EXISTS (SELECT 1 FROM category_entry e
      WHERE e.category_id = :category AND e.matter_id = d.matter_id)) AND d.unit_id = :unit
  ORDER BY d.numbered_at DESC, d.id DESC LIMIT :limit) AS own
UNION ALL SELECT * FROM ({sent_led} AND (CAST(:category AS bigint) = 0 OR EXISTS (SELECT 1 FROM category_entry e
      WHERE e.category_id = :category AND e.matter_id = c.child_id))
  ORDER BY c.numbered_at DESC, c.document_id DESC LIMIT :limit) AS led_elsewhere
ORDER BY numbered_at DESC, id DESC LIMIT :limit;
-- name: q_sent_year
-- indexes document_sent_year, co_sign_sent
SELECT * FROM ({sent_own} AND (CAST(:category AS bigint) = 0 OR EXISTS (SELECT 1 FROM category_entry e
      WHERE e.category_id = :category AND e.matter_id = d.matter_id)) AND d.unit_id = :unit AND d.year = :year
  ORDER BY d.numbered_at DESC, d.id DESC LIMIT :limit) AS own
UNION ALL SELECT * FROM ({sent_led} AND (CAST(:category AS bigint) = 0 OR EXISTS (SELECT 1 FROM category_entry e
      WHERE e.category_id = :category AND e.matter_id = c.child_id)) AND d.year = :year
  ORDER BY c.numbered_at DESC, c.document_id DESC LIMIT :limit) AS led_elsewhere
ORDER BY numbered_at DESC, id DESC LIMIT :limit;
-- name: q_sent_own
-- index document_own: what a person without a register drafted
{sent_own} AND d.drafter_person = :person AND (CAST(:year AS bigint) = 0 OR d.year = :year)
ORDER BY d.numbered_at DESC, d.id DESC LIMIT :limit;

-- name: q_sent_floor
-- index document_sent: how far a page looks
SELECT numbered_at FROM document WHERE unit_id = :unit AND numbered_at > 0 AND numbered_at < :at
ORDER BY numbered_at DESC LIMIT 1 OFFSET :n;
-- name: q_sent_floor_year
-- index document_sent_year
SELECT numbered_at FROM document WHERE unit_id = :unit AND year = :year AND numbered_at > 0
  AND numbered_at < :at
ORDER BY numbered_at DESC LIMIT 1 OFFSET :n;

-- name: q_figures_sent
-- index document_sent
SELECT doc_type, urgency, count(*), 0 FROM document
WHERE unit_id = :unit AND numbered_at >= :from AND numbered_at < :until AND numbered_at > 0
GROUP BY doc_type, urgency;
-- name: q_figures_joint
-- index co_sign_sent: as the register has them
SELECT d.doc_type, d.urgency, count(DISTINCT d.id), 1 FROM co_sign c JOIN document d ON d.id = c.document_id
WHERE c.unit_id = :unit AND c.numbered_at >= :from AND c.numbered_at < :until AND c.numbered_at > 0
  AND c.unit_id <> d.unit_id
GROUP BY d.doc_type, d.urgency;
-- name: q_co_sign_units
SELECT DISTINCT unit_id FROM co_sign WHERE document_id = :id ORDER BY unit_id;
-- name: q_document_numbered
SELECT numbered_at FROM document WHERE matter_id = :matter AND unit_id = :unit;

-- name: q_job_put
INSERT INTO export_job (id, person_id, register, format, filter, state, progress, count, code, created_at)
VALUES (:id, :person, :register, :format, :filter, 'queued', 0, 0, '', :at);
-- name: q_job_get
SELECT id, person_id, register, format, filter, state, progress, count, code, created_at FROM export_job
WHERE id = :id;
-- name: q_job_queued
-- index export_job_queued
SELECT id FROM export_job WHERE state = 'queued' ORDER BY id LIMIT 1;
-- name: q_job_take
UPDATE export_job SET state = 'running', started_at = :at WHERE id = :id AND state = 'queued';
-- name: q_job_told
UPDATE export_job SET state = :state, progress = :progress, count = :count, code = :code
WHERE id = :id AND state = 'running';
-- name: q_job_old
-- index export_job_old
SELECT id, format FROM export_job WHERE created_at < :at ORDER BY created_at LIMIT 20;
-- name: q_job_drop
DELETE FROM export_job WHERE id = :id;

-- name: q_books_open
-- index number_book_once: books that still count
SELECT mark, year FROM number_book WHERE agency_id = :agency AND closed_at IS NULL ORDER BY mark, year;
-- name: q_books_move
UPDATE number_book SET unit_id = :unit WHERE agency_id = :agency;
-- name: q_documents_open_count
-- index document_open
SELECT count(*) FROM document WHERE agency_id = :agency AND dispatched_at IS NULL AND state <> 'void';
-- name: q_documents_following
-- index agency_unit, document_open; off the committer
SELECT d.matter_id FROM agency a JOIN document d ON d.agency_id = a.id
JOIN matter m ON m.id = d.matter_id
WHERE a.unit_id = :into AND d.dispatched_at IS NULL AND d.state <> 'void' AND d.unit_id = :unit
  AND m.unit_id = :unit AND m.closed_at IS NULL LIMIT :limit;
-- name: q_document_unit
UPDATE document SET unit_id = :into WHERE matter_id = :matter AND unit_id = :unit
  AND dispatched_at IS NULL;
