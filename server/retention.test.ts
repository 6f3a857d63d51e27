import { expect } from "chai";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { EXAMPLE_START_MS } from "../test/examples.ts";
import { Retention } from "./retention.ts";
import type { AuditStore } from "./audit-store.ts";
import type { RetentionStore, Slice } from "./retention-store.ts";

const KEEP = { ticksMs: 30 * DAY_MS, minutesMs: null };

/** A store in which so many slices are to be removed; it writes down what it is asked for. */
class SlicedStore implements RetentionStore, Pick<AuditStore, "removeExpiredEntries"> {
  readonly asked: string[] = [];
  failure: Error | null = null;
  #left: number;

  constructor(left: number) {
    this.#left = left;
  }

  async listSymbols(): Promise<readonly string[]> {
    return Promise.resolve(["AAPL", "MSFT"]);
  }

  removeExpired(symbol: string, keep: typeof KEEP): Promise<Slice> {
    expect(keep).to.equal(KEEP);
    this.asked.push(symbol);
    if (this.failure !== null) return Promise.reject(this.failure);
    this.#left = symbol === "AAPL" ? this.#left - 1 : 0;
    return Promise.resolve({ rows: 100, hasMore: this.#left > 0 });
  }

  async removeDeletedAlerts(keepMs: number): Promise<Slice> {
    this.asked.push(`alerts deleted ${keepMs / DAY_MS} days ago`);
    return Promise.resolve({ rows: 0, hasMore: false });
  }

  async removeEndedSessions(keepMs: number): Promise<Slice> {
    this.asked.push(`sessions over for ${keepMs / HOUR_MS} h`);
    return Promise.resolve({ rows: 0, hasMore: false });
  }

  async removeOldMailRecords(keepMs: number): Promise<Slice> {
    this.asked.push(`mails of ${keepMs / DAY_MS} days ago`);
    return Promise.resolve({ rows: 0, hasMore: false });
  }

  async removeExpiredEntries(): Promise<Slice> {
    this.asked.push("the audit");
    return Promise.resolve({ rows: 0, hasMore: false });
  }
}

describe("Retention", () => {
  let clock: FakeClock;
  let log: string[];
  let retention: Retention | null;
  beforeEach(() => {
    clock = new FakeClock(EXAMPLE_START_MS);
    log = [];
    retention = null;
  });
  afterEach(() => retention?.close());

  function start(store: SlicedStore): void {
    const writer = createLog("test", "info", { write: (line: string) => log.push(line) });
    retention = new Retention({ store, audit: store, keep: KEEP, clock, log: writer });
    retention.start();
  }

  /** Time goes on by so much; whoever waits is through with what that brings. */
  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }

  it("begins some time after the start, and rests after each slice for several times as long as it takes", async () => {
    const store = new SlicedStore(3);
    start(store);
    await pass(9 * SECOND_MS);
    expect(store.asked).to.deep.equal([]);
    await pass(SECOND_MS);
    expect(store.asked).to.deep.equal(["AAPL"]);
    await pass(49);
    expect(store.asked).to.have.length(1);
    await pass(1);
    expect(store.asked).to.have.length(2);
    for (let rest = 0; rest < 6; rest += 1) await pass(50);
    expect(store.asked).to.deep.equal([
      "AAPL",
      "AAPL",
      "AAPL",
      "MSFT",
      "alerts deleted 30 days ago",
      "sessions over for 24 h",
      "mails of 30 days ago",
      "the audit",
    ]);
    expect(log.map((line) => (JSON.parse(line) as { rows: number }).rows)).to.deep.equal([400]);
  });

  it("looks again, time after time, also after a failure, which it tells", async () => {
    const store = new SlicedStore(0);
    store.failure = new Error("the disk is in a bad mood");
    start(store);
    await pass(10 * SECOND_MS);
    expect(log.join()).to.include("bad mood");
    store.failure = null;
    await pass(HOUR_MS);
    for (let rest = 0; rest < 6; rest += 1) await pass(50);
    expect(store.asked).to.deep.equal([
      "AAPL",
      "AAPL",
      "MSFT",
      "alerts deleted 30 days ago",
      "sessions over for 24 h",
      "mails of 30 days ago",
      "the audit",
    ]);
    await pass(HOUR_MS);
    expect(store.asked).to.have.length(8);
  });

  it("ends when it is told to, whatever is left", async () => {
    const store = new SlicedStore(1_000);
    start(store);
    await pass(10 * SECOND_MS);
    await retention?.close();
    await pass(HOUR_MS);
    expect(store.asked).to.deep.equal(["AAPL"]);
    expect(clock.sleeping).to.equal(0);
  });
});
