-- How an owner wants to be told of an alert besides its fires.

ALTER TABLE alerts ADD COLUMN is_urgent INTEGER NOT NULL DEFAULT 0 CHECK (is_urgent IN (0, 1));
-- 0: never.
ALTER TABLE alerts ADD COLUMN remind_every_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN tells_when_back INTEGER NOT NULL DEFAULT 0 CHECK (tells_when_back IN (0, 1));

-- What the state remembers of a fire. Of those from before this version nothing is told.
ALTER TABLE alerts ADD COLUMN owes_back INTEGER NOT NULL DEFAULT 0 CHECK (owes_back IN (0, 1));
ALTER TABLE alerts ADD COLUMN remind_since_seen INTEGER;
ALTER TABLE alerts ADD COLUMN reminder_count INTEGER NOT NULL DEFAULT 0;

-- Made anew: kinds are a closed list in the code alone, and the end of a HOLD is one of its own.
CREATE TABLE triggers_anew (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  alert           INTEGER NOT NULL REFERENCES alerts (row) ON DELETE CASCADE,
  kind            TEXT    NOT NULL,
  notification_id TEXT    NOT NULL,
  -- 1 when its line stands in the sealed mail; 0 when it was left out; null while open.
  in_mail         INTEGER,
  -- Null for what comes from a quote that was never judged, as a symbol's HOLD does.
  seq             INTEGER,
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
  -- What is told of a HOLD or its end, as JSON; null for all else.
  hold            TEXT,
  UNIQUE (alert, seq, kind)
) STRICT;
INSERT INTO triggers_anew SELECT row, id, alert, iif(hold ->> 'end' IS NULL, kind, 'HOLD_ENDED'), notification_id, in_mail, seq, sentence, note,
  level, price, fire_time, judge_time, symbol, source, period_ms, quote_time, open, high, low, close, volume, session_class, fetch_time, hold
  FROM triggers;
DROP TABLE triggers;
ALTER TABLE triggers_anew RENAME TO triggers;
CREATE INDEX triggers_by_notification ON triggers (notification_id, row);
-- Who was told of a symbol's HOLD, and so is told of its end.
CREATE INDEX triggers_held ON triggers (symbol, row) WHERE kind = 'HELD';
