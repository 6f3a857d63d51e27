-- The symbols that are watched. The fact 'symbols_seed_time' in server_facts says that the first list was made, and when: after that only people
-- change it, and it may be empty.
CREATE TABLE tracked_symbols (
  symbol   TEXT    PRIMARY KEY,
  add_time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
