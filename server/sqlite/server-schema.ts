// Whether a database is one of a server's: what a stranger's file would do to the server, or the server to it, is nobody's wish.
import Database from "better-sqlite3";
import { join } from "node:path";
import { migrate } from "../../runtime/sqlite/migrate.ts";

/** The folder of the numbered migrations. */
export const MIGRATIONS = join(import.meta.dirname, "migrations");
/** What runs by itself, or stands for a table, when somebody else made it. */
const ACTIVE = ["trigger", "view"];

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/**
 * What keeps a database from being one that our migrations made; null when nothing does. A table or an index more is let be. Throws
 * what SQLite throws when it cannot read the schema.
 */
export function schemaFault(db: Database.Database): string | null {
  const version = Number(db.pragma("user_version", { simple: true }));
  if (version < 1) return "it has no version of ours";
  const found = objectsIn(db);
  const ours = objectsOf(version);
  const missing = ours.find((object) => !found.some(({ type, name }) => type === object.type && name === object.name));
  if (missing !== undefined) return `it has no ${missing.type} ${missing.name}`;
  const isOurs = (object: SchemaObject) => ours.some(({ name, sql }) => name === object.name && sql === object.sql);
  const foreign = found.find((object) => ACTIVE.includes(object.type) && !isOurs(object));
  return foreign === undefined ? null : `its ${foreign.type} ${foreign.name} is not one that Tickerbell made`;
}

/** What the first so many migrations make; all that are known, of a newer version's. */
function objectsOf(version: number): SchemaObject[] {
  const db = new Database(":memory:");
  try {
    migrate(db, MIGRATIONS, version);
    return objectsIn(db);
  } finally {
    db.close();
  }
}

/** Without what SQLite makes by itself. */
function objectsIn(db: Database.Database): SchemaObject[] {
  const all = db
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all();
  return all as SchemaObject[];
}
