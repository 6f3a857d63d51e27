import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { SECOND_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { EXAMPLE_START_MS, exampleBar } from "../test/examples.ts";
import { eventually } from "../test/support/eventually.ts";
import { refusalOf } from "../test/support/refusal-of.ts";
import type { ImportRow, ImportStore } from "./import-store.ts";
import { QuoteImports } from "./quote-imports.ts";

/** A store that counts rows, and whose disk is full when told. */
class CountingStore implements Partial<ImportStore> {
  staged = 0;
  stored = 0;
  isSealedNow = false;
  isFull = false;
  /** The rows of each step. */
  readonly steps: number[] = [];

  isSealed = (): Promise<boolean> => Promise.resolve(this.isSealedNow);

  stage = async (rows: readonly ImportRow[]) => {
    this.#step(rows.length);
    this.staged += rows.length;
    return Promise.resolve({ repeatedCount: 0, conflicts: [] });
  };

  dropStaged = async (limit: number): Promise<boolean> => {
    const count = this.isSealedNow ? 0 : Math.min(limit, this.staged);
    if (count > 0) this.#step(count);
    this.staged -= count;
    return Promise.resolve(count > 0);
  };

  compareStaged = () => {
    const counts = { newCount: this.staged, changedCount: 0, knownCount: 0 };
    return Promise.resolve({ ...counts, next: null });
  };

  seal = async (): Promise<void> => {
    this.#step(0);
    this.isSealedNow = true;
    return Promise.resolve();
  };

  moveSealed = async (limit: number) => {
    const count = Math.min(limit, this.staged);
    this.#step(count);
    this.staged -= count;
    this.stored += count;
    if (count > 0) return Promise.resolve({ newCount: count, changedCount: 0, knownCount: 0 });
    this.isSealedNow = false;
    return null;
  };

  #step(rows: number): void {
    if (this.isFull) throw new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", "the disk is full");
    this.steps.push(rows);
  }
}

const rowsOf = (count: number): ImportRow[] =>
  Array.from({ length: count }, (_, at) => ({ row: at, quote: exampleBar(at, [1, 1, 1, 1]) }));

describe("QuoteImports", () => {
  const open = (store = new CountingStore()) => {
    const clock = new FakeClock(EXAMPLE_START_MS);
    const log: string[] = [];
    let yielded = 0;
    const imports = new QuoteImports({
      imports: store as Partial<ImportStore> as ImportStore,
      clock,
      log: createLog("test", "debug", { write: (line: string) => log.push(line) }),
      yieldToOthers: () => Promise.resolve((yielded += 1)),
    });
    return { imports, store, clock, log, yielded: () => yielded };
  };

  it("takes no step of more than 500 rows, and lets others go between any two", async () => {
    const { imports, store, yielded } = open();
    const one = await imports.begin();
    await one.stage(rowsOf(1_200));
    expect(await one.finish()).to.include({ newCount: 1_200 });
    expect(store.steps).to.deep.equal([500, 500, 200, 0, 500, 500, 200, 0]);
    expect(yielded()).to.equal(6);
    one.end();
    await imports.close();
  });

  it("drops what was staged only, and then lets the next one in", async () => {
    const { imports, store } = open();
    const one = await imports.begin();
    await one.stage(rowsOf(700));
    expect(await one.compare()).to.include({ newCount: 700 });
    expect((await refusalOf(imports.begin())).reason).to.equal("TOO_MANY");
    one.end();
    const next = await imports.begin();
    expect([store.staged, store.stored]).to.deep.equal([0, 0]);
    next.end();
    await imports.close();
  });

  it("goes on with what a server before it had sealed, and drops what it had not", async () => {
    for (const isSealedNow of [true, false]) {
      const store = new CountingStore();
      Object.assign(store, { staged: 1_200, isSealedNow });
      const { imports } = open(store);
      imports.start();
      (await imports.begin()).end();
      await imports.close();
      expect([store.staged, store.stored]).to.deep.equal([0, isSealedNow ? 1_200 : 0]);
    }
  });

  it("says so when the disk is full in the middle, and goes on by itself, told in the log once", async () => {
    const { imports, store, clock, log } = open();
    const one = await imports.begin();
    await one.stage(rowsOf(600));
    store.moveSealed = ((move) => async (limit: number) => {
      if (store.stored > 0) store.isFull = store.stored === 500 && clock.now() < EXAMPLE_START_MS + 3 * SECOND_MS;
      return move(limit);
    })(store.moveSealed);
    const error = await refusalOf(one.finish());
    expect([error.code, error.reason]).to.deep.equal(["UNAVAILABLE", "STORE_UNAVAILABLE"]);
    expect(error.message).to.include("will be stored, but not at once: the disk is full");
    one.end();
    await eventually("it waits", () => log.length > 0);
    expect((await refusalOf(imports.begin())).message).to.include("the disk is full");
    await eventually("all is stored", () => {
      clock.advance(SECOND_MS);
      return store.stored === 600 && !store.isSealedNow;
    });
    expect(log.filter((line) => line.includes("has to wait"))).to.have.length(1);
    await eventually("the next one may come", async () =>
      imports.begin().then(
        (next) => (next.end(), true),
        () => false,
      ),
    );
    await imports.close();
  });

  it("tells whoever comes just after an import what keeps its rest from being dropped, and lets the next one in later", async () => {
    const { imports, store, clock } = open();
    const one = await imports.begin();
    await one.stage(rowsOf(600));
    store.isFull = true;
    one.end();
    expect((await refusalOf(imports.begin())).reason).to.equal("STORE_FULL");
    store.isFull = false;
    await eventually("it is dropped", () => {
      clock.advance(SECOND_MS);
      return store.staged === 0;
    });
    (await imports.begin()).end();
    await imports.close();
  });

  it("takes nothing when it is closed", async () => {
    const { imports } = open();
    const one = await imports.begin();
    await imports.close();
    expect((await refusalOf(one.stage(rowsOf(1)))).reason).to.equal("SERVER_STOPPING");
    expect((await refusalOf(one.finish())).reason).to.equal("SERVER_STOPPING");
  });
});
