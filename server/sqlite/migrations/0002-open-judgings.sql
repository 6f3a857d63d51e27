-- Judged quotes that touch more alerts than one commit judges. Each is judged up to a place in watch_levels (side, level, alert), and
-- the next commits go on from there; a restart does, too. The series moves on, and later quotes of the symbol are taken, when it is through.
CREATE TABLE open_judgings (
  symbol     TEXT    NOT NULL,
  session    TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  period_ms  INTEGER NOT NULL,
  quote_time INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  side       INTEGER NOT NULL,
  level      REAL    NOT NULL,
  alert      INTEGER NOT NULL,
  PRIMARY KEY (symbol, session)
) STRICT, WITHOUT ROWID;
