import type Database from "better-sqlite3";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { DatabasePlace } from "./database-place.ts";
import { corrupt } from "./store-error.ts";

/** Throws AppError STORE_NEWER, touching nothing, if the database has more migrations than this version knows. */
export function checkVersion(db: Database.Database, { file, migrations }: DatabasePlace): void {
  const files = migrationFiles(migrations);
  const version = versionOf(db);
  if (version > files.length) {
    const message = `the database ${file} has schema ${version}; this version of Tickerbell knows ${files.length}`;
    throw new AppError("FAILED_PRECONDITION", "STORE_NEWER", message, {
      hint: "Run the newer version that wrote it, or put a backup from before the upgrade in its place.",
    });
  }
}

/**
 * Brings the schema to this version: each numbered file once, in order, all in one transaction. `user_version` counts them. Writes
 * nothing to one that has them all, for a full disk must not keep it from being read. With `upTo` it stops at that version. Throws
 * AppError STORE_CORRUPT, and leaves all as it was, if rows refer to rows that are not there afterwards.
 */
export function migrate(db: Database.Database, folder: string, upTo = Infinity): void {
  const files = migrationFiles(folder).slice(0, upTo);
  if (versionOf(db) === files.length) return;
  withoutForeignKeys(db, () => {
    db.transaction(() => {
      for (const name of files.slice(versionOf(db))) db.exec(readFileSync(join(folder, name), "utf8"));
      checkForeignKeys(db);
      db.pragma(`user_version = ${files.length}`);
    }).immediate();
  });
}

/** A table that others refer to is changed by making it anew: dropping the old one must not delete their rows with it. */
function withoutForeignKeys(db: Database.Database, work: () => void): void {
  const before = Number(db.pragma("foreign_keys", { simple: true }));
  db.pragma("foreign_keys = OFF"); // within a transaction this would do nothing
  try {
    work();
  } finally {
    db.pragma(`foreign_keys = ${before}`);
  }
}

function checkForeignKeys(db: Database.Database): void {
  const [broken] = db.pragma("foreign_key_check") as { table: string; parent: string }[];
  if (broken === undefined) return;
  throw corrupt(`a row of ${broken.table} refers to one of ${broken.parent} that is not there`, db.name);
}

function versionOf(db: Database.Database): number {
  return Number(db.pragma("user_version", { simple: true }));
}

/** `0001-….sql`, `0002-….sql`, …: the number is the place. */
function migrationFiles(folder: string): string[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  files.forEach((name, index) => {
    if (Number(name.slice(0, 4)) !== index + 1) throw new Error(`migration ${name} is not number ${index + 1}`);
  });
  return files;
}
