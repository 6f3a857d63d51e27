-- When a user wants mail, mails that hold several notifications, and notices for operators.

-- Minutes since midnight by the user's clocks; both null: no quiet hours.
ALTER TABLE users ADD COLUMN quiet_from INTEGER;
ALTER TABLE users ADD COLUMN quiet_until INTEGER;
-- DAILY or SESSION_CLOSE; null: mails are not gathered. With DAILY the minute of the day.
ALTER TABLE users ADD COLUMN digest_mode TEXT;
ALTER TABLE users ADD COLUMN digest_at INTEGER;
ALTER TABLE users ADD COLUMN snooze_until INTEGER;

-- Made anew: several notifications that go in one mail share its Message-ID, which was unique before.
CREATE TABLE notifications_anew (
  row                  INTEGER PRIMARY KEY,
  id                   TEXT    NOT NULL UNIQUE,
  -- Null for account mails that go to an address that is nobody's yet.
  user_id              TEXT    REFERENCES users (id) ON DELETE CASCADE,
  -- What it is about: a symbol, or `notice/KIND` for what operators are told. Null for account mails.
  symbol               TEXT,
  -- The recipient: fixed when sealed; an account mail's from the start.
  to_address           TEXT,
  -- Which account mail, the zone in which it tells the time, its code and the code's end; the code is wiped when the mail has ended.
  account_mail         TEXT,
  account_mail_zone    TEXT,
  code                 TEXT,
  code_expire_time     INTEGER,
  state                TEXT    NOT NULL,
  reason               TEXT    NOT NULL,
  reply                TEXT    NOT NULL DEFAULT '',
  -- An urgent alert fired in it: it passes quiet hours, a snooze and a digest.
  is_urgent            INTEGER NOT NULL DEFAULT 0,
  -- What its user's settings or a ceiling held it back for last; kept when that is over, for what was held goes in one mail.
  hold_reason          TEXT,
  due_time             INTEGER NOT NULL,
  next_attempt_mono    INTEGER NOT NULL,
  -- When it is looked at next; null while another one of its pair is sealed, or it is leased or over.
  ready_mono           INTEGER,
  attempts             INTEGER NOT NULL,
  repeats              INTEGER NOT NULL,
  was_unsure           INTEGER NOT NULL,
  token                INTEGER NOT NULL,
  lease_end_mono       INTEGER,
  lease_announced      INTEGER,
  -- Of the mail in which it was sealed last.
  message_id           TEXT,
  mail_date            INTEGER,
  boundary             TEXT,
  first_token          INTEGER,
  cooldown_before_mono INTEGER,
  cooldown_before_wall INTEGER,
  create_time          INTEGER NOT NULL,
  end_time             INTEGER
) STRICT;
INSERT INTO notifications_anew (row, id, user_id, symbol, to_address, account_mail, account_mail_zone, code, code_expire_time, state, reason,
    reply, due_time, next_attempt_mono, ready_mono, attempts, repeats, was_unsure, token, lease_end_mono, lease_announced, message_id, mail_date,
    boundary, first_token, cooldown_before_mono, cooldown_before_wall, create_time, end_time)
  SELECT row, id, user_id, symbol, to_address, account_mail, account_mail_zone, code, code_expire_time, state, reason,
    reply, due_time, next_attempt_mono, ready_mono, attempts, repeats, was_unsure, token, lease_end_mono, lease_announced, message_id, mail_date,
    boundary, first_token, cooldown_before_mono, cooldown_before_wall, create_time, end_time
  FROM notifications;
DROP TABLE notifications;
ALTER TABLE notifications_anew RENAME TO notifications;
CREATE UNIQUE INDEX one_waiting ON notifications (user_id, symbol) WHERE state = 'WAITING' AND symbol IS NOT NULL;
CREATE UNIQUE INDEX one_sealed ON notifications (user_id, symbol) WHERE state IN ('SENDING', 'UNSURE') AND symbol IS NOT NULL;
CREATE INDEX notifications_ready ON notifications (ready_mono) WHERE ready_mono IS NOT NULL;
CREATE INDEX notifications_leased ON notifications (lease_end_mono) WHERE lease_end_mono IS NOT NULL;
CREATE INDEX notifications_due ON notifications (due_time) WHERE state IN ('WAITING', 'UNSURE');
CREATE INDEX notifications_by_user ON notifications (user_id, row);
CREATE INDEX notifications_by_mail ON notifications (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX notifications_sent ON notifications (end_time) WHERE state = 'SENT';
CREATE INDEX notifications_failed ON notifications (end_time, row) WHERE state IN ('DEAD', 'UNKNOWN', 'EXPIRED');
CREATE INDEX account_mails_by_address ON notifications (lower(to_address), create_time) WHERE symbol IS NULL;
CREATE INDEX account_mails_ended ON notifications (end_time) WHERE symbol IS NULL AND end_time IS NOT NULL;

-- The mails to users as they were sealed: a repeat is made of the same, and its user may look at it for 30 days. One that was certainly not
-- taken goes at once.
CREATE TABLE sealed_mails (
  message_id TEXT PRIMARY KEY,
  user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- JSON.
  content    TEXT    NOT NULL,
  -- When it counts for the ceilings: when it was taken, or till when it may be.
  count_time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_mails_by_user ON sealed_mails (user_id, count_time);
CREATE INDEX sealed_mails_by_age ON sealed_mails (count_time);

-- What operators are told, by notification.
CREATE TABLE operator_notices (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  notification_id TEXT    NOT NULL,
  kind            TEXT    NOT NULL,
  notice_time     INTEGER NOT NULL,
  detail          TEXT    NOT NULL
) STRICT;
CREATE INDEX operator_notices_by_notification ON operator_notices (notification_id, row);
