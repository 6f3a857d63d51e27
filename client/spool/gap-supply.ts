// Gaps travel with the quotes: on disk before they are sent, and forgotten when the server has them.
import type Database from "better-sqlite3";
import type { Gap } from "../../domain/gap.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { GapSink } from "../quote-sink.ts";
import type { Batch, QuoteSupply, RefusedItem } from "../quote-supply.ts";
import { DISK_RETRY_MS } from "./spool.ts";
import { SpoolTrouble } from "./spool-trouble.ts";

/** So many are kept while the server is away, the newest. */
export const SPOOLED_GAPS_MAX = 10_000;
/** The most that one message may carry. */
export const BATCH_GAPS_MAX = 100;

export interface GapSupplyOptions {
  /** The spool's. */
  readonly db: Database.Database;
  /** Its file, for messages. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the quotes come from. */
  readonly quotes: QuoteSupply;
}

interface SpooledGap {
  readonly id: number;
  readonly gap: Gap;
}

/** A batch on its way: that of the quotes' supply, if there is one, and what goes with it. */
interface Sent {
  readonly inner: number | null;
  readonly ids: readonly number[];
}

/** A supply of quotes as before, whose batches carry what is missing as well. */
export class GapSupply implements QuoteSupply, GapSink {
  readonly #options: GapSupplyOptions;
  readonly #trouble: SpoolTrouble;
  readonly #listeners = new Set<() => void>();
  /** By id, oldest first. */
  readonly #waiting: Map<number, Gap>;
  readonly #inFlight = new Map<number, Sent>();
  #sequence = 0;

  /** Throws what SQLite throws. */
  constructor(options: GapSupplyOptions) {
    const { db, file, log } = options;
    this.#options = options;
    this.#trouble = new SpoolTrouble({
      file,
      log,
      began: "what is missing cannot be spooled: it is tried again",
      ended: "what is missing can be spooled again",
      onDamage: () => undefined, // the spool finds it too, and ends
    });
    this.#waiting = new Map(loadGaps(db).map(({ id, gap }) => [id, gap]));
  }

  async putGaps(gaps: readonly Gap[], signal: AbortSignal): Promise<void> {
    if (gaps.length === 0) return;
    for (;;) {
      const added = this.#try(() => this.#insert(gaps));
      if (added !== null) {
        for (const { id, gap } of added) this.#waiting.set(id, gap);
        for (const id of [...this.#waiting.keys()].slice(0, -SPOOLED_GAPS_MAX)) this.#waiting.delete(id);
        this.#tell();
        return;
      }
      await this.#options.clock.sleep(DISK_RETRY_MS, signal);
    }
  }

  takeBatch(): Batch | undefined {
    const batch = this.#options.quotes.takeBatch();
    const ids = this.#unsent();
    if (batch === undefined && ids.length === 0) return undefined;
    this.#sequence += 1;
    this.#inFlight.set(this.#sequence, { inner: batch?.sequence ?? null, ids });
    const gaps = ids.flatMap((id) => this.#waiting.get(id) ?? []);
    return { sequence: this.#sequence, quotes: batch?.quotes ?? [], gaps };
  }

  acknowledge(sequence: number, refused: readonly RefusedItem[]): boolean {
    const sent = this.#inFlight.get(sequence);
    if (sent === undefined) return false;
    this.#inFlight.delete(sequence);
    const { inner, ids } = sent;
    for (const id of ids) this.#waiting.delete(id); // also when the disk keeps them: the next start sends them once more
    if (ids.length > 0) this.#try(() => this.#delete(ids));
    const isKnown = inner === null || this.#options.quotes.acknowledge(inner, refused);
    if (ids.length > 0) this.#tell();
    return isKnown;
  }

  takeBack(): void {
    this.#inFlight.clear();
    this.#sequence = 0;
    this.#options.quotes.takeBack();
  }

  isSettled(): boolean {
    return this.#waiting.size === 0 && this.#inFlight.size === 0 && this.#options.quotes.isSettled();
  }

  /** Of the quotes: what is missing takes no room. */
  get size(): number {
    return this.#options.quotes.size;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    const unsubscribe = this.#options.quotes.subscribe(listener);
    return () => {
      this.#listeners.delete(listener);
      unsubscribe();
    };
  }

  #unsent(): readonly number[] {
    if (this.#waiting.size === 0) return [];
    const sent = new Set([...this.#inFlight.values()].flatMap(({ ids }) => ids));
    return [...this.#waiting.keys()].filter((id) => !sent.has(id)).slice(0, BATCH_GAPS_MAX);
  }

  #insert(gaps: readonly Gap[]): SpooledGap[] {
    const { db } = this.#options;
    const insert = db.prepare("INSERT INTO spooled_gaps VALUES (NULL, ?, ?, ?, ?, ?, ?)");
    const trim = db.prepare(
      `DELETE FROM spooled_gaps WHERE id <= (SELECT max(id) FROM spooled_gaps) - ${SPOOLED_GAPS_MAX}`,
    );
    const store = db.transaction(() => {
      const added = gaps.map((gap) => {
        const { symbol, source, periodMs, startTimeMs, endTimeMs, reason } = gap;
        const { lastInsertRowid } = insert.run(symbol, source, periodMs, startTimeMs, endTimeMs, reason);
        return { id: Number(lastInsertRowid), gap };
      });
      trim.run();
      return added;
    });
    return store.immediate();
  }

  #delete(ids: readonly number[]): void {
    const { db } = this.#options;
    const remove = db.prepare("DELETE FROM spooled_gaps WHERE id = ?");
    db.transaction(() => {
      for (const id of ids) remove.run(id);
    }).immediate();
  }

  /** Null if the disk did not do its part. */
  #try<Result>(work: () => Result): Result | null {
    try {
      const result = work();
      this.#trouble.end();
      return result;
    } catch (error) {
      this.#trouble.note(error);
      return null;
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function loadGaps(db: Database.Database): SpooledGap[] {
  const rows = db
    .prepare(
      `SELECT id, symbol, source, period_ms AS periodMs, start_time AS startTimeMs, end_time AS endTimeMs, reason
       FROM spooled_gaps ORDER BY id`,
    )
    .all() as (Gap & { readonly id: number })[];
  return rows.map(({ id, ...gap }) => ({ id, gap }));
}
