import type Database from "better-sqlite3";
import { randomUUID } from "node:crypto";
import type { Alert } from "../../domain/alert.ts";
import { readBootId } from "../../runtime/clock/boot-clock.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { openSqliteStore, openStoreDatabase } from "../../server/sqlite/sqlite-store.ts";
import { above, exampleAlert } from "../examples.ts";
import type { TrialAlert } from "./kill-market.ts";

/** Where the mails of a trial's user go. */
function addressOf(userId: string): string {
  return `${userId}@example.com`;
}

/**
 * Makes the database of a server that is not started yet, with verified users and alerts. What it holds is in one place with
 * what the server makes of it, so it is the server's own store that writes the alerts; users go straight into their table.
 */
export async function fillDatabase(file: string, userIds: readonly string[], alerts: readonly TrialAlert[]) {
  const database = openStoreDatabase(file);
  insertUsers(database.db, userIds);
  database.close();
  const log = createLog("kill-trial", "silent");
  const ids = { newId: randomUUID, random: Math.random, bootId: readBootId() };
  const store = openSqliteStore({ file, policy: "resend", clock: systemClock, ...ids, log });
  const now = systemClock.now();
  await Promise.all(alerts.map((alert) => store.alerts.insertAlert(alertFrom(alert, now), now, null))); // few commits
  await store.close();
}

function insertUsers(db: Database.Database, userIds: readonly string[]): void {
  const insert = db.prepare(
    "INSERT INTO users (id, email, email_key, password_hash, create_time) VALUES (@id, @email, @email, 'nobody logs in', @now)",
  );
  const now = systemClock.now();
  db.transaction(() => userIds.forEach((id) => insert.run({ id, email: addressOf(id), now })))();
}

function alertFrom({ userId, symbol, level, repeat }: TrialAlert, now: number): Alert {
  const times = { createTimeMs: now, updateTimeMs: now };
  return exampleAlert(above(level), { id: randomUUID(), userId, symbol, repeat, ...times });
}
