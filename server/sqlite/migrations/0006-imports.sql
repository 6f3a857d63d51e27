-- Prices that come in from a file, kept apart until all of them are there: then they are moved into quotes some at a time, so that live prices
-- need not wait. The fact 'import_seal_time' in server_facts says that all are there, and when; without it what lies here is of an import that ended
-- before it was whole. file_row is what its sender calls the row.
CREATE TABLE import_rows (
  symbol     TEXT    NOT NULL,
  period_ms  INTEGER NOT NULL,
  quote_time INTEGER NOT NULL,
  file_row   INTEGER NOT NULL,
  open       REAL    NOT NULL,
  high       REAL    NOT NULL,
  low        REAL    NOT NULL,
  close      REAL    NOT NULL,
  volume     REAL    NOT NULL,
  PRIMARY KEY (symbol, period_ms, quote_time)
) STRICT, WITHOUT ROWID;
