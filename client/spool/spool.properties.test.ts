import Database from "better-sqlite3";
import { expect } from "chai";
import fc from "fast-check";
import { compareQuotes, type Quote } from "../../domain/quote.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import type { RefusedItem } from "../quote-supply.ts";
import { ModelSpool } from "../testing/model-spool.ts";
import { makeBar, makeTick, OPENING_MS } from "../testing/make-quote.ts";
import { SpoolFolder, type SpoolInFolder } from "../testing/spool-folder.ts";
import { PUT_OFF_MS } from "./spool.ts";

const NEVER = new AbortController().signal;
const BATCH_MAX = 7;

const bars = fc
  .record({
    symbol: fc.constantFrom("AAPL", "IBM", "V"),
    minute: fc.nat(4),
    second: fc.integer({ min: 1, max: 300 }),
    high: fc.integer({ min: 102, max: 104 }),
    close: fc.integer({ min: 100, max: 102 }),
  })
  .map(({ symbol, minute, second, high, close }) => {
    const fetchTimeMs = OPENING_MS + minute * MINUTE_MS + second * SECOND_MS;
    return makeBar(symbol, minute, { fetchTimeMs, high, close });
  });
const ticks = fc
  .record({ symbol: fc.constantFrom("AAPL", "IBM", "V"), ms: fc.nat(9), price: fc.integer({ min: 1, max: 2 }) })
  .map(({ symbol, ms, price }) => makeTick(symbol, ms * MINUTE_MS, price, OPENING_MS + ms * MINUTE_MS));

type Fate = "taken" | "refused" | "put-off";
type Step =
  | { readonly kind: "put"; readonly quotes: readonly Quote[] }
  | { readonly kind: "acknowledge"; readonly which: number; readonly fates: readonly Fate[] }
  | { readonly kind: "take" | "take-back" | "restart" | "kill" }
  | { readonly kind: "wait"; readonly ms: number };

const put = fc
  .array(fc.oneof(bars, ticks), { minLength: 1, maxLength: 12 })
  .map((quotes) => ({ kind: "put" as const, quotes }));
const acknowledge = fc
  .record({
    which: fc.nat(3),
    fates: fc.array(fc.constantFrom<Fate>("taken", "taken", "refused", "put-off"), { maxLength: BATCH_MAX }),
  })
  .map((choice) => ({ kind: "acknowledge" as const, ...choice }));
const wait = fc.constantFrom(SECOND_MS, PUT_OFF_MS).map((ms) => ({ kind: "wait" as const, ms }));
const other = fc.constantFrom("take" as const, "take-back" as const, "restart" as const, "kill" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 6, arbitrary: fc.constant({ kind: "take" as const }) },
  { weight: 5, arbitrary: acknowledge },
  { weight: 2, arbitrary: wait },
  { weight: 2, arbitrary: other.map((kind) => ({ kind })) },
);

/** The spool and its model, side by side. */
class Pair {
  readonly #folder = new SpoolFolder();
  readonly #clock = new FakeClock(OPENING_MS);
  readonly model = new ModelSpool();
  #name = "spool.db";
  #opened = this.#open();

  async play(step: Step): Promise<void> {
    await this.#act(step);
    expect(this.#opened.spool.size).to.equal(this.model.quotes.length);
    expect(this.#opened.spool.refusedCount).to.equal(this.model.refused.length);
    expect(this.#opened.spool.isSettled()).to.equal(this.model.isSettled(this.#clock.monotonic()));
  }

  /** Sends all that is left, after a restart. */
  drain(): Quote[] {
    this.#restart();
    const left: Quote[] = [];
    for (let batch = this.#opened.spool.takeBatch(); batch; batch = this.#opened.spool.takeBatch()) {
      left.push(...batch.quotes);
    }
    return left;
  }

  refused(): unknown[] {
    const db = new Database(this.#opened.file, { readonly: true });
    const rows = db
      .prepare("SELECT symbol, quote_time, fetch_time, close, reason FROM refused ORDER BY id")
      .raw()
      .all();
    db.close();
    return rows;
  }

  remove(): void {
    this.#folder.remove();
  }

  async #act(step: Step): Promise<void> {
    const now = this.#clock.monotonic();
    switch (step.kind) {
      case "put":
        this.model.put(step.quotes);
        return this.#opened.spool.put(step.quotes, NEVER);
      case "take":
        return void expect(this.#opened.spool.takeBatch()).to.eql(this.model.take(now, BATCH_MAX));
      case "acknowledge": {
        this.#acknowledge(step.which, step.fates, now);
        return;
      }
      case "take-back":
        this.model.takeBack();
        {
          this.#opened.spool.takeBack();
          return;
        }
      case "wait": {
        this.#clock.advance(step.ms);
        return;
      }
      case "restart": {
        this.#restart();
        return;
      }
      case "kill": {
        this.#kill();
        return;
      }
    }
  }

  #acknowledge(which: number, fates: readonly Fate[], now: number): void {
    const sequence = [...this.model.inFlight.keys()][which] ?? 99;
    const refused = fates.flatMap((fate, index): RefusedItem[] => {
      if (fate === "taken") return [];
      return [{ index, reason: fate === "refused" ? "QUOTE_INVALID" : "CLOCK_BEHIND", message: "no" }];
    });
    expect(this.#opened.spool.acknowledge(sequence, refused)).to.equal(this.model.inFlight.has(sequence));
    this.model.acknowledge(sequence, refused, now);
  }

  #restart(): void {
    this.#opened.close();
    this.#opened = this.#open();
    this.model.restart();
  }

  /** Goes on with the files as they are in this moment. */
  #kill(): void {
    this.#name = this.#folder.copy(this.#name);
    this.#restart();
  }

  #open(): SpoolInFolder {
    return this.#folder.open({ clock: this.#clock, batchMax: BATCH_MAX }, this.#name);
  }
}

describe("Spool, whatever happens to it", () => {
  it("does what its model does, keeps all that is not acknowledged, and puts aside what was refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const pair = new Pair();
        try {
          for (const one of steps) await pair.play(one);
          expect(pair.drain()).to.eql(pair.model.quotes.toSorted(compareQuotes));
          expect(pair.refused()).to.eql(
            pair.model.refused.map(({ quote, reason }) => {
              return [quote.symbol, quote.quoteTimeMs, quote.fetchTimeMs, quote.close, reason];
            }),
          );
        } finally {
          pair.remove();
        }
      }),
      { numRuns: 40 },
    );
  });
});
