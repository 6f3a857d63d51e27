import type Database from "better-sqlite3";

/** Does work whose commits do not wait for the disk, for what may be lost with the power. Commits stay in order, and whatever follows is waited for. */
export function commitLazily<Result>(db: Database.Database, work: () => Result): Result {
  db.pragma("synchronous = NORMAL");
  try {
    return work();
  } finally {
    db.pragma("synchronous = FULL");
  }
}
