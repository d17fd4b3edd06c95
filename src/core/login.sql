-- name: q_account_by_name
-- unique index account_name
SELECT c.person_id, c.account, c.secret, c.shared_secret, c.once_digest, c.once_until_at,
       c.must_change, c.changed_at, c.former, c.is_disabled, p.is_disabled
FROM account c JOIN person p ON p.id = c.person_id WHERE c.account = :account;
-- name: q_account_by_person
SELECT c.person_id, c.account, c.secret, c.shared_secret, c.once_digest, c.once_until_at,
       c.must_change, c.changed_at, c.former, c.is_disabled, p.is_disabled
FROM account c JOIN person p ON p.id = c.person_id WHERE c.person_id = :person;
-- name: q_account_lock
SELECT generation FROM account WHERE person_id = :person FOR UPDATE;
-- name: q_account_password
UPDATE account SET secret = :secret, shared_secret = NULL, once_digest = NULL,
  once_until_at = NULL, must_change = 0, changed_at = :at, former = :former,
  generation = generation + 1 WHERE person_id = :person;
-- name: q_account_rehash
UPDATE account SET secret = :secret WHERE person_id = :person;
-- name: q_account_once_used
UPDATE account SET once_until_at = 0 WHERE person_id = :person;
-- name: q_account_must_change
UPDATE account SET must_change = 1 WHERE person_id = :person;
-- name: q_account_settings
SELECT settings, changed_at, shared_secret FROM account WHERE person_id = :person;
-- name: q_account_settings_put
UPDATE account SET settings = :settings WHERE person_id = :person;

-- name: q_failure_get
SELECT failures, locked_until_at FROM login_failure
WHERE account = :account AND address = :address;
-- name: q_failure_sum
-- primary key of login_failure
SELECT coalesce(sum(failures), 0) FROM login_failure WHERE account = :account AND last_at > :since;
-- name: q_failure_add
INSERT INTO login_failure (account, address, failures, last_at, locked_until_at)
VALUES (:account, :address, 1, :now, NULL)
ON CONFLICT (account, address) DO UPDATE SET last_at = excluded.last_at, locked_until_at = NULL,
  failures = CASE WHEN login_failure.last_at <= :since THEN 1 ELSE login_failure.failures + 1 END;
-- name: q_failure_lock
UPDATE login_failure SET locked_until_at = :until
WHERE account = :account AND address = :address AND failures >= :most;
-- name: q_failure_clear
DELETE FROM login_failure WHERE account = :account AND address = :address;
-- name: q_failure_purge
DELETE FROM login_failure WHERE last_at < :before;
-- name: q_address_known
-- index login_person
SELECT 1 FROM login WHERE person_id = :person AND address = :address AND created_at > :since
LIMIT 1;

-- name: q_login_put
INSERT INTO login (id, person_id, digest, csrf, is_token, name, created_at, seen_at, expires_at,
                   address, agent, ended_at)
VALUES (:id, :person, :digest, :csrf, :is_token, :name, :at, :at, :expires, :address, :agent, NULL);
-- name: q_login_end
UPDATE login SET ended_at = :at WHERE id = :id AND person_id = :person AND is_token = :is_token
  AND ended_at IS NULL;
-- name: q_login_end_digest
UPDATE login SET ended_at = :at WHERE digest = :digest AND is_token = 0 AND ended_at IS NULL;
-- name: q_login_renew
UPDATE login SET digest = :digest, seen_at = :at WHERE id = :id;
-- name: q_login_seen_at
UPDATE login SET seen_at = :at WHERE id = :id AND ended_at IS NULL AND seen_at < :at;
-- name: q_logins_of
-- index login_person
SELECT id, name, created_at, seen_at, expires_at, address, agent FROM login
WHERE person_id = :person AND is_token = :is_token AND ended_at IS NULL AND expires_at > :now
ORDER BY id DESC LIMIT 200;
-- name: q_tokens_count
SELECT count(*) FROM login
WHERE person_id = :person AND is_token = 1 AND ended_at IS NULL AND expires_at > :now;

-- name: q_me_posts
SELECT t.id, t.title, t.is_main, u.id, u.name, u.short_name, s.id, s.name, t.is_leader
FROM post t JOIN unit u ON u.id = t.unit_id LEFT JOIN unit s ON s.id = t.section_id
WHERE t.person_id = :person AND t.from_on <= :today AND (t.until_on IS NULL OR t.until_on > :today)
ORDER BY t.is_main DESC, t.id;
-- name: q_me_roles
SELECT g.role, u.id, u.name, u.short_name FROM grant_ g JOIN unit u ON u.id = g.unit_id
WHERE g.person_id = :person AND g.is_revoked = 0 AND (g.until_on IS NULL OR g.until_on > :today)
ORDER BY g.id;
