// What nobody needs any longer goes, a little at a time: prices that are older than they are to be kept, alerts deleted long ago, log-ins that
// are over, what operators were told, entries of the audit. A slice is one short work of the store's one writer; between two of them everybody else has the writer for several times as long.
import { AppError } from "../domain/error.ts";
import { DAY_MS, MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { AuditStore } from "./audit-store.ts";
import type { KeepTimes, RetentionStore, Slice } from "./retention-store.ts";

/** A server that starts has more urgent things to do. */
const FIRST_AFTER_MS = 10_000;
/** When everything that had expired is gone, it is looked for again after so long. */
const AGAIN_AFTER_MS = 10 * MINUTE_MS;
/** A slice takes some five milliseconds: a tenth of the writer's time. */
const REST_MS = 50;
/** After its owner has deleted it, an alert is there for so long. */
const KEEP_DELETED_MS = 30 * DAY_MS;
/** A session that is over counts for nothing; but while the clock is some hours ahead, more seem to be. */
const KEEP_ENDED_MS = DAY_MS;
/** As long as the mails themselves. */
const KEEP_MAIL_RECORDS_MS = 30 * DAY_MS;

export interface RetentionDeps {
  readonly store: RetentionStore;
  readonly audit: Pick<AuditStore, "removeExpiredEntries">;
  readonly keep: KeepTimes;
  readonly clock: Clock;
  readonly log: Log;
}

/** Removes what has expired, as long as the server runs; what expired while none ran, too. */
export class Retention {
  readonly #deps: RetentionDeps;
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Lets the slice that is under way end. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let waitMs = FIRST_AFTER_MS; await this.#rest(waitMs); waitMs = AGAIN_AFTER_MS) {
      try {
        await this.#removeAll();
      } catch (error) {
        // The store's own troubles are logged where they are noted, once.
        if (!(error instanceof AppError)) this.#deps.log.error({ err: error }, "removing what has expired failed");
      }
    }
  }

  async #removeAll(): Promise<void> {
    const { store, audit, keep, log } = this.#deps;
    let removed = 0;
    for (const symbol of await store.listSymbols()) {
      removed += await this.#inSlices(() => store.removeExpired(symbol, keep));
    }
    if (removed > 0) log.info({ rows: removed }, "prices whose time is over were summed up and removed");
    await this.#inSlices(() => store.removeDeletedAlerts(KEEP_DELETED_MS));
    await this.#inSlices(() => store.removeEndedSessions(KEEP_ENDED_MS));
    await this.#inSlices(() => store.removeOldMailRecords(KEEP_MAIL_RECORDS_MS));
    await this.#inSlices(() => audit.removeExpiredEntries());
  }

  /** One slice after the other, with rests, until there is nothing left; how many rows that were. */
  async #inSlices(slice: () => Promise<Slice>): Promise<number> {
    let count = 0;
    for (let hasMore = true; hasMore && !this.#closing.signal.aborted;) {
      const done = await slice();
      count += done.rows;
      hasMore = done.hasMore;
      await this.#rest(REST_MS);
    }
    return count;
  }

  /** Whether the server goes on after that. */
  async #rest(ms: number): Promise<boolean> {
    await this.#deps.clock.sleep(ms, this.#closing.signal).catch(() => undefined);
    return !this.#closing.signal.aborted;
  }
}
