import { join } from "node:path";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { openDatabase, type OpenDatabase } from "../../runtime/sqlite/open-database.ts";
import { codeOf, corrupt } from "../../runtime/sqlite/store-error.ts";
import type { Store, StoreUpkeep } from "../store.ts";
import { SqliteAccessTokenStore } from "./access-token-store.ts";
import { SqliteAdminStore } from "./admin-store.ts";
import { AlertJudging } from "./alert-judging.ts";
import { SqliteAlertStore } from "./alert-store.ts";
import { SqliteAuditStore } from "./audit-store.ts";
import { Backups } from "./backups.ts";
import { DoubtedSymbols } from "./doubted-symbols.ts";
import { EndedHolds } from "./ended-holds.ts";
import { SqliteHoldStore } from "./hold-store.ts";
import { PriceDoubts } from "./price-doubts.ts";
import { CooldownKeeping } from "./cooldown-keeping.ts";
import { checkWholeFile, type CheckedFile } from "./file-check.ts";
import { guardErrors } from "./guard-errors.ts";
import { SqliteGapStore } from "./gap-store.ts";
import { SqliteHistoryStore } from "./history-store.ts";
import { HistoryThread } from "./history-thread.ts";
import { SqliteImportStore } from "./import-store.ts";
import { LogWatch } from "./log-watch.ts";
import { SqliteNotificationStore } from "./notification-store.ts";
import { OpenJudgings } from "./open-judgings.ts";
import { PairStore } from "./pair-store.ts";
import { PlaceWatch } from "./place-watch.ts";
import { ALERTS_PER_COMMIT } from "./quote-judging.ts";
import { SqliteQuoteStore } from "./quote-store.ts";
import { SqliteRetentionStore } from "./retention-store.ts";
import { SeriesMemory } from "./series-memory.ts";
import { StoreCondition } from "./store-condition.ts";
import { storeHealth } from "./store-health.ts";
import { StoreProbe } from "./store-probe.ts";
import { ThrottleRows } from "./throttle-rows.ts";
import { SqliteThrottleStore } from "./throttle-store.ts";
import { Transactions } from "./transactions.ts";
import { TriggerJoining } from "./trigger-joining.ts";
import { SqliteSymbolStore } from "./symbol-store.ts";
import { SqliteSessionStore } from "./session-store.ts";
import { SqliteUserStore } from "./user-store.ts";
import { WatchLevelStore } from "./watch-level-store.ts";

export interface SqliteStoreOptions {
  readonly file: string;
  readonly policy: AmbiguityPolicy;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  /** Names the run of the monotonic clock; null when the system cannot say. */
  readonly bootId: string | null;
  readonly log: Log;
  /** How many alerts a commit judges; ALERTS_PER_COMMIT unless told. */
  readonly alertsPerCommit?: number;
}

/** The server's database, by itself. Throws AppError (see openDatabase). */
export function openStoreDatabase(file: string): OpenDatabase {
  return openDatabase({ file, migrations: join(import.meta.dirname, "migrations"), owner: "server" });
}

/** Opens the embedded store. Throws AppError when the database cannot be had (see openDatabase). */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  return storeOn(openStoreDatabase(options.file), options);
}

/** The store on an open database, which it closes in the end; also when it throws. */
export function storeOn(database: OpenDatabase, options: SqliteStoreOptions): Store {
  try {
    return assemble(database, options);
  } catch (error) {
    database.close();
    // A statement of ours that does not fit the schema: some byte of the schema is not what we wrote.
    throw codeOf(error) === "SQLITE_ERROR" ? corrupt(String(error), options.file, error) : error;
  }
}

function assemble(database: OpenDatabase, options: SqliteStoreOptions): Store {
  const { file, clock, newId, random, log } = options;
  const { db } = database;
  const condition = new StoreCondition(clock, log);
  const transactions = new Transactions(db, clock, { file, condition });
  const series = new SeriesMemory(db);
  const levels = new WatchLevelStore(db);
  transactions.onRollback(() => series.forget());
  const open = new OpenJudgings(db);
  const doubts = new DoubtedSymbols(db);
  const ended = new EndedHolds(db);
  for (const memory of [levels, open, doubts, ended]) transactions.onRollback(() => memory.forget());
  const throttles = new ThrottleRows(db);
  transactions.onRollback(() => throttles.forget());
  const pairs = new PairStore(db);
  const cooldowns = new CooldownKeeping(db, pairs);
  const logWatch = new LogWatch(file, log);
  const placeWatch = new PlaceWatch(file, condition);
  cooldowns.carryOver(transactions, options.bootId, options.policy);
  transactions.before((instant) => {
    placeWatch.look(instant.monoMs);
    cooldowns.keepInStep(instant);
    logWatch.look(instant.monoMs);
  });
  const alerts = new AlertJudging(db, levels, new TriggerJoining(db, pairs, newId), log);
  const parts = { series, levels, open, alerts };
  const prices = new PriceDoubts(db, { series, doubts, ended, alerts }, log);
  const probe = new StoreProbe(db, { condition, transactions, clock });
  const past = new HistoryThread(file, log, { clock });
  const guarded = <Part extends object>(part: Part) => guardErrors(part, (error) => transactions.told(error));
  return {
    quotes: guarded(
      new SqliteQuoteStore(db, transactions, { ...parts, prices }, options.alertsPerCommit ?? ALERTS_PER_COMMIT),
    ),
    gaps: guarded(new SqliteGapStore(db, transactions)),
    holds: guarded(new SqliteHoldStore(transactions, prices)),
    retention: guarded(new SqliteRetentionStore(db, transactions, clock)),
    imports: guarded(new SqliteImportStore(db, transactions)),
    symbols: guarded(new SqliteSymbolStore(db, transactions)),
    alerts: guarded(new SqliteAlertStore(db, transactions, { ...parts, clock })),
    history: guarded(new SqliteHistoryStore(db, transactions, pairs, past)),
    notifications: guarded(new SqliteNotificationStore(db, transactions, pairs, { newId, random })),
    admin: guarded(new SqliteAdminStore(db, transactions, newId)),
    audit: guarded(new SqliteAuditStore(db, transactions)),
    users: guarded(new SqliteUserStore(db, transactions, { newId, throttles })),
    sessions: guarded(new SqliteSessionStore(db, transactions, newId)),
    throttles: guarded(new SqliteThrottleStore(transactions, throttles)),
    accessTokens: guarded(new SqliteAccessTokenStore(db, transactions)),
    ...upkeep(database, { file, condition, log }, { transactions, probe, past }),
  };
}

/** What keeps the database in good order, and tells how it does. */
function upkeep(
  database: OpenDatabase,
  checked: CheckedFile,
  parts: { readonly transactions: Transactions; readonly probe: StoreProbe; readonly past: HistoryThread },
): StoreUpkeep {
  const { file, condition } = checked;
  const backups = new Backups(file, condition);
  const closing = new AbortController();
  return {
    health: () => storeHealth(condition, file),
    onStateChange: (listen) => condition.onChange(listen),
    failed: condition.failed,
    checkWhole: () => checkWholeFile(checked, closing.signal),
    backUp: (signal) => backups.take(signal),
    close: async () => {
      closing.abort();
      parts.transactions.flush();
      parts.probe.close();
      backups.close();
      const ended = parts.past.close();
      if (ended !== null) await ended; // the last connection moves the write-ahead log into the database
      database.close();
    },
  };
}
