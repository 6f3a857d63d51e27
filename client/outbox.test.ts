import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Quote } from "../domain/quote.ts";
import { MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { BATCH_QUOTES_MAX, Outbox, PUT_OFF_MS, type RefusedItem } from "./outbox.ts";
import { makeBar, makeBars, makeTick, OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";

const NEVER = new AbortController().signal;

function open(quotesMax?: number) {
  const clock = new FakeClock(OPENING_MS);
  const log = new RecordedLog();
  const outbox = new Outbox({ clock, log, ...(quotesMax === undefined ? {} : { quotesMax }) });
  return { clock, log, outbox };
}

function refused(index: number, reason: RefusedItem["reason"] = "QUOTE_INVALID"): RefusedItem {
  return { index, reason, message: "close: must be positive" };
}

/** A minute bar that is still forming, fetched so many seconds after its start. */
function forming(second: number, values: Partial<Quote> = {}): Quote {
  return makeBar("AAPL", 0, { fetchTimeMs: OPENING_MS + second * SECOND_MS, ...values });
}

describe("Outbox", () => {
  describe("takeBatch()", () => {
    it("gives nothing when nothing waits", () => {
      expect(open().outbox.takeBatch()).to.equal(undefined);
    });

    it("hands out the oldest as-of first, whatever order they came in", async () => {
      const { outbox } = open();
      await outbox.put([makeBar("IBM", 3), makeBar("AAPL", 1)], NEVER);
      await outbox.put([makeBar("AAPL", 2), makeBar("IBM", 0)], NEVER);
      const batch = outbox.takeBatch();
      expect(batch?.sequence).to.equal(1);
      expect(batch?.quotes.map(({ symbol, quoteTimeMs }) => [symbol, (quoteTimeMs - OPENING_MS) / MINUTE_MS])).to.eql([
        ["IBM", 0],
        ["AAPL", 1],
        ["AAPL", 2],
        ["IBM", 3],
      ]);
    });

    it("gives at most a thousand at a time, numbered from 1, and each quote once", async () => {
      const { outbox } = open();
      await outbox.put(makeBars("AAPL", 2_500), NEVER);
      const batches = [outbox.takeBatch(), outbox.takeBatch(), outbox.takeBatch()];
      expect(outbox.takeBatch()).to.equal(undefined);
      expect(batches.map((batch) => batch?.quotes.length)).to.eql([BATCH_QUOTES_MAX, BATCH_QUOTES_MAX, 500]);
      expect(batches.map((batch) => batch?.sequence)).to.eql([1, 2, 3]);
      expect(batches.flatMap((batch) => batch?.quotes ?? [])).to.eql(makeBars("AAPL", 2_500));
    });
  });

  describe("put()", () => {
    it("keeps only the newer version of a forming bar that was not sent yet", async () => {
      const { outbox } = open();
      await outbox.put([forming(10)], NEVER);
      await outbox.put([forming(20, { high: 105, close: 104 })], NEVER);
      expect(outbox.takeBatch()?.quotes).to.eql([forming(20, { high: 105, close: 104 })]);
    });

    it("keeps the newer version also when the older one comes after it", async () => {
      const { outbox } = open();
      await outbox.put([forming(20, { high: 105 })], NEVER);
      await outbox.put([forming(10)], NEVER);
      expect(outbox.takeBatch()?.quotes).to.eql([forming(20, { high: 105 })]);
    });

    it("puts a replaced bar in the place of its new as-of", async () => {
      const { outbox } = open();
      await outbox.put([forming(10), makeTick("IBM", 15 * SECOND_MS, 50)], NEVER);
      await outbox.put([forming(20)], NEVER);
      expect(outbox.takeBatch()?.quotes.map(({ symbol }) => symbol)).to.eql(["IBM", "AAPL"]);
    });

    it("never replaces a version that was sent, even after it came back", async () => {
      const { outbox } = open();
      await outbox.put([forming(10)], NEVER);
      outbox.takeBatch();
      await outbox.put([forming(20)], NEVER);
      outbox.takeBack();
      await outbox.put([forming(30)], NEVER);
      expect(outbox.takeBatch()?.quotes).to.eql([forming(10), forming(30)]);
    });

    it("keeps both versions when the newer one leaves out a price that the older one had", async () => {
      const { outbox } = open();
      await outbox.put([forming(10, { high: 110 })], NEVER);
      await outbox.put([forming(20, { high: 103 })], NEVER);
      expect(outbox.takeBatch()?.quotes).to.have.length(2);
    });

    it("keeps both versions of a corrected tick, and one of a repeated tick", async () => {
      const { outbox } = open();
      await outbox.put([makeTick("AAPL", 0, 100), makeTick("AAPL", 0, 101, OPENING_MS + 1)], NEVER);
      await outbox.put([makeTick("AAPL", 0, 101, OPENING_MS + 2)], NEVER);
      expect(outbox.takeBatch()?.quotes.map(({ close }) => close)).to.eql([100, 101]);
    });

    it("waits while it is full, and goes on when there is room", async () => {
      const { outbox } = open(5);
      const progress = { isDone: false };
      const putting = outbox.put(makeBars("AAPL", 12), NEVER).then(() => (progress.isDone = true));
      const sent: Quote[] = [];
      for (const sequence of [1, 2]) {
        sent.push(...(outbox.takeBatch()?.quotes ?? []));
        await nextTurn();
        expect(progress.isDone, "what is in flight takes room too").to.equal(false);
        expect(outbox.size).to.equal(5);
        outbox.acknowledge(sequence, []);
        await nextTurn();
      }
      await putting;
      sent.push(...(outbox.takeBatch()?.quotes ?? []));
      expect(sent).to.eql(makeBars("AAPL", 12));
    });

    it("says once that it is full, until half of it is free", async () => {
      const { outbox, log } = open(2_500);
      const putting = outbox.put(makeBars("AAPL", 4_500), NEVER);
      for (const sequence of [1, 2, 3]) {
        outbox.takeBatch();
        outbox.acknowledge(sequence, []);
        await nextTurn();
      }
      await putting;
      expect(log.messages).to.eql(["the outbox is full: fetching waits for the server"]);
      outbox.takeBatch();
      outbox.acknowledge(4, []);
      expect(log.messages.at(-1)).to.equal("the outbox has room again");
    });

    it("lets a caller who gives up go, and keeps what it had taken", async () => {
      const { outbox } = open(5);
      const giveUp = new AbortController();
      const putting = outbox.put(makeBars("AAPL", 12), giveUp.signal).catch((error: unknown) => error);
      giveUp.abort(new Error("stopping"));
      expect(await putting).to.have.property("message", "stopping");
      expect(outbox.takeBatch()?.quotes).to.eql(makeBars("AAPL", 5));
    });
  });

  describe("acknowledge()", () => {
    it("forgets the batch, once", async () => {
      const { outbox } = open();
      await outbox.put(makeBars("AAPL", 3), NEVER);
      outbox.takeBatch();
      expect(outbox.acknowledge(1, [])).to.equal(true);
      expect(outbox.acknowledge(1, [])).to.equal(false);
      expect(outbox.size).to.equal(0);
      outbox.takeBack();
      expect(outbox.takeBatch()).to.equal(undefined);
    });

    it("does nothing for a sequence that is not in flight", async () => {
      const { outbox } = open();
      await outbox.put(makeBars("AAPL", 3), NEVER);
      outbox.takeBatch();
      for (const sequence of [0, -1, 2, NaN, 2 ** 53]) expect(outbox.acknowledge(sequence, [])).to.equal(false);
      expect(outbox.size).to.equal(3);
    });

    it("counts and tells what was refused for good, a line for each reason", async () => {
      const { outbox, log } = open();
      await outbox.put(makeBars("AAPL", 4), NEVER);
      outbox.takeBatch();
      outbox.acknowledge(1, [
        refused(1),
        refused(2),
        refused(2),
        refused(3, "SYMBOL_FORMAT"),
        refused(99),
        refused(-1),
      ]);
      expect(outbox.size).to.equal(0);
      expect(outbox.refusedCount).to.equal(3);
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
      const { outbox, clock, log } = open();
      await outbox.put([makeBar("AAPL", 0), makeBar("IBM", 0)], NEVER);
      outbox.takeBatch();
      outbox.acknowledge(1, [refused(0, "CLOCK_BEHIND")]);
      await outbox.put([makeBar("AAPL", 1), makeBar("IBM", 1)], NEVER);
      expect(outbox.takeBatch()?.quotes).to.eql([makeBar("IBM", 1)]);
      expect(outbox.takeBatch()).to.equal(undefined);
      clock.advance(PUT_OFF_MS - 1);
      expect(outbox.takeBatch()).to.equal(undefined);
      clock.advance(1);
      expect(outbox.takeBatch()?.quotes).to.eql([makeBar("AAPL", 0), makeBar("AAPL", 1)]);
      expect(outbox.refusedCount).to.equal(0);
      expect(log.messages).to.have.length(1);
    });

    it("says once that a symbol is put off, until it was taken", async () => {
      const { outbox, clock, log } = open();
      await outbox.put([makeBar("AAPL", 0)], NEVER);
      for (const sequence of [1, 2, 3]) {
        outbox.takeBatch();
        outbox.acknowledge(sequence, [refused(0, "CLOCK_BEHIND")]);
        clock.advance(PUT_OFF_MS);
      }
      outbox.takeBatch();
      outbox.acknowledge(4, []);
      expect(log.messages).to.have.length(1);
      expect(outbox.size).to.equal(0);
      await outbox.put([makeBar("AAPL", 1)], NEVER);
      outbox.takeBatch();
      outbox.acknowledge(5, [refused(0, "CLOCK_BEHIND")]);
      expect(log.messages).to.have.length(2);
    });
  });

  describe("takeBack()", () => {
    it("sends everything in flight again, in order, numbered from 1", async () => {
      const { outbox } = open();
      await outbox.put(makeBars("AAPL", 2_500), NEVER);
      outbox.takeBatch();
      outbox.takeBatch();
      outbox.acknowledge(1, []);
      outbox.takeBack();
      const again = [outbox.takeBatch(), outbox.takeBatch()];
      expect(again.map((batch) => batch?.sequence)).to.eql([1, 2]);
      expect(again.flatMap((batch) => batch?.quotes ?? [])).to.eql(makeBars("AAPL", 2_500).slice(1_000));
    });
  });

  describe("isSettled()", () => {
    it("holds when nothing is in flight and nothing may be sent", async () => {
      const { outbox, clock } = open();
      expect(outbox.isSettled()).to.equal(true);
      await outbox.put([makeBar("AAPL", 0)], NEVER);
      expect(outbox.isSettled(), "waiting").to.equal(false);
      outbox.takeBatch();
      expect(outbox.isSettled(), "in flight").to.equal(false);
      outbox.acknowledge(1, [refused(0, "CLOCK_BEHIND")]);
      expect(outbox.isSettled(), "put off").to.equal(true);
      clock.advance(PUT_OFF_MS);
      expect(outbox.isSettled(), "due again").to.equal(false);
    });
  });
});
