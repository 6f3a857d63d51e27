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

    it("replaces nothing that an earlier process spooled, for that may have been sent", async () => {
      const first = open();
      await first.spool.put([forming(10)], NEVER);
      first.close();
      const { spool } = open();
      await spool.put([forming(20)], NEVER);
      await spool.put([forming(30)], NEVER);
      expect(spool.takeBatch()?.quotes).to.eql([forming(10), forming(30)]);
    });

    it("does not pile up the versions of a forming bar while the server is away", async () => {
      const { spool } = open();
      for (let second = 1; second <= 60; second += 1) await spool.put([forming(second)], NEVER);
      expect(spool.size).to.equal(1);
      expect(spool.takeBatch()?.quotes).to.eql([forming(60)]);
    });

    it("has the very same quote once", async () => {
      const { spool } = open();
      await spool.put([makeBar("AAPL", 0)], NEVER);
      spool.takeBatch();
      await spool.put([makeBar("AAPL", 0), makeBar("AAPL", 1)], NEVER);
      expect(spool.size).to.equal(2);
      expect(spool.takeBatch()?.quotes).to.eql([makeBar("AAPL", 1)]);
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
