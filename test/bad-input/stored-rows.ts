import Database from "better-sqlite3";

/** Every row of every table, as text: equal before and after means that nothing was stored. */
export function storedRows(databaseFile: string): Record<string, string[]> {
  const db = new Database(databaseFile, { readonly: true });
  try {
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all() as string[];
    return Object.fromEntries(
      tables.map((table) => [
        table,
        db
          .prepare(`SELECT * FROM "${table}"`)
          .raw()
          .all()
          .map((row) => JSON.stringify(row)),
      ]),
    );
  } finally {
    db.close();
  }
}

/** What a refused call may leave behind: that it was refused, and how often. */
const OF_REFUSALS = ["audit", "sqlite_sequence", "throttles"];

/** The same without what is kept of refusals themselves. */
export function storedOfUsers(databaseFile: string): Record<string, string[]> {
  const rows = Object.entries(storedRows(databaseFile));
  return Object.fromEntries(rows.filter(([table]) => !OF_REFUSALS.includes(table)));
}
