-- What is left of quotes whose time is over: a candle of each minute (of ticks) or day (of minutes), counted from the epoch. Never judged and
-- never played again. symbol, source and period_ms are those of the quotes; first_time and last_time the quote times of the first and the last in it.
CREATE TABLE summed_quotes (
  symbol     TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  period_ms  INTEGER NOT NULL,
  span_ms    INTEGER NOT NULL CHECK (span_ms IN (60000, 86400000)),
  start_time INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  last_time  INTEGER NOT NULL,
  open       REAL    NOT NULL,
  high       REAL    NOT NULL,
  low        REAL    NOT NULL,
  close      REAL    NOT NULL,
  volume     REAL    NOT NULL,
  PRIMARY KEY (symbol, source, period_ms, span_ms, start_time)
) STRICT, WITHOUT ROWID;

-- Deleted alerts are few among many, and are looked for again and again.
CREATE INDEX alerts_deleted ON alerts (row) WHERE state = 'DELETED';
