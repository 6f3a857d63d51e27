import { closeSync, openSync, readSync } from "node:fs";

/** The first bytes of every SQLite database. */
const MAGIC = "SQLite format 3\0";
/** Where the head says whether the database writes ahead, and the word for it. */
const WRITES_AHEAD_AT = 18;
const WRITES_AHEAD = 2;

/** What the first bytes of a file tell, read without SQLite, which would write beside it. */
export interface DatabaseHead {
  readonly isDatabase: boolean;
  /** Whether a write-ahead log may belong to it. No backup has one. */
  readonly writesAhead: boolean;
}

/** Throws the system's error for a file that cannot be read. */
export function readDatabaseHead(file: string): DatabaseHead {
  const descriptor = openSync(file, "r");
  try {
    const head = Buffer.alloc(WRITES_AHEAD_AT + 1);
    readSync(descriptor, head);
    return {
      isDatabase: head.toString("latin1", 0, MAGIC.length) === MAGIC,
      writesAhead: head[WRITES_AHEAD_AT] === WRITES_AHEAD,
    };
  } finally {
    closeSync(descriptor);
  }
}
