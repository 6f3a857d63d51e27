import type Database from "better-sqlite3";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { BootClock } from "../../runtime/clock/boot-clock.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { openDatabase } from "../../runtime/sqlite/open-database.ts";
import { corrupt } from "../../runtime/sqlite/store-error.ts";
import { BackfillMemory } from "../backfill/backfill-memory.ts";
import { limitsOfPlan, RateLimiter, type Plan } from "../rate-limiter.ts";
import { AnswerMemory } from "./answer-memory.ts";
import { ledgerError, LedgerTrouble } from "./ledger-trouble.ts";
import { hashOfKey, RequestLedger } from "./request-ledger.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");

export interface RequestsOptions {
  /** Where requests and answers are written down. */
  readonly file: string;
  /** Only its hash is written down. */
  readonly key: string;
  readonly plan: Plan;
  readonly clock: Clock;
  readonly boot: BootClock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** The gate for a key's requests, what their answers have shown, and how far they reach. */
export interface Requests {
  readonly limiter: RateLimiter;
  readonly answers: AnswerMemory;
  readonly backfill: BackfillMemory;
  /** Once nothing is asked any more. */
  readonly close: () => void;
}

/** Where there is no key, and no limit: nothing is written down. */
export function keylessRequests(clock: Clock): Requests {
  const limiter = new RateLimiter(limitsOfPlan("unlimited"), clock);
  return { limiter, answers: new AnswerMemory(clock), backfill: new BackfillMemory(), close: () => undefined };
}

/**
 * Opens (or makes) what outlives the process. Throws AppError: STORE_LOCKED when another fetcher has it, STORE_NEWER when a newer
 * version wrote it, STORE_CORRUPT when it is damaged, STORE_UNAVAILABLE when it cannot be opened at all.
 */
export function openRequests({ file, key, plan, clock, boot, log, random }: RequestsOptions): Requests {
  try {
    const database = openDatabase({ file, migrations: MIGRATIONS, owner: "fetcher" });
    const { db } = database;
    try {
      assertSound(db, file);
      const keyHash = hashOfKey(key);
      const trouble = new LedgerTrouble(file, log);
      const memory = plan === "unlimited" ? undefined : new RequestLedger({ db, keyHash, clock, boot, trouble });
      const limiter = new RateLimiter(limitsOfPlan(plan), clock, memory, random);
      const tables = { db, keyHash, trouble };
      const [answers, backfill] = [new AnswerMemory(clock, tables), new BackfillMemory(tables)];
      return { limiter, answers, backfill, close: () => database.close() };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw error instanceof AppError && error.reason !== "STORE_CORRUPT" ? error : ledgerError(error, file);
  }
}

/** An index that has lost a row would free a request that was asked. The file has some pages only: reading them all takes a millisecond. */
function assertSound(db: Database.Database, file: string): void {
  const found = String(db.pragma("integrity_check(1)", { simple: true }));
  if (found !== "ok") throw corrupt(found, file);
}
