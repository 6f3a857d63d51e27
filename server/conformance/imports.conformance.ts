import { expect } from "chai";
import { IMPORT_SOURCE, type Quote } from "../../domain/quote.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { above, EXAMPLE_START_MS, exampleBar } from "../../test/examples.ts";
import type { ExportKey, ExportQuery, ImportCounts, ImportRow } from "../import-store.ts";
import { eachInItsWorld, type OpenStore, type StoreWorld } from "../testing/store-world.ts";

/** An imported bar. */
function bar(minute: number, close: number, changes: Partial<Quote> = {}): Quote {
  const prices = [close, close + 1, close - 1, close] as const;
  return exampleBar(minute, prices, { source: IMPORT_SOURCE, sessionClass: "always", ...changes });
}

const rowsOf = (...quotes: Quote[]): ImportRow[] => quotes.map((quote, at) => ({ row: at + 2, quote }));

/** Imports all of it, three rows at a time. */
async function importAll({ store }: StoreWorld, ...quotes: Quote[]): Promise<ImportCounts> {
  await store.imports.stage(rowsOf(...quotes));
  await store.imports.seal();
  return moveAll(store);
}

async function moveAll({ imports }: StoreWorld["store"]): Promise<ImportCounts> {
  const sum = { newCount: 0, changedCount: 0, knownCount: 0 };
  for (let counts = await imports.moveSealed(3); counts !== null; counts = await imports.moveSealed(3)) {
    sum.newCount += counts.newCount;
    sum.changedCount += counts.changedCount;
    sum.knownCount += counts.knownCount;
  }
  return sum;
}

const ALL: ExportQuery = { symbols: [], startMs: -Infinity, endMs: Infinity, after: null, limit: 2 };

/** Everything that is exported, two quotes at a time. */
async function exported({ store }: StoreWorld, changes: Partial<ExportQuery> = {}): Promise<Quote[]> {
  const quotes: Quote[] = [];
  for (let after: ExportKey | null = null; ;) {
    const page = await store.imports.exportPage({ ...ALL, ...changes, after });
    quotes.push(...page.quotes);
    if (page.next === null) return quotes;
    after = page.next;
  }
}

const closes = (quotes: readonly Quote[]): readonly number[] => quotes.map(({ close }) => close);

export function importsConformance(openStore: OpenStore): void {
  describe("imports", () => {
    const world = eachInItsWorld(openStore);

    it("store nothing of what is staged, and drop it when told", async () => {
      const { imports, quotes } = world().store;
      await imports.stage(rowsOf(bar(0, 10), bar(1, 11), bar(2, 12)));
      expect(await quotes.listQuotes()).to.deep.equal([]);
      expect(await imports.dropStaged(2)).to.equal(true);
      expect(await imports.dropStaged(2)).to.equal(true);
      expect(await imports.dropStaged(2)).to.equal(false);
      await imports.seal();
      expect(await imports.moveSealed(10)).to.equal(null);
      expect(await quotes.listQuotes()).to.deep.equal([]);
    });

    it("store all of what is sealed, never judged and fetched when it was sealed; again it changes nothing", async () => {
      const bars = [0, 1, 2, 3, 4].map((minute) => bar(minute, 10 + minute));
      expect(await importAll(world(), ...bars)).to.deep.equal({ newCount: 5, changedCount: 0, knownCount: 0 });
      expect(await world().store.imports.isSealed()).to.equal(false);
      const fetched = { fetchTimeMs: EXAMPLE_START_MS };
      expect(await exported(world())).to.deep.equal(bars.map((one) => ({ ...one, ...fetched })));
      const newest = await world().store.quotes.getQuote("AAPL");
      expect(newest).to.deep.equal({ quote: { ...bar(4, 14), ...fetched }, seq: null });
      world().clock.advance(MINUTE_MS);
      expect(await importAll(world(), ...bars)).to.deep.equal({ newCount: 0, changedCount: 0, knownCount: 5 });
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.fetchTimeMs).to.equal(EXAMPLE_START_MS);
    });

    it("are not what an operator accepts when the symbol is on HOLD", async () => {
      await world().record(bar(0, 100, { source: "example" }));
      await world().record(bar(20, 1, { source: "example" }));
      world().clock.advance(DAY_MS);
      await importAll(world(), bar(60, 77));
      expect((await world().store.holds.listHeld()).map(({ newest }) => newest?.close)).to.deep.equal([1]);
      await world().store.holds.release("AAPL", "accept", EXAMPLE_START_MS + DAY_MS);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.close).to.equal(1);
    });

    it("replace what was imported with other values, and no other source's", async () => {
      await world().record(bar(0, 10, { source: "example" }));
      await importAll(world(), bar(0, 10), bar(1, 11));
      const changed = await importAll(world(), bar(0, 20), bar(1, 11), bar(2, 12));
      expect(changed).to.deep.equal({ newCount: 1, changedCount: 1, knownCount: 1 });
      expect(closes(await exported(world()))).to.deep.equal([10, 11, 12]);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.source).to.equal("example");
    });

    it("tell rows that repeat or contradict one before them, in this step or an earlier one", async () => {
      const { imports } = world().store;
      expect(await imports.stage(rowsOf(bar(0, 10), bar(0, 10), bar(0, 11)))).to.deep.equal({
        repeatedCount: 1,
        conflicts: [{ row: 4, earlierRow: 2 }],
      });
      const later = [
        { row: 9, quote: bar(0, 10) },
        { row: 10, quote: bar(0, 9) },
      ];
      expect(await imports.stage(later)).to.deep.equal({ repeatedCount: 1, conflicts: [{ row: 10, earlierRow: 2 }] });
    });

    it("tell what they would change without changing it", async () => {
      await importAll(world(), bar(0, 10), bar(1, 11));
      const { imports } = world().store;
      await imports.stage(rowsOf(bar(0, 10), bar(1, 12), bar(2, 13)));
      const { next, ...first } = await imports.compareStaged(null, 2);
      expect(first).to.deep.equal({ newCount: 0, changedCount: 1, knownCount: 1 });
      expect(await imports.compareStaged(next, 2)).to.deep.equal({
        newCount: 1,
        changedCount: 0,
        knownCount: 0,
        next: null,
      });
      expect(closes(await exported(world()))).to.deep.equal([10, 11]);
    });

    it("go on after a restart when they were sealed, and drop nothing of it", async () => {
      const { imports } = world().store;
      await imports.stage(rowsOf(bar(0, 10), bar(1, 11), bar(2, 12)));
      await imports.seal();
      await imports.moveSealed(2);
      await world().restart();
      expect(await world().store.imports.isSealed()).to.equal(true);
      expect(await world().store.imports.dropStaged(10)).to.equal(false);
      expect(await moveAll(world().store)).to.deep.equal({ newCount: 1, changedCount: 0, knownCount: 0 });
      expect(closes(await exported(world()))).to.deep.equal([10, 11, 12]);
    });

    it("fire no alert and move no series", async () => {
      const userId = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(userId, above(100));
      await importAll(world(), bar(5, 200));
      expect((await world().state(userId, alert.id)).name).to.equal("ARMED");
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.close).to.equal(90);
      expect((await world().tick(101)).triggerCount).to.equal(1);
    });
  });

  describe("exportPage()", () => {
    const world = eachInItsWorld(openStore);

    it("goes by symbol, period and time, whatever order they came in", async () => {
      const other = { symbol: "IBM" };
      const day = { periodMs: DAY_MS };
      const quotes = [bar(2, 1), bar(0, 2), bar(1, 3, other), bar(0, 4, day), bar(1, 5)];
      await importAll(world(), ...quotes);
      expect(closes(await exported(world()))).to.deep.equal([2, 5, 1, 4, 3]);
    });

    it("takes symbols, and a span by the bars' starts", async () => {
      const minutes = [0, 1, 2, 3];
      await importAll(world(), ...minutes.flatMap((at) => [bar(at, 10 + at), bar(at, 50 + at, { symbol: "IBM" })]));
      expect(closes(await exported(world(), { symbols: ["IBM", "NONE"] }))).to.deep.equal([50, 51, 52, 53]);
      const span = { startMs: EXAMPLE_START_MS + MINUTE_MS, endMs: EXAMPLE_START_MS + 3 * MINUTE_MS };
      expect(closes(await exported(world(), { ...span, symbols: ["AAPL"] }))).to.deep.equal([11, 12]);
      expect(await exported(world(), { startMs: EXAMPLE_START_MS + DAY_MS })).to.deep.equal([]);
    });

    it("takes of several sources the real one, then the judged one, then the one fetched last", async () => {
      await importAll(world(), ...[0, 1, 2, 3, 4].map((minute) => bar(minute, 10)));
      await world().record(bar(1, 11, { source: "simulator" }));
      await world().record(bar(4, 12, { source: "example", fetchTimeMs: EXAMPLE_START_MS + 5 * MINUTE_MS }));
      // Older than what was judged: stored, and never judged.
      await world().record(bar(0, 13, { source: "example" }), bar(2, 14, { source: "simulator" }));
      expect(closes(await exported(world()))).to.deep.equal([13, 10, 10, 10, 12]);
    });
  });
}
