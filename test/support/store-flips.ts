// A database in which one byte was changed while nobody had it open. SQLite keeps no sums of its pages: a byte of a price is as good as
// another. But a flip in whatever holds the data together is found, and no flip may reach beyond the one quote that it lies in.
import Database from "better-sqlite3";
import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { judgeAlert } from "../../domain/judging/judge.ts";
import type { Quote } from "../../domain/quote.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { storeError } from "../../runtime/sqlite/store-error.ts";
import { openSqliteStore } from "../../server/sqlite/sqlite-store.ts";
import { damageIn } from "../../server/sqlite/jobs/damage-in.ts";
import type { Store } from "../../server/store.ts";
import { EXAMPLE_START_MS, exampleTick } from "../examples.ts";
import type { Random } from "../random-history.ts";

const SYMBOLS = ["AAPL", "MSFT", "NVDA", "V"];
const QUOTES = 1_000;

/** What a flip came to: found, without effect, another value in the one quote that it hit; or it reached further, which it must not. */
export type FlipResult = "found" | "same" | "one quote" | "further";

/** A sound database with quotes, and copies of it with a flipped byte. Close it in the end. */
export class FlipWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "tickerbell-flips-"));
  readonly #sound = join(this.folder, "sound.db");
  #expected: ReadonlySet<string> = new Set();

  async fill(): Promise<this> {
    const store = this.#open(this.#sound);
    const quotes: Quote[] = Array.from({ length: QUOTES }, (_, at) =>
      exampleTick(at * 60_000, 100 + at / 64, { symbol: SYMBOLS[at % SYMBOLS.length]! }),
    );
    await store.quotes.recordQuotes([quotes], judgeAlert);
    this.#expected = await read(store);
    await store.close();
    return this;
  }

  /** Flips a byte of a copy. */
  async flip(random: Random): Promise<FlipResult> {
    const file = join(this.folder, "flipped.db");
    for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
    copyFileSync(this.#sound, file);
    const at = random(statSync(file).size);
    const was = readFileSync(file)[at]!;
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.of(was ^ (1 + random(255))), 0, 1, at);
    closeSync(descriptor);
    let store: Store | null = null;
    try {
      if (isDamaged(file)) return "found";
      store = this.#open(file);
      return compare(this.#expected, await read(store));
    } catch (error) {
      if (error instanceof AppError && error.reason === "STORE_CORRUPT") return "found";
      throw error;
    } finally {
      await store?.close();
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #open(file: string): Store {
    const clock = new FakeClock(EXAMPLE_START_MS);
    const options = { policy: "resend", newId: () => "id", random: () => 0.5, bootId: "boot" } as const;
    return openSqliteStore({ file, clock, ...options, log: createLog("test", "silent") });
  }
}

/** What the server's reading-through would find. */
function isDamaged(file: string): boolean {
  const db = new Database(file, { readonly: true });
  try {
    return damageIn(db).kind === "damaged";
  } catch (error) {
    throw storeError(error, file);
  } finally {
    db.close();
  }
}

/** Every quote, as a client gets it, a line each. */
async function read(store: Store): Promise<ReadonlySet<string>> {
  const lines: string[] = [];
  for (const symbol of SYMBOLS) {
    const query = { symbol, periodMs: 60_000, startMs: 0, endMs: Number.MAX_SAFE_INTEGER, limit: 10 * QUOTES };
    for (const candle of await store.quotes.listCandles(query)) lines.push(JSON.stringify([symbol, candle]));
  }
  return new Set(lines);
}

function compare(written: ReadonlySet<string>, found: ReadonlySet<string>): FlipResult {
  const missing = [...written].filter((line) => !found.has(line)).length;
  const strange = [...found].filter((line) => !written.has(line)).length;
  if (missing === 0 && strange === 0) return "same";
  return missing <= 1 && strange <= 1 ? "one quote" : "further";
}
