-- Times are milliseconds since the epoch, UTC.

-- What was fetched and is not acknowledged yet, in the order of sending. The key is the whole quote, so the very same one is there once.
CREATE TABLE spooled_quotes (
  as_of_time    INTEGER NOT NULL,
  symbol        TEXT    NOT NULL,
  fetch_time    INTEGER NOT NULL,
  source        TEXT    NOT NULL,
  period_ms     INTEGER NOT NULL,
  quote_time    INTEGER NOT NULL,
  close         REAL    NOT NULL,
  open          REAL    NOT NULL,
  high          REAL    NOT NULL,
  low           REAL    NOT NULL,
  volume        REAL    NOT NULL,
  session_class TEXT    NOT NULL,
  -- Counts what was spooled; tells two rows apart cheaply.
  id            INTEGER NOT NULL,
  PRIMARY KEY (
    as_of_time, symbol, fetch_time, source, period_ms, quote_time, close, open, high, low, volume, session_class
  )
) STRICT, WITHOUT ROWID;

-- What the server refused for good, and why; the newest 10,000.
CREATE TABLE refused (
  id            INTEGER PRIMARY KEY,
  refused_time  INTEGER NOT NULL,
  reason        TEXT    NOT NULL,
  message       TEXT    NOT NULL,
  symbol        TEXT    NOT NULL,
  source        TEXT    NOT NULL,
  period_ms     INTEGER NOT NULL,
  quote_time    INTEGER NOT NULL,
  open          REAL    NOT NULL,
  high          REAL    NOT NULL,
  low           REAL    NOT NULL,
  close         REAL    NOT NULL,
  volume        REAL    NOT NULL,
  session_class TEXT    NOT NULL,
  fetch_time    INTEGER NOT NULL
) STRICT;
