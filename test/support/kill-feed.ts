// Where a trial's prices come from: a storm of streams, or a real fetcher that asks a service of the trial's own.
import Database from "better-sqlite3";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BellProcess } from "./bell-process.ts";
import { BulkSource } from "./bulk-source.ts";
import { factOf, type QuoteFact } from "./kill-evidence.ts";
import type { KillMarket } from "./kill-market.ts";
import { QuoteStorm } from "./quote-storm.ts";
import { SlowLine } from "./slow-line.ts";
import type { World } from "./world.ts";

/** Prices on their way to the server. */
export interface KillFeed {
  /** Grows with each acknowledgement. */
  readonly progress: number;
  /** How much is unacknowledged just now, as far as it can be told without asking the server. */
  readonly inFlight: number;
  /** What must be in the database. */
  readonly owed: readonly QuoteFact[];
  /** All that may be in the database. */
  readonly sent: readonly QuoteFact[];
  /** Answers that should not have come. */
  readonly complaints: readonly string[];
  /** Ends when the server has everything; it must be there. */
  stop(): Promise<void>;
  /** Ends whatever is still open. */
  close(): void;
}

/** The storm, told in facts. */
export class StormFeed implements KillFeed {
  readonly #storm: QuoteStorm;

  private constructor(storm: QuoteStorm) {
    this.#storm = storm;
  }

  /** Begins at once. `address` is the server's. */
  static async start(address: string, market: KillMarket): Promise<StormFeed> {
    return new StormFeed(await QuoteStorm.start(address, market));
  }

  get progress(): number {
    return this.#storm.acknowledgedCount;
  }
  get inFlight(): number {
    return this.#storm.batchesInFlight;
  }
  get owed(): readonly QuoteFact[] {
    return this.#storm.acknowledged.map(factOf);
  }
  get sent(): readonly QuoteFact[] {
    return this.#storm.sent.map(factOf);
  }
  get complaints(): readonly string[] {
    return this.#storm.complaints;
  }

  stop(): Promise<void> {
    return this.#storm.stop();
  }

  close(): void {
    void this.#storm.stop().catch(() => undefined);
  }
}

/** Each way between fetcher and server: what a fetcher in another place has. */
const LINE_DELAY_MS = 110;

/** The real fetcher, over as many lives as it takes. */
export class FetcherFeed implements KillFeed {
  readonly complaints: readonly string[] = [];
  /** What was in the spool of a life that was killed. */
  readonly #spooled: QuoteFact[] = [];
  readonly #world: World;
  readonly #market: KillMarket;
  readonly #source: BulkSource;
  readonly #line: SlowLine;
  #process: BellProcess | null = null;
  #lives = 0;
  #spooledAtLastKill = 0;
  /** Acknowledgements in earlier lives. */
  #earlier = 0;

  private constructor(world: World, market: KillMarket, source: BulkSource, line: SlowLine) {
    this.#world = world;
    this.#market = market;
    this.#source = source;
    this.#line = line;
  }

  /** No fetcher runs yet. `delayMs` is the time for an answer. */
  static async open(world: World, address: string, market: KillMarket, delayMs: () => number): Promise<FetcherFeed> {
    const source = new BulkSource({ market, delayMs });
    await source.open();
    return new FetcherFeed(world, market, source, await SlowLine.start(address, LINE_DELAY_MS));
  }

  get progress(): number {
    const lines = this.#process?.lines.filter((line) => line.includes("batch acknowledged"));
    return this.#earlier + (lines?.length ?? 0);
  }
  get inFlight(): number {
    return 0; // the spool tells, once the fetcher is dead
  }
  get owed(): readonly QuoteFact[] {
    return [...this.#spooled, ...this.#source.followedUp];
  }
  get sent(): readonly QuoteFact[] {
    return this.#source.served;
  }

  /** How often the source was asked for everything. */
  get rounds(): number {
    return this.#source.rounds;
  }

  /** How many quotes the last killed life left in its spool. */
  get spooledAtLastKill(): number {
    return this.#spooledAtLastKill;
  }

  /** How many quotes are in the spool now; from a copy, so about. */
  spooled(): number {
    return readSpool(this.#world.dataFolder).length;
  }

  /** The next life. */
  async start(): Promise<BellProcess> {
    this.#lives += 1;
    this.#process = await this.#world.start("fetcher", {
      BELL_ALPHA_VANTAGE_URL: this.#source.url(this.#lives),
      BELL_ALPHA_VANTAGE_FUNCTION: "bulk-quotes",
      BELL_ALPHA_VANTAGE_PLAN: "unlimited",
      BELL_SCHEDULE: "* * * * * *",
      BELL_SYMBOLS: this.#market.symbols.join(" "),
      BELL_SERVER: this.#line.address,
      BELL_LOG_LEVEL: "debug",
    });
    return this.#process;
  }

  /**
   * Looks into the spool of the life that was just killed; how many quotes it holds that are newer than `newestStoredMs`: a spool
   * also holds what is acknowledged and not yet forgotten.
   */
  noteKilled(newestStoredMs: number): number {
    this.#earlier = this.progress;
    this.#process = null;
    const spooled = readSpool(this.#world.dataFolder);
    for (const quote of spooled) this.#spooled.push(quote);
    this.#spooledAtLastKill = spooled.length;
    return spooled.filter(({ quoteTimeMs }) => quoteTimeMs > newestStoredMs).length;
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (process === null) return;
    const { code } = await process.stop();
    if (code !== 0) throw new Error(`the fetcher ended with ${String(code)}`);
    const left = this.spooled();
    if (left > 0) throw new Error(`the fetcher ended with ${left} quotes in its spool, and the server was there`);
  }

  close(): void {
    this.#source.close();
    this.#line.close();
  }
}

/** What a dead fetcher's spool holds, read from a copy: the next life is to find it as it was left. */
function readSpool(dataFolder: string): QuoteFact[] {
  const folder = mkdtempSync(join(dataFolder, "spool-copy-"));
  try {
    for (const name of ["spool.db", "spool.db-wal"]) {
      if (existsSync(join(dataFolder, name))) copyFileSync(join(dataFolder, name), join(folder, name));
    }
    if (!existsSync(join(folder, "spool.db"))) return [];
    const db = new Database(join(folder, "spool.db"));
    try {
      const table = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'spooled_quotes'").pluck().get();
      if (table === 0) return []; // killed before its first start was over
      return db.prepare("SELECT symbol, quote_time AS quoteTimeMs, close FROM spooled_quotes").all() as QuoteFact[];
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
