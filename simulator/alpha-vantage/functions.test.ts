import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createTestWorld, FRIDAY_AFTERNOON, replayMarket } from "./ask-for-test.ts";
import { PLANS } from "./plan.ts";

const THREE_DAYS = replayMarketRows();

function replayMarketRows(): Record<string, string[]> {
  return {
    IBM: [
      "2026-05-14 15:59:00,218.1,218.5,218.0,218.37,1000",
      "2026-05-15 09:30:00,218.2,220.91,217.615,219,2000",
      "2026-05-15 15:59:00,219,219.35,218.9,219.3,3000",
      "2026-05-15 19:59:00,219.1,219.2,219.1,219.2,5",
    ],
  };
}

describe("TIME_SERIES_INTRADAY", () => {
  it("is printed byte for byte as the service prints it", () => {
    const { ask } = createTestWorld({ market: replayMarket({ IBM: THREE_DAYS["IBM"]!.slice(1, 3) }) });
    expect(ask("function=TIME_SERIES_INTRADAY&symbol=ibm&interval=1min")).to.equal(
      [
        "{",
        '    "Meta Data": {',
        '        "1. Information": "Intraday (1min) open, high, low, close prices and volume",',
        '        "2. Symbol": "ibm",',
        '        "3. Last Refreshed": "2026-05-15 15:59:00",',
        '        "4. Interval": "1min",',
        '        "5. Output Size": "Compact",',
        '        "6. Time Zone": "US/Eastern"',
        "    },",
        '    "Time Series (1min)": {',
        '        "2026-05-15 15:59:00": {',
        '            "1. open": "219.0000",',
        '            "2. high": "219.3500",',
        '            "3. low": "218.9000",',
        '            "4. close": "219.3000",',
        '            "5. volume": "3000"',
        "        },",
        '        "2026-05-15 09:30:00": {',
        '            "1. open": "218.2000",',
        '            "2. high": "220.9100",',
        '            "3. low": "217.6150",',
        '            "4. close": "219.0000",',
        '            "5. volume": "2000"',
        "        }",
        "    }",
        "}",
      ].join("\n"),
    );
  });

  it("is CSV with CRLF after every line", () => {
    const { ask } = createTestWorld({ market: replayMarket({ IBM: THREE_DAYS["IBM"]!.slice(1, 3) }) });
    expect(ask("function=TIME_SERIES_INTRADAY&symbol=IBM&interval=1min&datatype=csv")).to.equal(
      "timestamp,open,high,low,close,volume\r\n" +
        "2026-05-15 15:59:00,219.0000,219.3500,218.9000,219.3000,3000\r\n" +
        "2026-05-15 09:30:00,218.2000,220.9100,217.6150,219.0000,2000\r\n",
    );
  });

  for (const interval of ["1min", "5min", "15min", "30min", "60min"]) {
    it(`gives the newest 100 bars of ${interval}, newest first, with the stamp of their start`, () => {
      const lines = createTestWorld()
        .ask(`function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=${interval}&datatype=csv`)
        .trimEnd()
        .split("\r\n");
      expect(lines).to.have.length(101);
      const minute = Math.floor(56 / Number.parseInt(interval)) * Number.parseInt(interval);
      expect(lines[1]).to.match(new RegExp(`^2026-05-15 15:${String(minute).padStart(2, "0")}:00,`));
      expect(lines.slice(1)).to.deep.equal(lines.slice(1).sort().reverse());
    });
  }

  it("gives thirty days when the full size is asked, or the month that is asked", () => {
    const { ask } = createTestWorld();
    const full = ask("function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=60min&outputsize=full");
    expect(full).to.contain('"5. Output Size": "Full size"');
    expect(full.match(/"1\. open"/g)).to.have.length(720);
    const month = ask(
      "function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=60min&outputsize=full&month=2026-02&datatype=csv",
    );
    const lines = month.trimEnd().split("\r\n").slice(1);
    expect([lines.length, lines[0]?.slice(0, 16), lines.at(-1)?.slice(0, 16)]).to.deep.equal([
      28 * 24,
      "2026-02-28 23:00",
      "2026-02-01 00:00",
    ]);
  });

  it("shows a free key nothing of today, a delayed one a quarter of an hour less", () => {
    const newest = (plan: typeof PLANS.free): string =>
      /Last Refreshed": "(.*?)"/.exec(
        createTestWorld({ plan }).ask("function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=1min"),
      )?.[1] ?? "";
    expect(newest(PLANS.free)).to.equal("2026-05-14 23:59:00");
    expect(newest({ ...PLANS.unlimited, entitlement: "delayed" })).to.equal("2026-05-15 15:41:00");
    expect(newest(PLANS.unlimited)).to.equal("2026-05-15 15:56:00");
  });
});

describe("GLOBAL_QUOTE", () => {
  it("is printed byte for byte as the service prints it", () => {
    const { ask } = createTestWorld({ market: replayMarket({ IBM: THREE_DAYS["IBM"]!.slice(0, 3) }) });
    expect(ask("function=GLOBAL_QUOTE&symbol=IBM")).to.equal(
      [
        "{",
        '    "Global Quote": {',
        '        "01. symbol": "IBM",',
        '        "02. open": "218.2000",',
        '        "03. high": "220.9100",',
        '        "04. low": "217.6150",',
        '        "05. price": "219.3000",',
        '        "06. volume": "5000",',
        '        "07. latest trading day": "2026-05-15",',
        '        "08. previous close": "218.3700",',
        '        "09. change": "0.9300",',
        '        "10. change percent": "0.4259%"',
        "    }",
        "}",
      ].join("\n"),
    );
    expect(ask("function=GLOBAL_QUOTE&symbol=IBM&datatype=csv")).to.equal(
      "symbol,open,high,low,price,volume,latestDay,previousClose,change,changePercent\r\n" +
        "IBM,218.2000,220.9100,217.6150,219.3000,5000,2026-05-15,218.3700,0.9300,0.4259%\r\n",
    );
  });

  it("is an empty object for an unknown symbol", () => {
    expect(createTestWorld().ask("function=GLOBAL_QUOTE&symbol=ZZZ")).to.equal('{\n    "Global Quote": {}\n}');
  });

  it("shows a price that was set, as the high and the price of the day", () => {
    const { ask, market } = createTestWorld();
    market.setPrice("AAPL", "251");
    const quote = ask("function=GLOBAL_QUOTE&symbol=AAPL");
    expect(quote).to.contain('"03. high": "251.0000"').and.contain('"05. price": "251.0000"');
  });
});

describe("REALTIME_BULK_QUOTES", () => {
  it("prints unpadded numbers, the regular session, and what was traded after it", () => {
    const { ask } = createTestWorld({ market: replayMarket(THREE_DAYS) });
    expect(JSON.parse(ask("function=REALTIME_BULK_QUOTES&symbol=IBM,ZZZ"))).to.deep.equal({
      endpoint: "Realtime Bulk Quotes",
      message: "success",
      data: [
        {
          symbol: "IBM",
          timestamp: "2026-05-15 19:59:59.999",
          open: "218.2",
          high: "220.91",
          low: "217.615",
          close: "219.3",
          volume: "5000",
          previous_close: "218.37",
          change: "0.93",
          change_percent: "0.4259",
          extended_hours_quote: "219.2",
          extended_hours_change: "-0.1",
          extended_hours_change_percent: "-0.0456",
        },
      ],
    });
  });

  it("takes a hundred symbols, each once, and ignores the rest", () => {
    const { ask } = createTestWorld();
    const many = `${Array.from({ length: 99 }, (_, at) => `X${at}`).join(",")},AAPL,IBM`;
    const symbols = (query: string): string[] =>
      (JSON.parse(ask(query)) as { data: { symbol: string }[] }).data.map((row) => row.symbol);
    expect(symbols(`function=REALTIME_BULK_QUOTES&symbol=${many}`)).to.deep.equal(["AAPL"]);
    expect(symbols("function=REALTIME_BULK_QUOTES&symbol=IBM,aapl,IBM")).to.deep.equal(["IBM", "AAPL"]);
  });

  it("carries the time of the price in milliseconds", () => {
    const clock = new FakeClock(FRIDAY_AFTERNOON + 123);
    expect(createTestWorld({ clock }).ask("function=REALTIME_BULK_QUOTES&symbol=AAPL")).to.contain(
      '"timestamp": "2026-05-15 15:56:30.123"',
    );
  });

  it("answers invented rows, and says so, where a plan is not entitled", () => {
    for (const plan of [PLANS.free, { ...PLANS["75"], entitlement: "delayed" as const }]) {
      const clock = new FakeClock(FRIDAY_AFTERNOON);
      const { ask } = createTestWorld({ plan, clock });
      const first = ask("function=REALTIME_BULK_QUOTES&symbol=AAPL");
      clock.advance(MINUTE_MS);
      expect(ask("function=REALTIME_BULK_QUOTES&symbol=V&entitlement=realtime")).to.equal(first);
      expect(first).to.contain("ARTIFICIAL AND FOR ILLUSTRATION PURPOSES ONLY").and.contain('"symbol": "MSFT"');
    }
  });
});

describe("SYMBOL_SEARCH", () => {
  it("finds symbols and names, best first", () => {
    const { ask } = createTestWorld();
    expect(ask("function=SYMBOL_SEARCH&keywords=micro&datatype=csv")).to.equal(
      "symbol,name,type,region,marketOpen,marketClose,timezone,currency,matchScore\r\n" +
        "MSFT,Microsoft Corp,Equity,United States,09:30,16:00,UTC-04,USD,0.7143\r\n",
    );
    const [best] = (JSON.parse(ask("function=SYMBOL_SEARCH&keywords=IBM")) as { bestMatches: object[] }).bestMatches;
    expect(best).to.include({ "1. symbol": "IBM", "4. region": "United States", "9. matchScore": "1.0000" });
  });

  it("finds nothing for nonsense", () => {
    expect(createTestWorld().ask("function=SYMBOL_SEARCH&keywords=qqqqqq")).to.equal('{\n    "bestMatches": []\n}');
  });
});

describe("MARKET_STATUS", () => {
  function unitedStates(body: string): string {
    const { markets } = JSON.parse(body) as { markets: { region: string; current_status: string }[] };
    return markets.find((market) => market.region === "United States")?.current_status ?? "missing";
  }

  it("says that the random market is always open", () => {
    const clock = new FakeClock(Date.parse("2026-05-17T03:00:00-04:00"));
    const body = createTestWorld({ clock }).ask("function=MARKET_STATUS");
    expect(unitedStates(body)).to.equal("open");
    expect(body)
      .to.contain('"local_close": "16:15"')
      .and.match(/London",[^}]*"closed"/s);
  });

  it("goes by the time of the bars in a replay", () => {
    const at = (time: string): string =>
      createTestWorld({ market: replayMarket({ IBM: [`2026-05-15 ${time}:00,1,1,1,1,1`] }) }).ask(
        "function=MARKET_STATUS",
      );
    expect(unitedStates(at("15:59"))).to.equal("open");
    expect(unitedStates(at("18:00"))).to.equal("closed");
    expect(unitedStates(at("09:29"))).to.equal("closed");
  });
});
