import Database from "better-sqlite3";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Quote } from "../domain/quote.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { DataEventClock } from "../server/event-clock.ts";
import { Ingest } from "../server/ingest.ts";
import { QuoteFeed } from "../server/quote-feed.ts";
import type { Store } from "../server/store.ts";
import { TriggerFeed } from "../server/trigger-feed.ts";
import { openBenchStore } from "./filled-store.ts";

/** The next write begins a new log. */
const MOVE_LOG = "wal_checkpoint(TRUNCATE)";

/** Quotes into a store by way of the ingest, put together as in a server, without the network. */
export class JudgingLane {
  readonly #file: string;
  readonly #store: Store;
  readonly #ingest: Ingest;
  readonly #stream = new AbortController();

  /** `file` is a server's database. */
  constructor(file: string) {
    this.#file = file;
    this.#store = openBenchStore(file);
    this.#ingest = new Ingest({
      quotes: this.#store.quotes,
      eventClock: new DataEventClock(null),
      feed: new QuoteFeed(),
      triggers: new TriggerFeed(),
      dispatcher: { wake: () => undefined },
      clock: systemClock,
      log: createLog("bench", "warn"),
      yieldToOthers: setImmediate,
    });
  }

  /** Resolves when the batch is on disk and judged. */
  async take(batch: readonly Quote[]): Promise<void> {
    const { through } = await this.#ingest.submit(batch, this.#stream.signal);
    await through;
  }

  /** Microseconds a quote, of batches that are taken one after the other. */
  async costOf(batches: readonly (readonly Quote[])[]): Promise<number> {
    const startedAt = performance.now();
    for (const batch of batches) await this.take(batch);
    return ((performance.now() - startedAt) * 1_000) / batches.flat().length;
  }

  /** The same, and what it costs to move everything they wrote from the log into the database: each store pays for all that it writes. */
  async wholeCostOf(batches: readonly (readonly Quote[])[]): Promise<number> {
    const db = new Database(this.#file);
    try {
      db.pragma(MOVE_LOG);
      const startedAt = performance.now();
      for (const batch of batches) await this.take(batch);
      db.pragma(MOVE_LOG);
      return ((performance.now() - startedAt) * 1_000) / batches.flat().length;
    } finally {
      db.close();
    }
  }

  /** How many alerts have fired since the database was made. */
  firedCount(): number {
    const db = new Database(this.#file, { readonly: true });
    try {
      return Number(db.prepare("SELECT count(*) FROM triggers").pluck().get());
    } finally {
      db.close();
    }
  }

  async close(): Promise<void> {
    await this.#ingest.close();
    await this.#store.close();
  }
}

/** Gives the work a folder, which is gone when it is done. */
export async function inBenchFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "tickerbell-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
