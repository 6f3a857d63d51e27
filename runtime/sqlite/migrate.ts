import type Database from "better-sqlite3";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { DatabasePlace } from "./database-place.ts";

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
 * nothing to one that has them all, for a full disk must not keep it from being read.
 */
export function migrate(db: Database.Database, folder: string): void {
  const files = migrationFiles(folder);
  if (versionOf(db) === files.length) return;
  db.transaction(() => {
    for (const name of files.slice(versionOf(db))) db.exec(readFileSync(join(folder, name), "utf8"));
    db.pragma(`user_version = ${files.length}`);
  }).immediate();
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
