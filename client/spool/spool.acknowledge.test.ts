import Database from "better-sqlite3";
import { expect } from "chai";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import type { RefusedItem } from "../quote-supply.ts";
import { makeBar, makeBars, OPENING_MS } from "../testing/make-quote.ts";
import { SpoolFolder } from "../testing/spool-folder.ts";
import { PUT_OFF_MS } from "./spool.ts";

const NEVER = new AbortController().signal;

function refused(index: number, reason: RefusedItem["reason"] = "QUOTE_INVALID"): RefusedItem {
  return { index, reason, message: "close: must be positive" };
}

describe("Spool.acknowledge()", () => {
  let folder: SpoolFolder;
  beforeEach(() => {
    folder = new SpoolFolder();
  });
  afterEach(() => folder.remove());

  function open() {
    return folder.open();
  }

  it("forgets the batch, once", async () => {
    const { spool } = open();
    await spool.put(makeBars("AAPL", 3), NEVER);
    spool.takeBatch();
    expect(spool.acknowledge(1, [])).to.equal(true);
    expect(spool.acknowledge(1, [])).to.equal(false);
    expect(spool.size).to.equal(0);
    spool.takeBack();
    expect(spool.takeBatch()).to.equal(undefined);
  });

  it("does nothing for a sequence that is not in flight", async () => {
    const { spool } = open();
    await spool.put(makeBars("AAPL", 3), NEVER);
    spool.takeBatch();
    for (const sequence of [0, -1, 2, NaN, 2 ** 53]) expect(spool.acknowledge(sequence, [])).to.equal(false);
    expect(spool.size).to.equal(3);
  });

  it("counts and tells what was refused for good, a line for each reason", async () => {
    const { spool, log } = open();
    await spool.put(makeBars("AAPL", 4), NEVER);
    spool.takeBatch();
    spool.acknowledge(1, [refused(1), refused(2), refused(2), refused(3, "SYMBOL_FORMAT"), refused(99), refused(-1)]);
    expect(spool.size).to.equal(0);
    expect(spool.refusedCount).to.equal(3);
    expect(log.lines.map(({ fields }) => fields)).to.eql([
      {
        reason: "QUOTE_INVALID",
        count: 2,
        symbol: "AAPL",
        quote_time: "2026-05-15T13:31:00.000Z",
        detail: "close: must be positive",
      },
      {
        reason: "SYMBOL_FORMAT",
        count: 1,
        symbol: "AAPL",
        quote_time: "2026-05-15T13:33:00.000Z",
        detail: "close: must be positive",
      },
    ]);
  });

  it("sends what was put off again after a while, before anything newer of its symbol", async () => {
    const { spool, clock, log } = open();
    await spool.put([makeBar("AAPL", 0), makeBar("IBM", 0)], NEVER);
    spool.takeBatch();
    spool.acknowledge(1, [refused(0, "CLOCK_BEHIND")]);
    await spool.put([makeBar("AAPL", 1), makeBar("IBM", 1)], NEVER);
    expect(spool.takeBatch()?.quotes).to.eql([makeBar("IBM", 1)]);
    expect(spool.takeBatch()).to.equal(undefined);
    clock.advance(PUT_OFF_MS - 1);
    expect(spool.takeBatch()).to.equal(undefined);
    clock.advance(1);
    expect(spool.takeBatch()?.quotes).to.eql([makeBar("AAPL", 0), makeBar("AAPL", 1)]);
    expect(spool.refusedCount).to.equal(0);
    expect(log.messages).to.have.length(1);
  });

  it("says once that a symbol is put off, until it was taken", async () => {
    const { spool, clock, log } = open();
    await spool.put([makeBar("AAPL", 0)], NEVER);
    for (const sequence of [1, 2, 3]) {
      spool.takeBatch();
      spool.acknowledge(sequence, [refused(0, "CLOCK_BEHIND")]);
      clock.advance(PUT_OFF_MS);
    }
    spool.takeBatch();
    spool.acknowledge(4, []);
    expect(log.messages).to.have.length(1);
    expect(spool.size).to.equal(0);
    await spool.put([makeBar("AAPL", 1)], NEVER);
    spool.takeBatch();
    spool.acknowledge(5, [refused(0, "CLOCK_BEHIND")]);
    expect(log.messages).to.have.length(2);
  });

  it("holds a symbol back though a later batch of it, on its way already, is accepted", async () => {
    const { spool, clock } = open();
    await spool.put([...makeBars("AAPL", 1_500), makeBar("IBM", 2_000)], NEVER);
    spool.takeBatch();
    spool.takeBatch();
    spool.acknowledge(1, [refused(999, "CLOCK_BEHIND")]);
    spool.acknowledge(2, []);
    await spool.put([makeBar("AAPL", 3_000), makeBar("IBM", 3_000)], NEVER);
    expect(spool.takeBatch()?.quotes).to.eql([makeBar("IBM", 3_000)]);
    clock.advance(PUT_OFF_MS);
    expect(spool.takeBatch()?.quotes).to.eql([makeBar("AAPL", 999), makeBar("AAPL", 3_000)]);
  });

  it("lets one batch try for a symbol that was put off, and the others follow when it is accepted", async () => {
    const { spool, clock } = open();
    await spool.put(makeBars("AAPL", 2_500), NEVER);
    spool.takeBatch();
    spool.acknowledge(1, [refused(0, "CLOCK_BEHIND")]);
    clock.advance(PUT_OFF_MS);
    expect(spool.takeBatch()?.quotes[0]).to.eql(makeBar("AAPL", 0));
    clock.advance(PUT_OFF_MS);
    expect(spool.takeBatch(), "while one tries").to.equal(undefined);
    spool.acknowledge(2, []);
    expect(spool.takeBatch()?.quotes[0]).to.eql(makeBar("AAPL", 1_999));
    spool.takeBack();
    expect(spool.takeBatch()?.quotes[0], "not held any more").to.eql(makeBar("AAPL", 1_999));
  });

  it("lets the next stream try at once when the one that tried broke", async () => {
    const { spool, clock } = open();
    await spool.put(makeBars("AAPL", 1_500), NEVER);
    spool.takeBatch();
    spool.acknowledge(1, [refused(0, "CLOCK_BEHIND")]);
    clock.advance(PUT_OFF_MS);
    spool.takeBatch();
    spool.takeBack();
    expect(spool.takeBatch()?.quotes[0]).to.eql(makeBar("AAPL", 0));
    expect(spool.takeBatch(), "again one at a time").to.equal(undefined);
  });

  it("puts what was refused aside: the whole quote, when, and the server's reason and words", async () => {
    const { spool, clock, file } = open();
    const bar = makeBar("IBM", 1, { volume: 12.5, sessionClass: "pre" });
    await spool.put([makeBar("AAPL", 0), bar], NEVER);
    spool.takeBatch();
    clock.advance(SECOND_MS);
    spool.acknowledge(1, [{ index: 1, reason: "PRICE_RANGE", message: "close: " + "x".repeat(600) }]);
    const db = new Database(file, { readonly: true });
    expect(db.prepare("SELECT * FROM refused").all()).to.eql([
      {
        id: 1,
        refused_time: OPENING_MS + SECOND_MS,
        reason: "PRICE_RANGE",
        message: "close: " + "x".repeat(493),
        symbol: "IBM",
        source: "alpha-vantage",
        period_ms: MINUTE_MS,
        quote_time: bar.quoteTimeMs,
        open: 100,
        high: 102,
        low: 99,
        close: 101,
        volume: 12.5,
        session_class: "pre",
        fetch_time: bar.fetchTimeMs,
      },
    ]);
    db.close();
  });

  it("keeps the newest 10,000 of what was refused, and says so once", async () => {
    const { spool, log, file } = open();
    await spool.put(makeBars("AAPL", 12_000), NEVER);
    for (let batch = spool.takeBatch(); batch; batch = spool.takeBatch()) {
      spool.acknowledge(
        batch.sequence,
        batch.quotes.map((_, index) => refused(index)),
      );
    }
    expect(spool.refusedCount).to.equal(10_000);
    const db = new Database(file, { readonly: true });
    expect(db.prepare("SELECT min(quote_time) FROM refused").pluck().get()).to.equal(
      makeBar("AAPL", 2_000).quoteTimeMs,
    );
    expect(db.prepare("SELECT count(*) FROM refused").pluck().get()).to.equal(10_000);
    db.close();
    expect(log.lines.filter(({ message }) => message === "of the refused quotes only the newest are kept")).to.eql([
      { level: "warn", message: "of the refused quotes only the newest are kept", fields: { kept: 10_000 } },
    ]);
  });
});
