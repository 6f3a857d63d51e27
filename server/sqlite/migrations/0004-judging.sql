-- Conditions with bands and durations, rules for several symbols, and all that judging remembers of an alert between two quotes. A rule
-- for several symbols has a row for each, with the same id: every one is judged by itself.
CREATE TABLE new_alerts (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL,
  user_id         TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  symbol          TEXT    NOT NULL,
  -- Every symbol of the rule as it was written, as a JSON list; null for a rule for one.
  symbols         TEXT,
  kind            TEXT    NOT NULL CHECK (kind IN ('above', 'below', 'crosses', 'inside', 'outside')),
  direction       TEXT    CHECK (direction IN ('up', 'down', 'either')),
  -- Of a band the lower level.
  level           REAL    NOT NULL,
  upper_level     REAL,
  for_ms          INTEGER NOT NULL,
  repeat          TEXT    NOT NULL CHECK (repeat IN ('once', 'every')),
  max_fires       INTEGER NOT NULL,
  already_true    TEXT    NOT NULL CHECK (already_true IN ('wait', 'fire', 'reject')),
  band_percent    TEXT    NOT NULL,
  rearm_for_ms    INTEGER NOT NULL,
  confirm         INTEGER NOT NULL,
  session         TEXT    NOT NULL CHECK (session IN ('regular', 'extended', 'any')),
  expire_time     INTEGER,
  note            TEXT    NOT NULL,
  -- A JSON list; null if there are none.
  tags            TEXT,
  create_time     INTEGER NOT NULL,
  update_time     INTEGER NOT NULL,
  revision        INTEGER NOT NULL,
  state           TEXT    NOT NULL,
  state_version   INTEGER NOT NULL,
  awaits_baseline INTEGER NOT NULL,
  fires_if_true   INTEGER NOT NULL,
  armed_as_of     INTEGER NOT NULL,
  edge            TEXT CHECK (edge IN ('upper', 'lower')),
  since_seen      INTEGER,
  confirm_count   INTEGER NOT NULL,
  fire_count      INTEGER NOT NULL,
  -- A JSON list of times; null if there are none.
  recent_fires    TEXT,
  paused_until    INTEGER,
  last_fire_time  INTEGER,
  request_id      TEXT,
  request_hash    TEXT
) STRICT;
INSERT INTO new_alerts SELECT row, id, user_id, symbol, NULL, kind, direction, level, NULL, 0, repeat, 0, already_true, band_percent, 0, 1,
  'regular', NULL, note, NULL, create_time, update_time, revision, state, state_version, awaits_baseline, fires_if_true, armed_as_of, edge,
  NULL, 0, iif(last_fire_time IS NULL, 0, 1), NULL, NULL, last_fire_time, request_id, request_hash FROM alerts;
DROP TABLE alerts;
ALTER TABLE new_alerts RENAME TO alerts;
CREATE UNIQUE INDEX alerts_by_id ON alerts (id, symbol);
CREATE INDEX alerts_by_user ON alerts (user_id, row);
CREATE UNIQUE INDEX alerts_by_request ON alerts (user_id, request_id, symbol) WHERE request_id IS NOT NULL;
-- Whose alerts are on a symbol: who is told of its HOLD. Of all of them, for an index of those that watch is written with every fire.
CREATE INDEX alerts_by_symbol ON alerts (symbol, user_id);

-- What the state remembers after each change beside its name and version, as JSON, so that judging can be played again from there. Empty for
-- changes before this version.
ALTER TABLE alert_changes ADD COLUMN after TEXT NOT NULL DEFAULT '';

-- Sides 3 and 4: the session's time seen, and event time, in milliseconds.
CREATE TABLE new_watch_levels (
  symbol  TEXT    NOT NULL,
  session TEXT    NOT NULL,
  side    INTEGER NOT NULL CHECK (side IN (0, 1, 2, 3, 4)),
  level   REAL    NOT NULL,
  alert   INTEGER NOT NULL REFERENCES alerts (row) ON DELETE CASCADE,
  PRIMARY KEY (symbol, session, side, level, alert)
) STRICT, WITHOUT ROWID;
INSERT INTO new_watch_levels SELECT * FROM watch_levels;
DROP TABLE watch_levels;
ALTER TABLE new_watch_levels RENAME TO watch_levels;
CREATE INDEX watch_levels_by_alert ON watch_levels (alert);

-- What a symbol's last judged quote was, for the alerts of each session: those that listen to fewer quotes may have an older one.
ALTER TABLE series ADD COLUMN session_class TEXT NOT NULL DEFAULT 'regular';
ALTER TABLE series ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN stretch_as_of INTEGER NOT NULL DEFAULT 0;
UPDATE series SET session_class = quotes.session_class FROM quotes
  WHERE (quotes.symbol, quotes.source, quotes.period_ms, quotes.quote_time) = (series.symbol, series.source, series.period_ms, series.quote_time);
INSERT INTO series SELECT symbol, heard.value, source, period_ms, quote_time, as_of_time, fetch_time, high, low, close, seq, session_class, 0, 0
  FROM series, json_each('["extended", "any"]') AS heard;

-- Symbols whose prices are doubted: HELD (like a split; nothing is judged until it is settled) or QUARANTINED (one odd price, which the next may
-- confirm). The notice goes to owners in slices; told_user is the last one told, '' nobody yet, null all.
CREATE TABLE doubted_symbols (
  symbol         TEXT    PRIMARY KEY,
  kind           TEXT    NOT NULL CHECK (kind IN ('HELD', 'QUARANTINED')),
  ratio          TEXT    NOT NULL,
  close          REAL    NOT NULL,
  fetch_time     INTEGER NOT NULL,
  since_as_of    INTEGER NOT NULL,
  accepted_close REAL    NOT NULL,
  told_user      TEXT
) STRICT, WITHOUT ROWID;

-- Where an operator ended a HOLD by taking the new price for right: judging, and whatever replays it, begins anew with the quote judged as seq.
CREATE TABLE price_stretches (
  seq           INTEGER PRIMARY KEY,
  symbol        TEXT    NOT NULL,
  stretch_as_of INTEGER NOT NULL
) STRICT;

-- An owner is also told what no quote fired: kind says what. A symbol's HOLD comes from a quote that was never judged, so seq may be null.
CREATE TABLE new_triggers (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  alert           INTEGER NOT NULL REFERENCES alerts (row) ON DELETE CASCADE,
  kind            TEXT    NOT NULL CHECK (kind IN ('FIRED', 'EXPIRED', 'STOPPED', 'HELD')),
  notification_id TEXT    NOT NULL,
  -- 1 when its line stands in the sealed mail; 0 when it was left out; null while open.
  in_mail         INTEGER,
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
  UNIQUE (alert, seq, kind)
) STRICT;
INSERT INTO new_triggers SELECT row, id, alert, 'FIRED', notification_id, in_mail, seq, sentence, note, level, price, fire_time, judge_time, symbol,
  source, period_ms, quote_time, open, high, low, close, volume, session_class, fetch_time FROM triggers;
DROP TABLE triggers;
ALTER TABLE new_triggers RENAME TO triggers;
CREATE INDEX triggers_by_notification ON triggers (notification_id, row);
