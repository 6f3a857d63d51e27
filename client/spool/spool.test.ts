import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Quote } from "../../domain/quote.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { BATCH_QUOTES_MAX, type RefusedItem } from "../quote-supply.ts";
import { makeBar, makeBars, makeTick, OPENING_MS } from "../testing/make-quote.ts";
import { SpoolFolder } from "../testing/spool-folder.ts";
import { PUT_OFF_MS } from "./spool.ts";

const NEVER = new AbortController().signal;

function refused(index: number, reason: RefusedItem["reason"] = "QUOTE_INVALID"): RefusedItem {
  return { index, reason, message: "close: must be positive" };
}

/** A minute bar that is still forming, fetched so many seconds after its start. */
function forming(second: number, values: Partial<Quote> = {}): Quote {
  return makeBar("AAPL", 0, { fetchTimeMs: OPENING_MS + second * SECOND_MS, ...values });
}

describe("Spool", () => {
  let folder: SpoolFolder;
  beforeEach(() => {
    folder = new SpoolFolder();
  });
  afterEach(() => folder.remove());

  function open(quotesMax = 1_000_000) {
    return folder.open({ quotesMax });
  }

  describe("takeBatch()", () => {
    it("gives nothing when nothing waits", () => {
      expect(open().spool.takeBatch()).to.equal(undefined);
    });

    it("hands out the oldest as-of first, whatever order they came in", async () => {
      const { spool } = open();
      await spool.put([makeBar("IBM", 3), makeBar("AAPL", 1)], NEVER);
      await spool.put([makeBar("AAPL", 2), makeBar("IBM", 0)], NEVER);
      const batch = spool.takeBatch();
      expect(batch?.sequence).to.equal(1);
      expect(batch?.quotes.map(({ symbol, quoteTimeMs }) => [symbol, (quoteTimeMs - OPENING_MS) / MINUTE_MS])).to.eql([
        ["IBM", 0],
        ["AAPL", 1],
        ["AAPL", 2],
        ["IBM", 3],
      ]);
    });

    it("gives at most a thousand at a time, numbered from 1, and each quote once", async () => {
      const { spool } = open();
      await spool.put(makeBars("AAPL", 2_500), NEVER);
      const batches = [spool.takeBatch(), spool.takeBatch(), spool.takeBatch()];
      expect(spool.takeBatch()).to.equal(undefined);
      expect(batches.map((batch) => batch?.quotes.length)).to.eql([BATCH_QUOTES_MAX, BATCH_QUOTES_MAX, 500]);
      expect(batches.map((batch) => batch?.sequence)).to.eql([1, 2, 3]);
      expect(batches.flatMap((batch) => batch?.quotes ?? [])).to.eql(makeBars("AAPL", 2_500));
    });
  });

  describe("put()", () => {
    it("keeps only the newer version of a forming bar that was not sent yet", async () => {
      const { spool } = open();
      await spool.put([forming(10)], NEVER);
      await spool.put([forming(20, { high: 105, close: 104 })], NEVER);
      expect(spool.takeBatch()?.quotes).to.eql([forming(20, { high: 105, close: 104 })]);
    });

    it("keeps the newer version also when the older one comes after it", async () => {
      const { spool } = open();
      await spool.put([forming(20, { high: 105 })], NEVER);
      await spool.put([forming(10)], NEVER);
      expect(spool.takeBatch()?.quotes).to.eql([forming(20, { high: 105 })]);
    });

    it("puts a replaced bar in the place of its new as-of", async () => {
      const { spool } = open();
      await spool.put([forming(10), makeTick("IBM", 15 * SECOND_MS, 50)], NEVER);
      await spool.put([forming(20)], NEVER);
      expect(spool.takeBatch()?.quotes.map(({ symbol }) => symbol)).to.eql(["IBM", "AAPL"]);
    });

    it("never replaces a version that was sent, even after it came back", async () => {
      const { spool } = open();
      await spool.put([forming(10)], NEVER);
      spool.takeBatch();
      await spool.put([forming(20)], NEVER);
      spool.takeBack();
      await spool.put([forming(30)], NEVER);
      expect(spool.takeBatch()?.quotes).to.eql([forming(10), forming(30)]);
    });

    it("keeps both versions when the newer one leaves out a price that the older one had", async () => {
      const { spool } = open();
      await spool.put([forming(10, { high: 110 })], NEVER);
      await spool.put([forming(20, { high: 103 })], NEVER);
      expect(spool.takeBatch()?.quotes).to.have.length(2);
    });

    it("keeps both versions of a corrected tick, and one of a repeated tick", async () => {
      const { spool } = open();
      await spool.put([makeTick("AAPL", 0, 100), makeTick("AAPL", 0, 101, OPENING_MS + 1)], NEVER);
      await spool.put([makeTick("AAPL", 0, 101, OPENING_MS + 2)], NEVER);
      expect(spool.takeBatch()?.quotes.map(({ close }) => close)).to.eql([100, 101]);
    });

    it("waits while it is full, and goes on when there is room", async () => {
      const { spool } = open(5);
      const progress = { isDone: false };
      const putting = spool.put(makeBars("AAPL", 12), NEVER).then(() => (progress.isDone = true));
      const sent: Quote[] = [];
      for (const sequence of [1, 2]) {
        sent.push(...(spool.takeBatch()?.quotes ?? []));
        await nextTurn();
        expect(progress.isDone, "what is in flight takes room too").to.equal(false);
        expect(spool.size).to.equal(5);
        spool.acknowledge(sequence, []);
        await nextTurn();
      }
      await putting;
      sent.push(...(spool.takeBatch()?.quotes ?? []));
      expect(sent).to.eql(makeBars("AAPL", 12));
    });

    it("says once that it is full, until half of it is free", async () => {
      const { spool, log } = open(2_500);
      const bars = makeBars("AAPL", 4_500);
      await spool.put(bars.slice(0, 2_500), NEVER);
      const putting = [2_500, 3_500].map((at) => spool.put(bars.slice(at, at + 1_000), NEVER));
      for (const sequence of [1, 2]) {
        spool.takeBatch();
        spool.acknowledge(sequence, []);
        await nextTurn();
      }
      await Promise.all(putting);
      const hint = "Bring the server back, or give the spool more room with BELL_SPOOL_QUOTES_MAX.";
      expect(log.lines).to.eql([
        {
          level: "warn",
          message: "the spool is full: fetching waits for the server",
          fields: { spooled: 2_500, capacity: 2_500, hint },
        },
      ]);
      for (const sequence of [3, 4]) {
        spool.takeBatch();
        spool.acknowledge(sequence, []);
      }
      expect(log.lines.slice(1)).to.eql([
        { level: "info", message: "the spool has room again", fields: { spooled: 500, capacity: 2_500 } },
      ]);
    });

    it("lets a caller who gives up go, and keeps what it had taken", async () => {
      const { spool } = open(5);
      const giveUp = new AbortController();
      const putting = spool.put(makeBars("AAPL", 12), giveUp.signal).catch((error: unknown) => error);
      giveUp.abort(new Error("stopping"));
      expect(await putting).to.have.property("message", "stopping");
      expect(spool.takeBatch()?.quotes).to.eql(makeBars("AAPL", 5));
    });
  });

  describe("acknowledge()", () => {
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
  });

  describe("takeBack()", () => {
    it("sends everything in flight again, in order, numbered from 1", async () => {
      const { spool } = open();
      await spool.put(makeBars("AAPL", 2_500), NEVER);
      spool.takeBatch();
      spool.takeBatch();
      spool.acknowledge(1, []);
      spool.takeBack();
      const again = [spool.takeBatch(), spool.takeBatch()];
      expect(again.map((batch) => batch?.sequence)).to.eql([1, 2]);
      expect(again.flatMap((batch) => batch?.quotes ?? [])).to.eql(makeBars("AAPL", 2_500).slice(1_000));
    });
  });

  describe("isSettled()", () => {
    it("holds when nothing is in flight and nothing may be sent", async () => {
      const { spool, clock } = open();
      expect(spool.isSettled()).to.equal(true);
      await spool.put([makeBar("AAPL", 0)], NEVER);
      expect(spool.isSettled(), "waiting").to.equal(false);
      spool.takeBatch();
      expect(spool.isSettled(), "in flight").to.equal(false);
      spool.acknowledge(1, [refused(0, "CLOCK_BEHIND")]);
      expect(spool.isSettled(), "put off").to.equal(true);
      clock.advance(PUT_OFF_MS);
      expect(spool.isSettled(), "due again").to.equal(false);
    });
  });
});
