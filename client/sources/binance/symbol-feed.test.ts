import { expect } from "chai";
import { MINUTE_MS, SECOND_MS, type TimeMs } from "../../../domain/time.ts";
import type { MinuteBar } from "./minute-bar.ts";
import { JOINED_MS, SymbolFeed, type LastTrade, type Taken } from "./symbol-feed.ts";
import type { Trade } from "./trade-message.ts";

const MINUTE = Date.UTC(2026, 4, 12, 10, 0);
const FETCHED = MINUTE + 30 * SECOND_MS;

function trade(id: number, price: number, timeMs: TimeMs = MINUTE + id, units = 10n): Trade {
  return { symbol: "BTCUSDT", id, timeMs, price, rounded: false, quantity: { units, scale: 1 } };
}

/** A feed, and a clock that is always late enough. */
function open(last: LastTrade | null = null) {
  const feed = new SymbolFeed("BTCUSDT", last);
  let now = 0;
  const due = () => feed.takeDue((now += JOINED_MS), "binance", FETCHED)?.quote ?? null;
  return { feed, due };
}

function told(startMs: TimeMs, values: Partial<MinuteBar> = {}): MinuteBar {
  return { startMs, open: 100, high: 120, low: 90, close: 110, volume: { units: 50n, scale: 1 }, ...values };
}

describe("SymbolFeed", () => {
  it("joins trades into newer versions of the minute's bar, which keep every extreme", () => {
    const { feed, due } = open();
    for (const [at, price] of [100, 130, 80, 101].entries()) feed.take(trade(at, price));
    expect(due()).to.eql({
      ...{ symbol: "BTCUSDT", source: "binance", periodMs: MINUTE_MS, quoteTimeMs: MINUTE, sessionClass: "always" },
      ...{ open: 100, high: 130, low: 80, close: 101, volume: 4, fetchTimeMs: FETCHED },
    });
    expect(due(), "nothing new").to.equal(null);
    feed.take(trade(4, 105));
    expect(due()).to.include({ open: 100, high: 130, low: 80, close: 105, volume: 5 });
  });

  it("gives no two within a quarter of a second, and the older minute first", () => {
    const { feed } = open();
    feed.take(trade(0, 100, MINUTE));
    expect(feed.takeDue(1_000, "binance", FETCHED)?.quote.close).to.equal(100);
    feed.take(trade(1, 101, MINUTE + MINUTE_MS - 1));
    feed.take(trade(2, 102, MINUTE + MINUTE_MS));
    expect(feed.takeDue(1_249, "binance", FETCHED)).to.equal(null);
    expect(feed.takeDue(1_250, "binance", FETCHED)?.quote).to.include({ quoteTimeMs: MINUTE, close: 101 });
    expect(feed.isHandedOn).to.equal(false);
    expect(feed.takeDue(1_300, "binance", FETCHED)).to.equal(null);
    expect(feed.takeDue(1_500, "binance", FETCHED)?.quote).to.include({ quoteTimeMs: MINUTE + MINUTE_MS, close: 102 });
    expect(feed.isHandedOn).to.equal(true);
  });

  it("adds volumes exactly", () => {
    const { feed, due } = open();
    for (const id of [0, 1, 2]) feed.take(trade(id, 100, MINUTE, 1n));
    expect(due()?.volume).to.equal(0.3);
  });

  it("counts each trade once, by its number", () => {
    const { feed, due } = open({ id: 3, timeMs: MINUTE + 3 });
    expect([3, 2, 4, 4].map((id) => feed.take(trade(id, 100)))).to.eql(["known", "known", "new", "known"]);
    expect(due()?.volume).to.equal(1);
  });

  it("sees a missing number once numbers have been seen to follow each other, and not before", () => {
    const taken: Taken[] = [];
    const { feed } = open();
    for (const id of [1, 5, 9]) taken.push(feed.take(trade(id, 100)));
    for (let id = 10; id < 40; id += 1) taken.push(feed.take(trade(id, 100)));
    expect(new Set(taken)).to.eql(new Set(["new"]));
    expect(feed.take(trade(41, 100))).to.equal("after-hole");
    expect(feed.take(trade(43, 100)), "they do not follow each other any more").to.equal("new");
  });

  it("takes a number that was left out when it comes after all, once", () => {
    const { feed, due } = open({ id: 3, timeMs: MINUTE + 3 });
    expect([4, 7, 6, 5, 5, 8].map((id) => feed.take(trade(id, id === 6 ? 130 : 100 + id)))).to.eql(
      ["new", "new", "new", "new", "known", "new"], // prettier-ignore
    );
    expect(due()).to.include({ open: 104, high: 130, low: 104, close: 108, volume: 5 });
    expect(feed.last?.id).to.equal(8);
  });

  it("remembers no more than a thousand numbers that were left out", () => {
    const { feed } = open({ id: 0, timeMs: MINUTE });
    feed.take(trade(2_000, 100));
    expect([999, 1_000, 1_999].map((id) => feed.take(trade(id, 100)))).to.eql(["known", "new", "new"]);
  });

  it("says from when on something may be missing where one number was of another row", () => {
    const { feed } = open({ id: 5, timeMs: MINUTE });
    feed.take(trade(2 ** 50, 100, MINUTE + 2 * SECOND_MS));
    for (const id of [6, 7]) expect(feed.take(trade(id, 100, MINUTE + id * 200))).to.equal("known");
    expect(feed.sinceMs).to.equal(MINUTE + 1_200);
    expect(feed.take(trade(8, 100, MINUTE + 4 * SECOND_MS))).to.equal("after-hole");
    expect(feed.take(trade(9, 100, MINUTE + 4 * SECOND_MS))).to.equal("new");
    expect(feed.sinceMs).to.equal(MINUTE + 4 * SECOND_MS);
  });

  it("goes on where numbers begin anew, and refuses what is long past", () => {
    const { feed } = open({ id: 1_000, timeMs: MINUTE + 3 * MINUTE_MS });
    expect(feed.take(trade(1, 100, MINUTE + 3 * MINUTE_MS + 2 * SECOND_MS))).to.equal("after-hole");
    expect(feed.take(trade(2, 100, MINUTE + MINUTE_MS))).to.equal("too-old");
    expect(feed.last).to.eql({ id: 1, timeMs: MINUTE + 3 * MINUTE_MS + 2 * SECOND_MS });
  });

  it("keeps what comes while it is held", () => {
    const { feed, due } = open();
    feed.hold();
    feed.take(trade(0, 100));
    expect(due()).to.equal(null);
    feed.release();
    expect(due()?.close).to.equal(100);
  });

  describe("the exchange's own bars", () => {
    it("come back when they are settled, with an extreme that only the line told", () => {
      const { feed, due } = open();
      feed.take(trade(0, 130));
      const [bar] = feed.merge([told(MINUTE)], MINUTE + MINUTE_MS, MINUTE);
      expect(bar).to.deep.include(told(MINUTE, { high: 130 }));
      expect(due(), "it was told").to.equal(null);
    });

    it("complete the minute that is under way, whose last price is the one heard last", () => {
      const { feed, due } = open();
      feed.take(trade(0, 101));
      expect(feed.merge([told(MINUTE)], MINUTE, MINUTE)).to.eql([]);
      expect(due()).to.include({ open: 100, high: 120, low: 90, close: 101, volume: 5 });
      feed.take(trade(1, 102));
      expect(due()).to.include({ open: 100, close: 102, volume: 6 });
    });

    it("have the last price where nothing was heard since listening began", () => {
      const { feed, due } = open();
      feed.take(trade(0, 101));
      feed.merge([told(MINUTE)], MINUTE, MINUTE + SECOND_MS);
      expect(due()).to.include({ close: 110 });
    });

    it("are not made less by trades of theirs that the line brings late", () => {
      const { feed, due } = open();
      feed.take(trade(0, 101));
      for (const startMs of [MINUTE - MINUTE_MS, MINUTE]) feed.merge([told(startMs)], MINUTE + MINUTE_MS, MINUTE);
      feed.take(trade(1, 102));
      feed.take(trade(2, 103, MINUTE - MINUTE_MS));
      expect(due(), "both were told, whole").to.equal(null);
      feed.take(trade(3, 121));
      expect(due()).to.include({ open: 100, high: 121, low: 90, close: 110, volume: 5 });
      expect(feed.last?.id).to.equal(3);
    });

    it("stand alone where nothing was heard", () => {
      const { feed, due } = open();
      const [bar] = feed.merge([told(MINUTE - MINUTE_MS)], MINUTE, MINUTE);
      expect(bar).to.deep.include(told(MINUTE - MINUTE_MS));
      feed.merge([told(MINUTE)], MINUTE, MINUTE);
      expect(due()).to.include({ close: 110, volume: 5 });
    });
  });
});
