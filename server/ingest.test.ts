import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import type { Quote } from "../domain/quote.ts";
import { SECOND_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { EXAMPLE_START_MS, exampleTick } from "../test/examples.ts";
import { DataEventClock } from "./event-clock.ts";
import { Ingest } from "./ingest.ts";
import { QuoteFeed } from "./quote-feed.ts";
import type { QuoteStore, RecordResult } from "./store.ts";
import type { StoredQuote } from "./stored-quote.ts";
import { TriggerFeed } from "./trigger-feed.ts";

/** What a scripted store does with a commit, instead of storing everything. */
type Script = (batches: readonly (readonly Quote[])[]) => Partial<RecordResult>;

const everything: Script = () => ({});

/** An ingest on a store that does what it is told, and goes on with the next commit when it is told. */
class IngestWorld {
  readonly clock = new FakeClock(EXAMPLE_START_MS);
  readonly eventClock = new DataEventClock(null);
  /** The closes of every commit's batches. */
  readonly commits: number[][][] = [];
  readonly published: number[] = [];
  readonly settled: string[] = [];
  wakes = 0;
  script: Script = everything;
  readonly ingest: Ingest;
  #goOn: (() => void) | null = null;

  constructor(limits = { waitingQuotes: 10, quotesPerCommit: 4 }) {
    const feed = new QuoteFeed();
    feed.publish = (stored) => this.published.push(...stored.map(({ quote }) => quote.close));
    this.ingest = new Ingest({
      quotes: { recordQuotes: (batches) => this.#record(batches) } as Partial<QuoteStore> as QuoteStore,
      eventClock: this.eventClock,
      feed,
      triggers: new TriggerFeed(),
      dispatcher: { wake: () => (this.wakes += 1) },
      clock: this.clock,
      log: createLog("test", "error", { write: () => undefined }),
      yieldToOthers: () => new Promise<void>((resolve) => (this.#goOn = resolve)),
      limits,
    });
  }

  /** Submits a batch; `settled` tells what becomes of it. */
  submit(name: string, closes: readonly number[], signal = new AbortController().signal): void {
    const quotes = closes.map((close) => exampleTick(close, close, { symbol: symbolOf(close) }));
    const say = (what: string) => () => this.settled.push(`${name} ${what}`);
    this.ingest
      .submit(quotes, signal)
      .then(({ through }) => through.then(say("through"), say("failed")), say("refused"));
  }

  /** Lets so many commits happen, one after the other. */
  async commit(count = 1): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      await settle();
      this.#goOn?.();
      this.#goOn = null;
      await settle();
    }
  }

  async #record(batches: readonly (readonly Quote[])[]): Promise<RecordResult> {
    this.commits.push(batches.map((batch) => batch.map(({ close }) => close)));
    const result = {
      batches: batches.map((batch) => ({
        storedCount: batch.length,
        knownCount: 0,
        deferred: [],
        opened: [],
        doubted: [],
      })),
      stored: batches.flat().map((quote): StoredQuote => ({ quote, seq: 1 })),
      triggers: [],
      open: [],
      isTelling: false,
    };
    return Promise.resolve({ ...result, ...this.script(batches) });
  }
}

/** Prices below 100 are of one symbol, the others of another. */
const symbolOf = (close: number): string => (close < 100 ? "AAPL" : "MSFT");

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const NOTHING = { storedCount: 0, knownCount: 0, deferred: [], opened: [], doubted: [] };

const failing = (error: Error) => () => {
  throw error;
};

describe("Ingest", () => {
  it("commits together what came in, oldest first, as many as one commit takes", async () => {
    const world = new IngestWorld();
    world.submit("a", [1, 2]);
    world.submit("b", [3]);
    world.submit("c", [4, 5]);
    world.submit("d", [6]);
    await world.commit();
    expect([world.commits, world.settled]).to.deep.equal([[[[1, 2], [3]]], ["a through", "b through"]]);
    await world.commit();
    expect(world.commits[1]).to.deep.equal([[4, 5], [6]]);
    expect(world.settled).to.deep.equal(["a through", "b through", "c through", "d through"]);
    expect(world.published).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(world.eventClock.now()).to.equal(EXAMPLE_START_MS + 6);
  });

  it("takes a batch that is larger than a commit, and an empty one at once", async () => {
    const world = new IngestWorld();
    world.submit("large", [1, 2, 3, 4, 5]);
    world.submit("empty", []);
    await world.commit();
    expect(world.settled).to.deep.equal(["empty through", "large through"]);
    expect(world.commits).to.deep.equal([[[1, 2, 3, 4, 5]]]);
  });

  it("has so many waiting at most, and says how many; who gives up is forgotten", async () => {
    const world = new IngestWorld({ waitingQuotes: 3, quotesPerCommit: 2 });
    const impatient = new AbortController();
    world.submit("a", [1, 2]);
    world.submit("b", [3, 4], impatient.signal);
    world.submit("c", [5, 6]);
    await settle();
    expect(world.ingest.status()).to.deep.equal({ waitingQuotes: 2, deferredQuotes: 0, capacity: 3, openSymbols: [] });
    impatient.abort();
    await world.commit(2);
    expect(world.commits).to.deep.equal([[[1, 2]], [[5, 6]]]);
    expect(world.settled).to.deep.equal(["b refused", "a through", "c through"]);
    expect(world.ingest.status().waitingQuotes).to.equal(0);
  });

  it("acknowledges a batch only when the judgings that its quotes opened are through", async () => {
    const world = new IngestWorld();
    const open = [{ symbol: "AAPL", seq: 7 }];
    world.submit("a", [1]);
    world.submit("b", [2]);
    world.script = () => ({
      batches: [
        { ...NOTHING, storedCount: 1, opened: [7] },
        { ...NOTHING, deferred: [exampleTick(2, 2)] },
      ],
      open,
    });
    await world.commit();
    expect([world.settled, world.ingest.status()]).to.deep.equal([
      [],
      { waitingQuotes: 1, deferredQuotes: 1, capacity: 10, openSymbols: ["AAPL"] },
    ]);
    world.submit("c", [100]);
    world.script = () => ({ open });
    await world.commit();
    expect(world.settled, "another symbol's batch does not wait").to.deep.equal(["c through"]);
    expect(world.commits[1], "what waits for the open judging is not brought").to.deep.equal([[100]]);
    await world.commit();
    expect(world.commits[2], "it goes on without quotes").to.deep.equal([]);
    world.script = everything;
    await world.commit(2);
    expect(world.settled).to.deep.equal(["c through", "a through", "b through"]);
    expect(world.ingest.status()).to.deep.include({ waitingQuotes: 0, deferredQuotes: 0, openSymbols: [] });
  });

  it("takes other symbols' batches however many of an open symbol come", async () => {
    const world = new IngestWorld({ waitingQuotes: 4, quotesPerCommit: 4 });
    const open = [{ symbol: "AAPL", seq: 7 }];
    world.script = () => ({
      batches: [{ ...NOTHING, storedCount: 1, opened: [7], deferred: [exampleTick(2, 2)] }],
      open,
    });
    world.submit("opens it", [1, 2]);
    await world.commit();
    world.script = () => ({ open });
    for (const name of ["b", "c", "d", "e", "f"]) world.submit(name, [3]);
    world.submit("other", [100, 101, 102, 103]);
    await world.commit();
    expect(world.settled).to.deep.equal(["other through"]);
    expect(world.ingest.status().waitingQuotes).to.equal(2);
    world.script = everything;
    await world.commit(4);
    expect(world.settled).to.have.length(7);
    expect(world.ingest.status().waitingQuotes).to.equal(0);
  });

  it("goes on with what the last server left open, before there is a quote", async () => {
    const world = new IngestWorld();
    const open = [{ symbol: "AAPL", seq: 7 }];
    world.script = () => ({ open, triggers: [{ userId: "ann", trigger: {} as never }] });
    world.ingest.start();
    await world.commit();
    expect([world.ingest.status().openSymbols, world.wakes]).to.deep.equal([["AAPL"], 1]);
    world.script = everything;
    await world.commit();
    await world.commit();
    expect([world.ingest.status().openSymbols, world.commits]).to.deep.equal([[], [[], []]]);
  });

  it("commits each batch of a group that fails alone, so that one suffers for what is wrong with it", async () => {
    const world = new IngestWorld();
    world.script = (batches) => {
      if (batches.flat().some(({ close }) => close === 2)) throw new Error("poison");
      return {};
    };
    world.submit("a", [1]);
    world.submit("b", [2]);
    world.submit("c", [3]);
    await world.commit(4);
    expect(world.settled).to.deep.equal(["a through", "b failed", "c through"]);
    expect(world.commits).to.deep.equal([[[1], [2], [3]], [[1]], [[2]], [[3]]]);
    expect(world.ingest.status().waitingQuotes).to.equal(0);
  });

  it("takes nothing more of a stream whose batch failed, for it would make that batch old", async () => {
    const world = new IngestWorld({ waitingQuotes: 3, quotesPerCommit: 4 });
    const stream = new AbortController().signal;
    world.script = (batches) => {
      if (batches.flat().some(({ close }) => close === 1)) throw new Error("the disk was full for a moment");
      return {};
    };
    world.submit("first", [1], stream);
    world.submit("second", [2], stream);
    world.submit("of another", [3]);
    world.submit("at the door", [4], stream);
    await world.commit(4);
    expect(world.settled).to.have.members([
      "first failed",
      "second failed",
      "of another through",
      "at the door failed",
    ]);
    expect(world.commits).to.deep.equal([[[1], [2], [3]], [[1]], [[3]]]);
    expect(world.ingest.status().waitingQuotes).to.equal(0);
  });

  it("drops what waits of a stream that is gone: who brought it brings it again", async () => {
    const world = new IngestWorld();
    const gone = new AbortController();
    world.submit("gone", [1, 2], gone.signal);
    world.submit("here", [3]);
    await settle();
    gone.abort();
    await world.commit();
    expect(world.commits).to.deep.equal([[[3]]]);
    expect(world.settled).to.deep.equal(["gone failed", "here through"]);
    expect(world.ingest.status().waitingQuotes).to.equal(0);
  });

  it("can be started again when there is nothing to do", async () => {
    const world = new IngestWorld();
    world.ingest.start();
    await world.commit();
    world.ingest.start();
    world.submit("a", [1]);
    await world.commit();
    expect(world.settled).to.deep.equal(["a through"]);
  });

  it("tells who brought them when the store is not to be had, and tries again with the next", async () => {
    const world = new IngestWorld();
    const trouble = new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", "the disk is full");
    world.script = failing(trouble);
    const { through } = await world.ingest.submit([exampleTick(0, 1)], new AbortController().signal);
    const [failed] = await Promise.all([through.catch((error: unknown) => error), world.commit()]);
    expect(failed).to.equal(trouble);
    world.script = everything;
    world.submit("next", [2]);
    await world.commit(2);
    expect(world.settled).to.deep.equal(["next through"]);
  });

  it("tries to go on with what is open after a while, when the store failed", async () => {
    const world = new IngestWorld();
    world.script = failing(new Error("no disk"));
    world.ingest.start();
    await world.commit();
    expect([world.commits.length, world.clock.sleeping]).to.deep.equal([1, 1]);
    world.script = everything;
    world.clock.advance(SECOND_MS);
    await world.commit();
    expect([world.commits.length, world.clock.sleeping]).to.deep.equal([2, 0]);
  });

  it("ends the commit that is under way when it is closed, and takes nothing more", async () => {
    const world = new IngestWorld({ waitingQuotes: 2, quotesPerCommit: 2 });
    world.submit("waiting", [1, 2]); // its commit is about to begin
    world.submit("at the door", [3]);
    await settle();
    await Promise.all([world.ingest.close(), world.commit()]);
    world.submit("late", [4]);
    await world.commit();
    expect(world.settled).to.have.members(["waiting through", "at the door failed", "late failed"]);
    expect(world.commits.flat(2)).to.not.include(3).and.to.not.include(4);
  });
});
