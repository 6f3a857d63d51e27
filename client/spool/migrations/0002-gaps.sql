-- What is missing for good and is not acknowledged yet, oldest first.
CREATE TABLE spooled_gaps (
  id         INTEGER PRIMARY KEY,
  symbol     TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  period_ms  INTEGER NOT NULL,
  start_time INTEGER NOT NULL,
  end_time   INTEGER NOT NULL,
  reason     TEXT    NOT NULL
) STRICT;
