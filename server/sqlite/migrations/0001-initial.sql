-- Times are milliseconds since the epoch, UTC; `_mono` columns are milliseconds on the monotonic clock of the boot in server_facts.

-- What the server must remember of itself: boot_id.
CREATE TABLE server_facts (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest version of each quote. seq is its place in the order of judging; null if it never was judged.
CREATE TABLE quotes (
  symbol        TEXT    NOT NULL,
  source        TEXT    NOT NULL,
  period_ms     INTEGER NOT NULL,
  quote_time    INTEGER NOT NULL,
  as_of_time    INTEGER NOT NULL,
  open          REAL    NOT NULL,
  high          REAL    NOT NULL,
  low           REAL    NOT NULL,
  close         REAL    NOT NULL,
  volume        REAL    NOT NULL,
  session_class TEXT    NOT NULL,
  fetch_time    INTEGER NOT NULL,
  seq           INTEGER,
  PRIMARY KEY (symbol, source, period_ms, quote_time)
) STRICT, WITHOUT ROWID;

-- Versions that a newer one replaced.
CREATE TABLE superseded_quotes (
  symbol        TEXT    NOT NULL,
  source        TEXT    NOT NULL,
  period_ms     INTEGER NOT NULL,
  quote_time    INTEGER NOT NULL,
  as_of_time    INTEGER NOT NULL,
  open          REAL    NOT NULL,
  high          REAL    NOT NULL,
  low           REAL    NOT NULL,
  close         REAL    NOT NULL,
  volume        REAL    NOT NULL,
  session_class TEXT    NOT NULL,
  fetch_time    INTEGER NOT NULL,
  seq           INTEGER
) STRICT;
CREATE INDEX superseded_quotes_by_key ON superseded_quotes (symbol, source, period_ms, quote_time);

-- Every version that was judged; in the order of judging when ordered by seq.
CREATE VIEW judged_quotes AS
  SELECT * FROM quotes WHERE seq IS NOT NULL
  UNION ALL
  SELECT * FROM superseded_quotes WHERE seq IS NOT NULL;

-- What each symbol's judged series remembers of its last judged quote, for the alerts that listen to one session.
CREATE TABLE series (
  symbol     TEXT    NOT NULL,
  session    TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  period_ms  INTEGER NOT NULL,
  quote_time INTEGER NOT NULL,
  as_of_time INTEGER NOT NULL,
  fetch_time INTEGER NOT NULL,
  high       REAL    NOT NULL,
  low        REAL    NOT NULL,
  close      REAL    NOT NULL,
  seq        INTEGER NOT NULL,
  PRIMARY KEY (symbol, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  id            TEXT PRIMARY KEY,
  email         TEXT    NOT NULL,
  email_key     TEXT    NOT NULL UNIQUE,
  password_hash TEXT    NOT NULL,
  strikes       INTEGER NOT NULL DEFAULT 0,
  create_time   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Accounts that were asked for; the code that was mailed makes the user. Here only its hash is kept.
CREATE TABLE registrations (
  code_hash     TEXT PRIMARY KEY,
  email         TEXT    NOT NULL,
  email_key     TEXT    NOT NULL,
  password_hash TEXT    NOT NULL,
  create_time   INTEGER NOT NULL,
  expire_time   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX registrations_by_email ON registrations (email_key, create_time);

CREATE TABLE sessions (
  id                    TEXT PRIMARY KEY,
  user_id               TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  refresh_hash          TEXT    NOT NULL UNIQUE,
  create_time           INTEGER NOT NULL,
  refresh_expire_time   INTEGER NOT NULL,
  end_time              INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Refresh tokens that have bought their successor. One that comes back was stolen.
CREATE TABLE used_refresh_tokens (
  refresh_hash TEXT PRIMARY KEY,
  session_id   TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX used_refresh_tokens_by_session ON used_refresh_tokens (session_id);

CREATE TABLE alerts (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  user_id         TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  symbol          TEXT    NOT NULL,
  kind            TEXT    NOT NULL CHECK (kind IN ('above', 'below', 'crosses')),
  direction       TEXT    CHECK (direction IN ('up', 'down', 'either')),
  level           REAL    NOT NULL,
  repeat          TEXT    NOT NULL CHECK (repeat IN ('once', 'every')),
  already_true    TEXT    NOT NULL CHECK (already_true IN ('wait', 'fire', 'reject')),
  band_percent    TEXT    NOT NULL,
  note            TEXT    NOT NULL,
  create_time     INTEGER NOT NULL,
  update_time     INTEGER NOT NULL,
  revision        INTEGER NOT NULL,
  state           TEXT    NOT NULL,
  state_version   INTEGER NOT NULL,
  awaits_baseline INTEGER NOT NULL,
  fires_if_true   INTEGER NOT NULL,
  armed_as_of     INTEGER NOT NULL,
  edge            TEXT CHECK (edge IN ('upper', 'lower')),
  last_fire_time  INTEGER,
  request_id      TEXT,
  request_hash    TEXT
) STRICT;
CREATE INDEX alerts_by_user ON alerts (user_id, row);
CREATE UNIQUE INDEX alerts_by_request ON alerts (user_id, request_id) WHERE request_id IS NOT NULL;

-- Every change of an alert's state. seq names the quote it was judged on; null for an act of its owner.
CREATE TABLE alert_changes (
  alert    INTEGER NOT NULL REFERENCES alerts (row) ON DELETE CASCADE,
  version  INTEGER NOT NULL,
  seq      INTEGER,
  state    TEXT    NOT NULL,
  reason   TEXT    NOT NULL,
  time     INTEGER NOT NULL,
  PRIMARY KEY (alert, version)
) STRICT, WITHOUT ROWID;

-- Where each alert's next change can happen. Clustered, so that a quote finds the alerts it can touch in one range.
-- side: 0 down, 1 up, 2 any next quote (level 0).
CREATE TABLE watch_levels (
  symbol  TEXT    NOT NULL,
  session TEXT    NOT NULL,
  side    INTEGER NOT NULL CHECK (side IN (0, 1, 2)),
  level   REAL    NOT NULL,
  alert   INTEGER NOT NULL REFERENCES alerts (row) ON DELETE CASCADE,
  PRIMARY KEY (symbol, session, side, level, alert)
) STRICT, WITHOUT ROWID;
CREATE INDEX watch_levels_by_alert ON watch_levels (alert);

CREATE TABLE notifications (
  row                  INTEGER PRIMARY KEY,
  id                   TEXT    NOT NULL UNIQUE,
  -- Null for account mails, which go to an address that is nobody's yet.
  user_id              TEXT    REFERENCES users (id) ON DELETE CASCADE,
  symbol               TEXT,
  -- The recipient: fixed when sealed; an account mail's from the start.
  to_address           TEXT,
  -- An account mail's code and its end; wiped when the mail has ended.
  code                 TEXT,
  code_expire_time     INTEGER,
  state                TEXT    NOT NULL,
  reason               TEXT    NOT NULL,
  reply                TEXT    NOT NULL DEFAULT '',
  due_time             INTEGER NOT NULL,
  next_attempt_mono    INTEGER NOT NULL,
  -- When it can be handed out as far as its back-off and cooldown go; null while another one of its pair is sealed, or it is leased or over.
  ready_mono           INTEGER,
  attempts             INTEGER NOT NULL,
  repeats              INTEGER NOT NULL,
  was_unsure           INTEGER NOT NULL,
  token                INTEGER NOT NULL,
  lease_end_mono       INTEGER,
  lease_announced      INTEGER,
  message_id           TEXT UNIQUE,
  mail_date            INTEGER,
  boundary             TEXT,
  first_token          INTEGER,
  cooldown_before_mono INTEGER,
  cooldown_before_wall INTEGER,
  create_time          INTEGER NOT NULL,
  end_time             INTEGER
) STRICT;
CREATE UNIQUE INDEX one_waiting ON notifications (user_id, symbol) WHERE state = 'WAITING' AND symbol IS NOT NULL;
CREATE UNIQUE INDEX one_sealed ON notifications (user_id, symbol) WHERE state IN ('SENDING', 'UNSURE') AND symbol IS NOT NULL;
CREATE INDEX notifications_ready ON notifications (ready_mono) WHERE ready_mono IS NOT NULL;
CREATE INDEX notifications_leased ON notifications (lease_end_mono) WHERE lease_end_mono IS NOT NULL;
CREATE INDEX notifications_due ON notifications (due_time) WHERE state IN ('WAITING', 'UNSURE');
CREATE INDEX notifications_by_user ON notifications (user_id, row);

-- What fired, with everything a mail says of it: the quote's retention does not reach into it.
CREATE TABLE triggers (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  alert           INTEGER NOT NULL REFERENCES alerts (row) ON DELETE CASCADE,
  notification_id TEXT    NOT NULL,
  -- 1 when its line stands in the sealed mail; 0 when it was left out; null while open.
  in_mail         INTEGER,
  seq             INTEGER NOT NULL,
  sentence        TEXT    NOT NULL,
  note            TEXT    NOT NULL,
  level           REAL    NOT NULL,
  price           REAL    NOT NULL,
  fire_time       INTEGER NOT NULL,
  judge_time      INTEGER NOT NULL,
  symbol          TEXT    NOT NULL,
  source          TEXT    NOT NULL,
  period_ms       INTEGER NOT NULL,
  quote_time      INTEGER NOT NULL,
  open            REAL    NOT NULL,
  high            REAL    NOT NULL,
  low             REAL    NOT NULL,
  close           REAL    NOT NULL,
  volume          REAL    NOT NULL,
  session_class   TEXT    NOT NULL,
  fetch_time      INTEGER NOT NULL,
  UNIQUE (alert, seq)
) STRICT;
CREATE INDEX triggers_by_notification ON triggers (notification_id, row);

-- When the next different mail about a symbol may go to a user.
CREATE TABLE cooldowns (
  user_id   TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  symbol    TEXT    NOT NULL,
  open_mono INTEGER NOT NULL,
  open_wall INTEGER NOT NULL,
  PRIMARY KEY (user_id, symbol)
) STRICT, WITHOUT ROWID;

-- Every time a notification was handed to a notifier, and what came of it.
CREATE TABLE delivery_attempts (
  notification_id TEXT    NOT NULL,
  token           INTEGER NOT NULL,
  begin_time      INTEGER NOT NULL,
  end_time        INTEGER,
  reason          TEXT,
  reply           TEXT,
  PRIMARY KEY (notification_id, token)
) STRICT, WITHOUT ROWID;
