import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { AppError } from "../../domain/error.ts";
import { createTestWorld, replayMarket } from "./ask-for-test.ts";
import { easternStamp } from "./eastern.ts";
import type { ReplayMarket } from "./replay-market.ts";

const FIRST = Date.parse("2019-02-11T09:30:00-05:00");

function rows(count: number, price: number, skip: (minute: number) => boolean = () => false): string[] {
  return Array.from({ length: count }, (_, minute) => minute)
    .filter((minute) => !skip(minute))
    .map((minute) => {
      const p = (price + minute / 100).toFixed(2);
      return `${easternStamp(FIRST + minute * MINUTE_MS)},${p},${p},${p},${p},${minute}`;
    });
}

function seen(market: ReplayMarket, symbol: string): number {
  market.noteAsked("TIME_SERIES_INTRADAY", symbol);
  return market.progress().position;
}

describe("ReplayMarket", () => {
  it("delivers every bar of every symbol, row for row, to a client that asks in rounds", () => {
    const files = { AAPL: rows(380, 170), GLD: rows(380, 120, (minute) => minute % 7 === 3), V: rows(200, 140) };
    const market = replayMarket(files);
    const { ask } = createTestWorld({ market });
    const got = new Map<string, Set<string>>();
    for (let round = 0; !market.progress().finished; round++) {
      expect(round).to.be.lessThan(20);
      for (const symbol of market.symbols) {
        const body = ask(`function=TIME_SERIES_INTRADAY&symbol=${symbol}&interval=1min&datatype=csv&adjusted=false`);
        const known = got.get(symbol) ?? new Set();
        for (const line of body.trimEnd().split("\r\n").slice(1)) known.add(line);
        got.set(symbol, known);
      }
    }
    for (const [symbol, lines] of Object.entries(files)) {
      const padded = lines.map((line) => line.replaceAll(/(\.\d\d)(?=,)/g, "$100"));
      expect([...got.get(symbol)!].sort(), symbol).to.deep.equal(padded);
    }
  });

  it("shows only bars that have ended, and goes on when a question comes again", () => {
    const market = replayMarket({ AAPL: rows(300, 170), IBM: rows(300, 120) });
    expect(easternStamp(market.now())).to.equal("2019-02-11 10:20:00");
    expect([seen(market, "AAPL"), seen(market, "IBM")]).to.deep.equal([50, 50]);
    expect([seen(market, "IBM"), seen(market, "AAPL")]).to.deep.equal([100, 100]);
    const window = { fromMs: -Infinity, toMs: Infinity, asOfMs: market.now() };
    expect(market.bars("AAPL", MINUTE_MS, window)).to.have.length(100);
  });

  it("does not go on when another function is asked for the same symbol", () => {
    const market = replayMarket({ AAPL: rows(300, 170) });
    market.noteAsked("TIME_SERIES_INTRADAY", "AAPL");
    market.noteAsked("GLOBAL_QUOTE", "AAPL");
    expect(market.progress().position).to.equal(50);
  });

  it("waits for a symbol that is asked for slowly, so that it loses no bar", () => {
    const market = replayMarket({ AAPL: rows(500, 170), IBM: rows(500, 120) });
    expect(seen(market, "IBM")).to.equal(50);
    for (let at = 0; at < 10; at++) seen(market, "AAPL");
    expect(market.progress().position).to.equal(150);
    expect(seen(market, "IBM")).to.equal(150);
    expect(seen(market, "AAPL")).to.equal(200);
  });

  it("waits no longer for a symbol that nobody asks for any more", () => {
    const market = replayMarket({ AAPL: rows(500, 170), IBM: rows(500, 120) });
    seen(market, "IBM");
    for (let at = 0; at < 200; at++) seen(market, "AAPL");
    expect(market.progress()).to.deep.equal({ finished: true, position: 500, length: 500 });
  });

  it("is finished once everybody who asks has seen the end", () => {
    const market = replayMarket({ AAPL: rows(60, 170), IBM: rows(60, 120) });
    seen(market, "AAPL");
    seen(market, "IBM");
    seen(market, "AAPL");
    expect(market.progress()).to.include({ finished: false, position: 60 });
    seen(market, "IBM");
    expect(market.progress()).to.include({ finished: true });
  });

  it("starts where every symbol shows a bar, if an answer still holds all of them", () => {
    const market = replayMarket({ AAPL: rows(300, 170), IBM: rows(300, 120, (minute) => minute < 80) });
    expect(market.progress().position).to.equal(81);
    expect(replayMarket({ AAPL: rows(10, 1) }).progress().position).to.equal(10);
  });

  it("joins bars to longer ones, and refuses shorter ones and other symbols", () => {
    const { ask } = createTestWorld({ market: replayMarket({ AAPL: rows(50, 170) }) });
    const body = ask("function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=30min&datatype=csv");
    expect(body.split("\r\n").slice(1, 3)).to.deep.equal([
      "2019-02-11 10:00:00,170.3000,170.4900,170.3000,170.4900,790",
      "2019-02-11 09:30:00,170.0000,170.2900,170.0000,170.2900,435",
    ]);
    expect(ask("function=TIME_SERIES_INTRADAY&symbol=IBM&interval=1min")).to.contain("Invalid API call");
    const days = replayMarket({ AAPL: ["2019-02-15,1,1,1,1,1", "2019-02-14,1,1,1,1,1"] });
    const daily = createTestWorld({ market: days });
    expect(daily.ask("function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=60min")).to.contain("Invalid API call");
    expect(daily.ask("function=GLOBAL_QUOTE&symbol=AAPL")).to.contain('"07. latest trading day": "2019-02-15"');
  });

  it("leaves early and late bars out when extended hours are not wanted", () => {
    const lines = ["09:29", "09:30", "15:59", "16:01"].map((time) => `2019-02-11 ${time}:00,1,1,1,1,1`);
    const { ask } = createTestWorld({ market: replayMarket({ AAPL: lines }) });
    const query = "function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=1min&datatype=csv";
    expect(ask(query).split("\r\n")).to.have.length(6);
    expect(ask(`${query}&extended_hours=false`)).to.match(/15:59:00.*\r\n.*09:30:00.*\r\n$/);
  });

  it("has fixed prices", () => {
    const market = replayMarket({ AAPL: rows(10, 170) });
    expect(() => market.setPrice())
      .to.throw(AppError)
      .with.property("code", "FAILED_PRECONDITION");
  });
});
