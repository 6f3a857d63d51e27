-- Who may sign in and how: time zones, operators, suspensions, sessions that know where they are used, access tokens, codes that replace a
-- password, throttles that outlive a restart, and the audit.

ALTER TABLE users ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE users ADD COLUMN is_operator INTEGER NOT NULL DEFAULT 0 CHECK (is_operator IN (0, 1));
-- Null: not suspended.
ALTER TABLE users ADD COLUMN suspend_time INTEGER;
-- Null: as many as usual.
ALTER TABLE users ADD COLUMN alert_limit INTEGER;

ALTER TABLE registrations ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';

ALTER TABLE sessions ADD COLUMN last_use_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN last_address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN client TEXT NOT NULL DEFAULT '';
-- When the session ends, however often it is refreshed.
ALTER TABLE sessions ADD COLUMN life_end_time INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET last_use_time = create_time, life_end_time = refresh_expire_time;

-- When the token bought its successor, and the successor, sealed with a key that is made of the token itself: a client whose answer was lost
-- can have it again, and nobody else.
ALTER TABLE used_refresh_tokens ADD COLUMN use_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE used_refresh_tokens ADD COLUMN sealed_successor BLOB;

-- Tokens of scripts. Only the hash is kept.
CREATE TABLE access_tokens (
  id            TEXT PRIMARY KEY,
  user_id       TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash    TEXT    NOT NULL UNIQUE,
  name          TEXT    NOT NULL,
  create_time   INTEGER NOT NULL,
  expire_time   INTEGER NOT NULL,
  last_use_time INTEGER,
  last_address  TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX access_tokens_by_user ON access_tokens (user_id);

-- Codes that replace a forgotten password.
CREATE TABLE password_resets (
  code_hash   TEXT PRIMARY KEY,
  user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  create_time INTEGER NOT NULL,
  expire_time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX password_resets_by_user ON password_resets (user_id, create_time);

-- Codes that make an operator.
CREATE TABLE setup_codes (
  code_hash   TEXT PRIMARY KEY,
  create_time INTEGER NOT NULL,
  expire_time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How often somebody tried in vain: by what is counted (`account …`, `address …`), which holds no address of a person in the clear.
CREATE TABLE throttles (
  key         TEXT PRIMARY KEY,
  count       INTEGER NOT NULL,
  first_time  INTEGER NOT NULL,
  last_time   INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttles_by_age ON throttles (last_time);

-- Where a user has logged in from: a flood of guesses from elsewhere does not lock the owner out there.
CREATE TABLE known_addresses (
  user_id   TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  address   TEXT    NOT NULL,
  last_time INTEGER NOT NULL,
  PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;

-- Which account mail, and the zone in which it tells the time; null for the others, and for a verification from before there were others.
ALTER TABLE notifications ADD COLUMN account_mail TEXT;
ALTER TABLE notifications ADD COLUMN account_mail_zone TEXT;
-- How many of them an address has had today.
CREATE INDEX account_mails_by_address ON notifications (lower(to_address), create_time) WHERE user_id IS NULL;
-- Which are so old that they are forgotten.
CREATE INDEX account_mails_ended ON notifications (end_time) WHERE user_id IS NULL AND end_time IS NOT NULL;

-- What was done, and what was refused. Never changed; removed when it is a year old. Users are named by id and a masked address, so that what
-- was done stays known when a user is gone.
CREATE TABLE audit (
  number      INTEGER PRIMARY KEY AUTOINCREMENT,
  time        INTEGER NOT NULL,
  action      TEXT    NOT NULL,
  peer        TEXT    NOT NULL,
  actor_id    TEXT    NOT NULL,
  actor_email TEXT    NOT NULL,
  object      TEXT    NOT NULL,
  address     TEXT    NOT NULL,
  detail      TEXT    NOT NULL,
  count       INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_actor ON audit (actor_id, number);
CREATE INDEX audit_by_object ON audit (object, number);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is never changed');
END;
CREATE TRIGGER audit_is_kept_for_a_year BEFORE DELETE ON audit WHEN OLD.time > (SELECT max(time) FROM audit) - 31536000000 BEGIN
  SELECT RAISE(ABORT, 'the audit is kept for a year');
END;
