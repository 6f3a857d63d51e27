import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Alert } from "../domain/alert.ts";
import { readBootId } from "../runtime/clock/boot-clock.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { createLog } from "../runtime/log/log.ts";
import type { Store } from "../server/store.ts";
import { openSqliteStore, openStoreDatabase } from "../server/sqlite/sqlite-store.ts";

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
  const store = openBenchStore(file);
  const now = systemClock.now();
  const inserted = alerts.map(({ userId, symbol, level }) => {
    const condition = { kind: "above", level, forMs: 0 } as const;
    return store.alerts.insertAlert(plainAlert({ id: randomUUID(), userId, symbol, condition }), now, null);
  });
  await Promise.all(inserted); // asked for together, they share commits
  await store.close();
}

/** The store as a server opens it, without a server. */
export function openBenchStore(file: string): Store {
  const ways = { newId: randomUUID, random: Math.random, bootId: readBootId() };
  return openSqliteStore({ file, policy: "resend", clock: systemClock, ...ways, log: createLog("bench", "warn") });
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

/** An alert for one symbol, made now: once, in regular hours, without any option. */
export function plainAlert(told: Pick<Alert, "id" | "userId" | "symbol" | "condition">): Alert {
  const now = systemClock.now();
  return {
    ...told,
    symbols: [told.symbol],
    repeat: "once",
    maxFires: 0,
    alreadyTrue: "wait",
    bandPercent: "0.5",
    rearmForMs: 0,
    confirm: 1,
    session: "regular",
    expireTimeMs: null,
    isUrgent: false,
    remindEveryMs: 0,
    tellsWhenBack: false,
    note: "",
    tags: [],
    createTimeMs: now,
    updateTimeMs: now,
    revision: 1,
  };
}
