-- What an owner is told of a HOLD, as JSON: the prices, and how it ended if that is what is told; null for all else. Its end has no kind of its
-- own, for that would mean writing the whole table anew: kind is HELD for both.
ALTER TABLE triggers ADD COLUMN hold TEXT;
-- Who was told of a symbol's HOLD, and so is told of its end.
CREATE INDEX triggers_held ON triggers (symbol, row) WHERE kind = 'HELD';

-- HOLDs that are over. Their end is told in slices; told_row is the trigger up to which those who were told of the beginning are, null: all.
CREATE TABLE ended_holds (
  row            INTEGER PRIMARY KEY,
  symbol         TEXT    NOT NULL,
  how            TEXT    NOT NULL CHECK (how IN ('ACCEPTED', 'REJECTED', 'PRICE_BACK')),
  ratio          TEXT    NOT NULL,
  close          REAL    NOT NULL,
  accepted_close REAL    NOT NULL,
  since_as_of    INTEGER NOT NULL,
  -- In event time.
  end_time       INTEGER NOT NULL,
  -- From which judging went on.
  end_close      REAL    NOT NULL,
  told_row       INTEGER
) STRICT;
CREATE INDEX ended_holds_by_symbol ON ended_holds (symbol, end_time);
