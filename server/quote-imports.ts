// Prices that an operator imports: one import at a time, in steps so short that what fetchers bring goes in between.
import { AppError } from "../domain/error.ts";
import { SECOND_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { ExportKey, ImportCounts, ImportRow, ImportStore, StagedRows } from "./import-store.ts";

/** A step takes so many rows: some milliseconds. */
const ROWS_PER_STEP = 500;
/** After a failure of the store, what is sealed is gone on with after so long. */
const RETRY_AFTER_MS = SECOND_MS;

export interface QuoteImportsDeps {
  readonly imports: ImportStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Lets whatever else has come in go first. */
  readonly yieldToOthers: () => Promise<unknown>;
}

/** An import under way. Its methods reject with what the store refuses with. */
export interface QuoteImport {
  /** Keeps rows apart. */
  stage(rows: readonly ImportRow[]): Promise<StagedRows>;
  /** What the staged rows would change. */
  compare(): Promise<ImportCounts>;
  /** Stores all of them; once it has begun it will be done, whatever comes between: then it rejects with UNAVAILABLE STORE_UNAVAILABLE. */
  finish(): Promise<ImportCounts>;
  /** Lets the next one in. Drops what is staged, unless it is being stored. */
  end(): void;
}

export class QuoteImports {
  readonly #deps: QuoteImportsDeps;
  readonly #closing = new AbortController();
  #isTaken = false;
  /** Until what was sealed is stored, and what was only staged is dropped. */
  #tidying: Promise<void> = Promise.resolve();
  /** Its first try, whether it helped or not: nobody waits for a disk to be mended. */
  #tried: Promise<unknown> = Promise.resolve();
  /** Why that does not go on at the moment. */
  #trouble: AppError | null = null;

  constructor(deps: QuoteImportsDeps) {
    this.#deps = deps;
  }

  /** Goes on with what the last server had sealed, and drops what it had not. */
  start(): void {
    this.#tidying = this.#tidyUp();
  }

  /** Throws RESOURCE_EXHAUSTED TOO_MANY while another import is under way; what keeps an earlier one from being stored; and, closed, SERVER_STOPPING. */
  async begin(): Promise<QuoteImport> {
    if (this.#isTaken) throw busy();
    this.#assertTidy();
    this.#isTaken = true;
    try {
      await this.#tried;
      this.#assertTidy();
      this.#assertOpen();
    } catch (error) {
      this.#isTaken = false;
      throw error;
    }
    return {
      stage: (rows) => this.#stage(rows),
      compare: () => this.#compare(),
      finish: () => this.#finish(),
      end: () => {
        this.#tidying = this.#tidyUp();
        this.#isTaken = false;
      },
    };
  }

  /** Lets the step that is under way end. What is sealed is gone on with by the next server. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#tidying;
  }

  async #stage(rows: readonly ImportRow[]): Promise<StagedRows> {
    const all = { repeatedCount: 0, conflicts: [] as StagedRows["conflicts"][number][] };
    for (let at = 0; at < rows.length; at += ROWS_PER_STEP) {
      this.#assertOpen();
      const staged = await this.#deps.imports.stage(rows.slice(at, at + ROWS_PER_STEP));
      all.repeatedCount += staged.repeatedCount;
      all.conflicts.push(...staged.conflicts);
      await this.#deps.yieldToOthers();
    }
    return all;
  }

  async #compare(): Promise<ImportCounts> {
    const { imports, yieldToOthers } = this.#deps;
    let sum = NOTHING;
    for (let after: ExportKey | null = null; ;) {
      const { next, ...counts } = await imports.compareStaged(after, ROWS_PER_STEP);
      sum = added(sum, counts);
      if (next === null) return sum;
      after = next;
      await yieldToOthers();
    }
  }

  async #finish(): Promise<ImportCounts> {
    this.#assertOpen();
    await this.#deps.imports.seal();
    return this.#finishSealed();
  }

  async #finishSealed(): Promise<ImportCounts> {
    try {
      return await this.#moveAll();
    } catch (error) {
      throw goesOn(error);
    }
  }

  async #moveAll(): Promise<ImportCounts> {
    const { imports, yieldToOthers } = this.#deps;
    for (let sum = NOTHING; ;) {
      this.#assertOpen();
      const counts = await imports.moveSealed(ROWS_PER_STEP);
      if (counts === null) return sum;
      sum = added(sum, counts);
      await yieldToOthers();
    }
  }

  /** Never rejects. */
  async #tidyUp(): Promise<void> {
    const first = this.#hasTidiedUp();
    this.#tried = first;
    for (let isDone = await first; !isDone; isDone = await this.#hasTidiedUp()) {
      await this.#deps.clock.sleep(RETRY_AFTER_MS, this.#closing.signal).catch(() => undefined);
    }
  }

  /** False: it has to be tried again. */
  async #hasTidiedUp(): Promise<boolean> {
    const { imports, log } = this.#deps;
    try {
      if (await imports.isSealed()) await this.#finishSealed();
      await this.#dropAll();
      this.#trouble = null;
      return true;
    } catch (error) {
      if (this.#closing.signal.aborted) return true;
      if (this.#trouble === null) log.warn({ err: error }, "what an import left behind has to wait; it is tried again");
      this.#trouble = error instanceof AppError ? error : goesOn(error);
      return false;
    }
  }

  async #dropAll(): Promise<void> {
    const { imports, yieldToOthers } = this.#deps;
    while (await imports.dropStaged(ROWS_PER_STEP)) {
      await yieldToOthers();
      this.#assertOpen();
    }
  }

  #assertTidy(): void {
    if (this.#trouble !== null) throw this.#trouble;
  }

  #assertOpen(): void {
    if (!this.#closing.signal.aborted) return;
    throw new AppError("UNAVAILABLE", "SERVER_STOPPING", "the server is stopping", { hint: "Import again." });
  }
}

const NOTHING: ImportCounts = { newCount: 0, changedCount: 0, knownCount: 0 };

function added(a: ImportCounts, b: ImportCounts): ImportCounts {
  return {
    newCount: a.newCount + b.newCount,
    changedCount: a.changedCount + b.changedCount,
    knownCount: a.knownCount + b.knownCount,
  };
}

function busy(): AppError {
  return new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", "another import is under way", {
    hint: "Import again when it has ended.",
    retryAfterMs: SECOND_MS,
  });
}

function goesOn(cause: unknown): AppError {
  const why = cause instanceof AppError ? cause.message : "the database failed";
  const message = `all rows of an import are there and will be stored, but not at once: ${why}`;
  return new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", message, {
    hint: "The server goes on with it by itself, also after a restart; to import again does no harm.",
    cause,
  });
}
