import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { AppError } from "../../domain/error.ts";
import { FRIDAY_AFTERNOON, randomMarket } from "./ask-for-test.ts";
import type { Bar } from "./bar.ts";
import type { RandomMarket } from "./random-market.ts";

function newest(market: RandomMarket, count: number, symbol = "AAPL"): Bar[] {
  const window = { fromMs: -Infinity, toMs: Infinity, asOfMs: market.now(), newest: count };
  return market.bars(symbol, MINUTE_MS, window);
}

describe("RandomMarket.bars()", () => {
  it("has bars from before the start, one for each minute, at night and on Sundays too", () => {
    for (const now of [FRIDAY_AFTERNOON, FRIDAY_AFTERNOON + 12 * HOUR_MS, FRIDAY_AFTERNOON + 2 * DAY_MS]) {
      const bars = newest(randomMarket(new FakeClock(now)), 100);
      expect(bars).to.have.length(100);
      expect(bars.at(-1)?.startMs).to.equal(Math.floor(now / MINUTE_MS) * MINUTE_MS);
      expect(new Set(bars.slice(1).map((bar, at) => bar.startMs - bars[at]!.startMs))).to.deep.equal(
        new Set([MINUTE_MS]),
      );
    }
  });

  it("shows the forming bar as it is so far", () => {
    const clock = new FakeClock(FRIDAY_AFTERNOON);
    const market = randomMarket(clock);
    const [before] = newest(market, 1);
    clock.advance(20 * SECOND_MS);
    const [after] = newest(market, 1);
    expect(after!.startMs).to.equal(before!.startMs);
    expect(after!.open).to.equal(before!.open);
    expect(after!.close).not.to.equal(before!.close);
    expect(Number(after!.volume)).to.be.greaterThan(Number(before!.volume));
  });

  it("never changes a bar that has ended", () => {
    const clock = new FakeClock(FRIDAY_AFTERNOON);
    const market = randomMarket(clock);
    clock.advance(MINUTE_MS);
    const ended = newest(market, 2)[0];
    clock.advance(MINUTE_MS);
    expect(newest(market, 3)[0]).to.deep.equal(ended);
  });

  it("is the same for the same seed and time in another process", () => {
    const bars = newest(randomMarket(new FakeClock(FRIDAY_AFTERNOON)), 200);
    expect(newest(randomMarket(new FakeClock(FRIDAY_AFTERNOON)), 200)).to.deep.equal(bars);
    expect(newest(randomMarket(new FakeClock(FRIDAY_AFTERNOON), "2"), 200)).not.to.deep.equal(bars);
  });

  it("leaves out the hour that an Eastern stamp cannot name", () => {
    const market = randomMarket(new FakeClock(Date.parse("2026-11-01T07:00:30Z")));
    const starts = newest(market, 2).map((bar) => new Date(bar.startMs).toISOString());
    expect(starts).to.deep.equal(["2026-11-01T05:59:00.000Z", "2026-11-01T07:00:00.000Z"]);
  });
});

describe("RandomMarket.setPrice()", () => {
  it("shows at once in the forming bar, and the price walks on from there", () => {
    const clock = new FakeClock(FRIDAY_AFTERNOON);
    const market = randomMarket(clock);
    const [before] = newest(market, 1);
    market.setPrice("AAPL", "201.1234");
    const [after] = newest(market, 1);
    expect([after!.high, after!.close]).to.deep.equal(["201.1234", "201.1234"]);
    expect([after!.open, after!.low]).to.deep.equal([before!.open, before!.low]);
    clock.advance(5 * SECOND_MS);
    const close = Number(newest(market, 1)[0]!.close);
    expect(close).not.to.equal(201.1234);
    expect(Math.abs(close / 201.1234 - 1)).to.be.lessThan(0.005);
    clock.advance(10 * MINUTE_MS);
    expect(Number(newest(market, 1)[0]!.close)).to.be.within(190, 212);
  });

  it("keeps every price of a second, in order", () => {
    const market = randomMarket(new FakeClock(FRIDAY_AFTERNOON));
    for (const price of ["250", "150", "200"]) market.setPrice("AAPL", price);
    const [bar] = newest(market, 1);
    expect([bar!.high, bar!.low, bar!.close]).to.deep.equal(["250.0000", "150.0000", "200.0000"]);
  });

  it("leaves earlier bars and other symbols as they were", () => {
    const clock = new FakeClock(FRIDAY_AFTERNOON);
    const market = randomMarket(clock);
    const [earlier, others] = [newest(market, 100).slice(0, 99), newest(market, 100, "IBM")];
    market.setPrice("AAPL", "300");
    expect(newest(market, 100).slice(0, 99)).to.deep.equal(earlier);
    expect(newest(market, 100, "IBM")).to.deep.equal(others);
  });

  it("walks on in the bars after it, whole ones too", () => {
    const clock = new FakeClock(FRIDAY_AFTERNOON);
    const market = randomMarket(clock);
    market.setPrice("AAPL", "400");
    clock.advance(3 * MINUTE_MS);
    for (const bar of newest(market, 3)) expect(Number(bar.low), String(bar.startMs)).to.be.within(380, 420);
  });

  it("refuses what is no price", () => {
    const market = randomMarket(new FakeClock(FRIDAY_AFTERNOON));
    for (const price of ["0", "-1", "abc", "", "1e3", "1.23456", "0.0000", "NaN", " 1"]) {
      expect(() => market.setPrice("AAPL", price), price)
        .to.throw(AppError)
        .with.property("reason", "PRICE_RANGE");
    }
  });
});

describe("RandomMarket.visibleUntil()", () => {
  it("is now, a quarter of an hour ago, or the end of yesterday in New York", () => {
    const market = randomMarket(new FakeClock(FRIDAY_AFTERNOON));
    expect(market.visibleUntil("realtime")).to.equal(FRIDAY_AFTERNOON);
    expect(market.visibleUntil("delayed")).to.equal(FRIDAY_AFTERNOON - 15 * MINUTE_MS);
    expect(new Date(market.visibleUntil("none")).toISOString()).to.equal("2026-05-15T03:59:59.999Z");
  });
});
