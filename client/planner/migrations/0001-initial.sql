-- Keys are kept as hashes. The times of requests and holds are milliseconds by the ledger's own clock (ledger-clock.ts); all others are
-- milliseconds since the epoch, UTC.

-- What a key asked, as far back as its limits look; each row is on disk before its request is sent.
CREATE TABLE requests (
  id           INTEGER PRIMARY KEY,
  key_hash     TEXT    NOT NULL,
  request_time INTEGER NOT NULL
) STRICT;

CREATE INDEX requests_by_key ON requests (key_hash, request_time);

-- Until when a key is not to ask, because the service said that it asks too much.
CREATE TABLE holds (
  key_hash    TEXT    NOT NULL PRIMARY KEY,
  end_time    INTEGER NOT NULL,
  because     TEXT    NOT NULL,
  -- How many daily refusals came one after the other, without an answer in between.
  daily_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the ledger's clock stood at the last write, and how long the machine had been up then.
CREATE TABLE ledger_clock (
  id             INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  ledger_time    INTEGER NOT NULL,
  since_boot_ms  INTEGER NOT NULL,
  -- Empty: not known.
  boot_id        TEXT    NOT NULL
) STRICT;

-- What the last answer about a symbol was: a new start asks only for what can be news.
CREATE TABLE answers (
  key_hash     TEXT    NOT NULL,
  symbol       TEXT    NOT NULL,
  answer_time  INTEGER NOT NULL,
  -- The moment that the newest price speaks of; null: no price came yet.
  as_of_time   INTEGER,
  -- 1: its market never closes.
  never_closes INTEGER NOT NULL,
  PRIMARY KEY (key_hash, symbol)
) STRICT, WITHOUT ROWID;
