import { expect } from "chai";
import { exampleBar, exampleTick } from "../../test/examples.ts";
import { pick, randomFrom } from "../../test/random-history.ts";
import { previousOf, type Previous } from "./previous.ts";
import { believable, checkPrice, SPLITS, type PriceDoubt } from "./price-check.ts";
import type { Quote } from "../quote.ts";
import { advanceSeries, beginStretch, NEW_SERIES, sightIn } from "./series.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../time.ts";

const at = (price: number, afterMs = SECOND_MS, changes: Partial<Quote> = {}) => exampleTick(afterMs, price, changes);
const last = (price: number): Previous => previousOf(at(price, 0), null, "any");
/** What is made of a price that comes one second later. */
const verdict = (price: number, base = 100, doubt: PriceDoubt | null = null) =>
  checkPrice(at(price), last(base), doubt).name;
/** The same a day later: a close of the exchange lies between. */
const overnight = (price: number, base = 100) => checkPrice(at(price, DAY_MS), last(base), null);

describe("checkPrice()", () => {
  it("accepts the first price there is, and the first after prices changed between simulated and real", () => {
    expect(checkPrice(at(5), null, null)).to.deep.equal({ name: "ACCEPTED", doubt: null });
    expect(checkPrice(at(5, 0, { source: "simulator" }), last(100), doubted(70)).name).to.equal("ACCEPTED");
  });

  it("accepts up to exactly 20 %, on either side, in exact decimals", () => {
    expect([80, 120, 79.99, 120.01].map((price) => verdict(price))).to.deep.equal([
      "ACCEPTED",
      "ACCEPTED",
      "QUARANTINED",
      "QUARANTINED",
    ]);
    // 1.2 × 0.35 is 0.42; in doubles it is less.
    expect([0.42, 0.28, 0.4201, 0.2799].map((price) => verdict(price, 0.35))).to.deep.equal([
      "ACCEPTED",
      "ACCEPTED",
      "QUARANTINED",
      "QUARANTINED",
    ]);
  });

  for (const split of SPLITS) {
    const name = `${split.shares} for ${split.for}`;
    it(`holds within exactly 1 % of ${name}, across a close`, () => {
      const base = 4200; // every ratio divides it
      const own = (base * split.for) / split.shares;
      for (const price of [own, (own * 99) / 100, (own * 101) / 100]) {
        expect(overnight(price, base).name, String(price)).to.equal("HELD");
        expect(overnight(price, base).doubt?.ratio).to.equal(name);
      }
      for (const price of [(own * 98.9) / 100, (own * 101.1) / 100]) {
        expect(overnight(price, base).name, String(price)).to.equal("QUARANTINED");
      }
      const isHundred = [split.shares, split.for].includes(100);
      expect(verdict(own, base), "within a day").to.equal(isHundred ? "HELD" : "QUARANTINED");
    });
  }

  it("takes a ratio for a split only where an exchange closes in between", () => {
    const coin = { sessionClass: "always" } as const;
    expect(checkPrice(at(50, DAY_MS, coin), last(100), null).name).to.equal("QUARANTINED");
    expect(checkPrice(at(1, DAY_MS, coin), last(100), null).name).to.equal("HELD");
    // 14:30 UTC is the opening; 01:00 UTC the end of the last session.
    expect(checkPrice(at(50, 10.5 * HOUR_MS), last(100), null).name).to.equal("QUARANTINED");
    expect(checkPrice(at(50, 10.5 * HOUR_MS + 1), last(100), null).name).to.equal("HELD");
  });

  it("is confirmed by a price within 2 % that was fetched a second later, not sooner", () => {
    const doubt = doubted(70);
    const later = (price: number, ms: number) => checkPrice(at(price, ms), last(100), doubt);
    expect([68.6, 70, 71.4].map((price) => later(price, 2 * SECOND_MS).name)).to.deep.equal(Array(3).fill("CONFIRMED"));
    expect([68.59, 71.41].map((price) => later(price, 2 * SECOND_MS).name)).to.deep.equal(Array(2).fill("QUARANTINED"));
    expect(later(71, 2 * SECOND_MS - 1)).to.deep.equal({ name: "QUARANTINED", doubt });
  });

  it("puts another odd price in the place of a quarantined one", () => {
    const { name, doubt } = checkPrice(at(60, 5_000), last(100), doubted(70));
    expect(name).to.equal("QUARANTINED");
    expect(doubt).to.deep.include({ close: 60, fetchTimeMs: at(60, 5_000).fetchTimeMs, acceptedClose: 100 });
  });

  it("ends a quarantine by a price near the old one, and by a split's", () => {
    expect(checkPrice(at(101), last(100), doubted(70))).to.deep.equal({ name: "ACCEPTED", doubt: null });
    expect(checkPrice(at(1, 5_000), last(100), doubted(1.02)).name).to.equal("HELD");
  });

  it("lets no vote end a HOLD, only a price near the old one", () => {
    const { doubt } = overnight(50);
    for (const price of [50, 49.9, 70, 1]) {
      expect(checkPrice(at(price, 2 * DAY_MS), last(100), doubt)).to.deep.equal({ name: "HELD", doubt });
    }
    expect(checkPrice(at(80, 2 * DAY_MS), last(100), doubt)).to.deep.equal({ name: "HOLD_ENDED", doubt: null });
  });

  it("is not ended by what comes late of the time before it", () => {
    const { doubt } = overnight(50);
    const late = (afterMs: number) => checkPrice(at(101, afterMs, { fetchTimeMs: 2 * DAY_MS }), last(100), doubt).name;
    expect([DAY_MS - 1, DAY_MS].map(late)).to.deep.equal(["HELD", "HOLD_ENDED"]);
  });

  it("never believes what is neither near, nor confirmed, nor the first; nor passes over a split", () => {
    const random = randomFrom(7);
    for (let history = 0; history < 300; history += 1) {
      const quotes = Array.from({ length: 20 }, (_, place) =>
        at(pick(random, [100, 85, 119, 50, 1, 70, 70.5, 33, 10_000]), place * 700),
      );
      let previous: Previous | null = null;
      let doubt: PriceDoubt | null = null;
      for (const quote of quotes) {
        const made = checkPrice(quote, previous, doubt);
        const before: PriceDoubt | null = doubt;
        if (made.doubt === null && previous !== null) {
          const ratio = quote.close / previous.close;
          const isNear = ratio >= 0.8 && ratio <= 1.2;
          expect(isNear || (before?.kind === "QUARANTINED" && quote.fetchTimeMs - before.fetchTimeMs >= SECOND_MS)).to
            .be.true;
          if (before?.kind === "HELD") expect(isNear).to.be.true;
        }
        doubt = made.doubt;
        if (doubt === null) previous = previousOf(quote, previous, "any");
      }
    }
  });

  it("knows prices at both ends of what a price can be", () => {
    expect(verdict(1.2e-12, 1e-12)).to.equal("ACCEPTED");
    expect(verdict(1e-12, 1e-10)).to.equal("HELD");
    expect(verdict(999_999_999_999, 1e-12)).to.equal("QUARANTINED");
    expect(verdict(999_999_999_999, 900_000_000_000)).to.equal("ACCEPTED");
  });
});

describe("believable()", () => {
  const judged = (...prices: [number, number, number, number]) => {
    const { open, high, low, close } = believable(exampleBar(1, prices), last(100));
    return [open, high, low, close];
  };

  it("leaves a quote alone that is within reach, up to exactly 20 %", () => {
    const quote = exampleBar(1, [100, 120, 80, 101]);
    expect(believable(quote, last(100))).to.equal(quote);
    expect(believable(exampleBar(1, [100, 500, 1, 101]), null)).to.include({ high: 500, low: 1 });
  });

  it("leaves out a wild high or low, each by itself", () => {
    expect(judged(100, 120.01, 99, 101)).to.deep.equal([100, 101, 99, 101]);
    expect(judged(100, 103, 79.99, 101)).to.deep.equal([100, 103, 100, 101]);
    expect(judged(102, 1000, 1, 101)).to.deep.equal([102, 102, 101, 101]);
  });

  it("takes the close for a wild open", () => {
    expect(judged(150, 150, 99, 101)).to.deep.equal([101, 101, 99, 101]);
    expect(judged(1, 104, 1, 101)).to.deep.equal([101, 104, 101, 101]);
  });

  it("believes of a confirmed quote what lies between the old price and the new, and 20 % beyond", () => {
    expect(judged(100, 120, 40, 50)).to.deep.equal([100, 120, 40, 50]);
    expect(judged(100, 121, 39, 50)).to.deep.equal([100, 100, 50, 50]);
  });

  it("is what the walk is made of, and what is remembered", () => {
    const series = advanceSeries(NEW_SERIES, at(100, 0));
    const wild = exampleBar(1, [100, 1_000, 1, 101]);
    expect(sightIn(series, wild, "regular").walk).to.include({ high: 101, low: 100 });
    expect(advanceSeries(series, wild).any).to.include({ high: 101, low: 100, close: 101 });
  });
});

describe("beginStretch()", () => {
  it("makes the quote every session's previous, later than whatever was armed by then", () => {
    const series = advanceSeries(NEW_SERIES, at(100, 0));
    const accepted = at(50, DAY_MS, { sessionClass: "pre" });
    const nowMs = accepted.quoteTimeMs + HOUR_MS;
    const begun = beginStretch(series, accepted, nowMs);
    for (const session of ["regular", "extended", "any"] as const) {
      expect(begun[session]).to.include({
        close: 50,
        asOfMs: accepted.quoteTimeMs,
        stretchAsOfMs: nowMs + 1,
        seenMs: 0,
      });
    }
  });
});

/** A quarantined price, fetched a second after the start. */
function doubted(close: number): PriceDoubt {
  const { doubt } = checkPrice(at(close, SECOND_MS, { sessionClass: "always" }), last(100), null);
  if (doubt === null) throw new Error(`${close} is not doubted`);
  return { ...doubt, kind: "QUARANTINED", ratio: "" };
}
