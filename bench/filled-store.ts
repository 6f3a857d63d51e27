import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Alert } from "../domain/alert.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { openSqliteStore, openStoreDatabase, readBootId } from "../server/sqlite/sqlite-store.ts";

/** An alert that is to be there: it fires once, at a price at or above the level. */
export interface WantedAlert {
  readonly userId: string;
  readonly symbol: string;
  readonly level: number;
}

const INSERT_USER = `INSERT INTO users (id, email, email_key, password_hash, create_time)
  VALUES (@id, @email, @email, 'none: nobody logs in here', @now)`;

/** Makes the database of a server that is not started yet, with verified users ("user-1" is user-1@example.com) and alerts. */
export async function fillStore(
  dataFolder: string,
  userIds: readonly string[],
  alerts: readonly WantedAlert[],
): Promise<void> {
  const file = join(dataFolder, "tickerbell.db");
  insertUsers(file, userIds);
  const store = openSqliteStore({
    file,
    policy: "resend",
    clock: systemClock,
    newId: randomUUID,
    random: Math.random,
    bootId: readBootId(),
    log: createLog("bench", "warn"),
  });
  const now = systemClock.now();
  for (const wanted of alerts) await store.alerts.insertAlert(alertFrom(wanted, now), now, null);
  await store.close();
}

/** Users by their ids, straight into their table: registering each would cost a password hash and a mail. */
export function insertUsers(file: string, userIds: readonly string[]): void {
  const database = openStoreDatabase(file);
  const { db } = database;
  const insert = db.prepare(INSERT_USER);
  const now = systemClock.now();
  db.transaction(() => userIds.forEach((id) => insert.run({ id, email: addressOf(id), now })))();
  database.close();
}

/** Where a user's mail goes. */
export function addressOf(userId: string): string {
  return `${userId}@example.com`;
}

function alertFrom({ userId, symbol, level }: WantedAlert, now: number): Alert {
  return {
    id: randomUUID(),
    userId,
    symbol,
    condition: { kind: "above", level },
    repeat: "once",
    alreadyTrue: "wait",
    bandPercent: "0.5",
    note: "",
    createTimeMs: now,
    updateTimeMs: now,
    revision: 1,
  };
}
