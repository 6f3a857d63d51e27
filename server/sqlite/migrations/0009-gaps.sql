-- Stretches of time of which prices are missing for good: a fetcher says so when it has waited for them long enough.
CREATE TABLE gaps (
  symbol     TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  period_ms  INTEGER NOT NULL,
  start_time INTEGER NOT NULL,
  end_time   INTEGER NOT NULL CHECK (end_time > start_time),
  reason     TEXT    NOT NULL,
  PRIMARY KEY (symbol, source, period_ms, start_time)
) STRICT, WITHOUT ROWID;
