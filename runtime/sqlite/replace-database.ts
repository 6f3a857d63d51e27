// Another file takes a database's place. Two files at least have to change hands, the database and its write-ahead log, and an old log
// beside a new database would be replayed into it. So it is decided by one rename, and whoever opens the database next completes it.
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What a database consists of; the log goes first, so that it is never beside another database than its own. */
const PARTS = ["-wal", "-shm", ""];

/** Told of each step that has been taken, in its order; what it throws ends the rest. */
export type OnStep = (step: string) => void;

/**
 * Puts `newFile`, complete, in the same folder and on the disk, in the place of the database at `file`, whose lock the caller holds.
 * The old one is kept under a name with `stamp` in it, and a number when that one is taken; it is returned; null if there was none.
 * Killed at any moment, it leaves the old database or, from the next opening on, the new one.
 */
export function replaceDatabase(file: string, newFile: string, stamp: string, onStep: OnStep): string | null {
  const free = freeStamp(file, stamp);
  renameSync(newFile, `${file}.restored-${free}`);
  syncFolder(dirname(file));
  onStep("decided");
  completeReplacement(file, onStep);
  const old = replacedName(file, free);
  return existsSync(old) ? old : null;
}

/** Completes what replaceDatabase() decided and did not come to the end of. Call it with the lock held, before the database is opened. */
export function completeReplacement(file: string, onStep: OnStep = () => undefined): void {
  const prefix = `${basename(file)}.restored-`;
  const decided = readdirSync(dirname(file)).find((name) => name.startsWith(prefix));
  if (decided === undefined) return;
  const aside = replacedName(file, decided.slice(prefix.length));
  for (const part of PARTS) {
    if (existsSync(file + part)) renameSync(file + part, aside + part);
    syncFolder(dirname(file)); // a power loss may not take back the first and keep the second
    onStep(`aside${part}`);
  }
  renameSync(join(dirname(file), decided), file);
  syncFolder(dirname(file));
  onStep("in place");
}

/** Removes a database with everything beside it, if it is there. */
export function removeDatabase(file: string): void {
  for (const part of [...PARTS, "-journal"]) rmSync(file + part, { force: true });
}

/** What has been written to a file, or renamed in a folder, is on the disk when this returns. */
export function syncFile(file: string): void {
  const descriptor = openSync(file, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const syncFolder = syncFile;

/** The stamp, or the first of stamp-2, stamp-3, … under which nothing is kept yet. */
function freeStamp(file: string, stamp: string): string {
  let free = stamp;
  const isTaken = () => PARTS.some((part) => existsSync(replacedName(file, free) + part));
  for (let next = 2; isTaken(); next++) free = `${stamp}-${next}`;
  return free;
}

function replacedName(file: string, stamp: string): string {
  return `${file}.replaced-${stamp}`;
}
