-- Up to which moment a symbol's prices of a source and period were handed on, or given up: what comes later and does not go back to it leaves a
-- hole.
CREATE TABLE handed_on (
  key_hash   TEXT    NOT NULL,
  symbol     TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  period_ms  INTEGER NOT NULL,
  until_time INTEGER NOT NULL,
  PRIMARY KEY (key_hash, symbol, source, period_ms)
) STRICT, WITHOUT ROWID;

-- The symbols whose daily bars of the past were handed on, or are not to be had.
CREATE TABLE daily_history (
  key_hash    TEXT    NOT NULL,
  symbol      TEXT    NOT NULL,
  answer_time INTEGER NOT NULL,
  PRIMARY KEY (key_hash, symbol)
) STRICT, WITHOUT ROWID;
