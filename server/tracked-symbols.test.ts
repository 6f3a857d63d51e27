import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { EXAMPLE_START_MS } from "../test/examples.ts";
import { eventually } from "../test/support/eventually.ts";
import { SYMBOLS_MAX, type SymbolStore, type TrackedSymbol } from "./symbol-store.ts";
import { LOOK_EVERY_MS, TrackedSymbols } from "./tracked-symbols.ts";

const tracked = (symbol: string, hasAlerts = false): TrackedSymbol => ({
  symbol,
  addTimeMs: EXAMPLE_START_MS,
  hasAlerts,
});

/** A store of nothing but a list; `trouble` is thrown by all that is asked of it. */
class ListStore implements SymbolStore {
  symbols: readonly TrackedSymbol[] | null = null;
  trouble: AppError | null = null;
  lists = 0;

  seed(symbols: readonly string[]): Promise<boolean> {
    return this.#answer(() => {
      if (this.symbols !== null) return false;
      this.symbols = symbols.slice(0, SYMBOLS_MAX).map((symbol) => tracked(symbol));
      return true;
    });
  }

  list(): Promise<readonly TrackedSymbol[]> {
    this.lists += 1;
    return this.#answer(() => [...(this.symbols ?? [])]);
  }

  add(symbols: readonly string[]): Promise<readonly string[]> {
    return this.#answer(() => {
      this.symbols = [...(this.symbols ?? []), ...symbols.map((symbol) => tracked(symbol))];
      return symbols;
    });
  }

  remove(): Promise<number> {
    return this.#answer(() => 0);
  }

  async #answer<Answer>(answer: () => Answer): Promise<Answer> {
    if (this.trouble !== null) throw this.trouble;
    return Promise.resolve(answer());
  }
}

describe("TrackedSymbols", () => {
  const open: TrackedSymbols[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  function make(first: readonly string[] = ["AAPL"]) {
    const store = new ListStore();
    const clock = new FakeClock(EXAMPLE_START_MS);
    const lines: string[] = [];
    const log = createLog("test", "info", { write: (line: string) => lines.push(line) });
    const symbols = new TrackedSymbols({ store, first, clock, log });
    const told: (readonly string[])[] = [];
    symbols.onChange((list) => told.push(list.map(({ symbol, hasAlerts }) => (hasAlerts ? `${symbol}!` : symbol))));
    open.push(symbols);
    /** Time goes on until it has looked again. */
    const look = async (): Promise<void> => {
      const before = store.lists;
      await eventually("another look", () => {
        clock.advance(LOOK_EVERY_MS);
        return store.lists > before ? true : undefined;
      });
    };
    return { store, clock, lines, symbols, told, look };
  }

  it("tells the first list, then what has changed, by hand or by alerts that came", async () => {
    const { store, symbols, told, look } = make();
    await symbols.start();
    expect(await symbols.add(["IBM"])).to.deep.equal(["IBM"]);
    await look();
    store.symbols = [tracked("AAPL", true), tracked("IBM")];
    await look();
    await eventually("the change", () => told[2]);
    expect(told).to.deep.equal([["AAPL"], ["AAPL", "IBM"], ["AAPL!", "IBM"]]);
  });

  it("says what is left out of a first list that is too long", async () => {
    const first = Array.from({ length: SYMBOLS_MAX + 2 }, (_none, at) => `S${at}`);
    const { symbols, lines } = make(first);
    await symbols.start();
    expect(symbols.current).to.have.length(SYMBOLS_MAX);
    expect(lines.find((line) => line.includes("left out"))).to.include(
      `"left":["S${SYMBOLS_MAX}","S${SYMBOLS_MAX + 1}"]`,
    );
  });

  it("starts where nothing can be written, says so once, and makes the list when it can", async () => {
    const { store, symbols, lines, told, look, clock } = make();
    store.trouble = new AppError("UNAVAILABLE", "STORE_FULL", "the disk is full");
    await symbols.start();
    expect([symbols.current, told]).to.deep.equal([null, []]);
    const [added] = await Promise.allSettled([symbols.add(["IBM"])]);
    expect(added.status, "who changes it is told").to.equal("rejected");
    clock.advance(LOOK_EVERY_MS);
    store.trouble = null;
    await look();
    await eventually("the list", () => told[0]);
    expect(told).to.deep.equal([["AAPL"]]);
    expect(lines.filter((line) => line.includes("the disk is full"))).to.have.length(1);
  });

  it("keeps the last list while it cannot be read", async () => {
    const { store, symbols, told, look } = make();
    await symbols.start();
    store.trouble = new AppError("UNAVAILABLE", "STORE_CORRUPT", "the database is damaged");
    await look();
    expect(symbols.current?.map(({ symbol }) => symbol)).to.deep.equal(["AAPL"]);
    expect(told).to.have.length(1);
  });
});
