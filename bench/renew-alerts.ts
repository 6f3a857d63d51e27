import Database from "better-sqlite3";

/**
 * Makes the alerts of a server's database what they are in another file: whether they have fired, and where they wait. Everything else
 * stays: what they have fired, and the quotes. No server may have it open.
 */
export function renewAlerts(file: string, from: string): void {
  const db = new Database(file);
  try {
    db.pragma("foreign_keys = OFF"); // else what an alert has fired would go when its row is replaced
    db.prepare("ATTACH ? AS source").run(from);
    db.transaction(() => {
      for (const table of ["alert_changes", "watch_levels"]) {
        db.exec(`DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM source.${table}`);
      }
      db.exec("REPLACE INTO main.alerts SELECT * FROM source.alerts");
    })();
  } finally {
    db.close();
  }
}
