import { expect } from "chai";
import { maskKey, requestUrl, type Request } from "./request-url.ts";

const INTRADAY = {
  function: "intraday",
  symbols: ["AAPL"],
  datatype: "json",
  entitlement: "none",
} as const satisfies Request;

describe("requestUrl()", () => {
  it("asks for raw minute bars with extended hours", () => {
    const url = new URL(requestUrl("https://prices.example", "SECRET", INTRADAY));
    expect(url.origin + url.pathname).to.equal("https://prices.example/query");
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      function: "TIME_SERIES_INTRADAY",
      symbol: "AAPL",
      interval: "1min",
      adjusted: "false",
      extended_hours: "true",
      outputsize: "compact",
      datatype: "json",
      apikey: "SECRET",
    });
  });

  it("adds the path once, whatever the base ends with", () => {
    const path = (base: string): string => new URL(requestUrl(base, "K", INTRADAY)).pathname;
    expect(path("http://localhost:8081")).to.equal("/query");
    expect(path("http://localhost:8081/")).to.equal("/query");
    expect(path("http://localhost:8081/query")).to.equal("/query");
    expect(path("http://localhost:8081/proxy/")).to.equal("/proxy/query");
  });

  it("encodes what a symbol and a key may hold", () => {
    const url = requestUrl("http://localhost", "a&b=c", { ...INTRADAY, symbols: ["BC/PB&x=1"] });
    expect(url).to.contain("symbol=BC%2FPB%26x%3D1").and.to.contain("apikey=a%26b%3Dc");
  });

  it("asks for many symbols at once, always as JSON, and names the entitlement", () => {
    const request: Request = { function: "bulk-quotes", symbols: ["A", "B"], datatype: "csv", entitlement: "realtime" };
    const parameters = Object.fromEntries(new URL(requestUrl("http://localhost", "K", request)).searchParams);
    expect(parameters).to.deep.equal({
      function: "REALTIME_BULK_QUOTES",
      symbol: "A,B",
      datatype: "json",
      entitlement: "realtime",
      apikey: "K",
    });
  });

  it("asks for the day's quote", () => {
    const url = requestUrl("http://localhost", "K", { ...INTRADAY, function: "global-quote", datatype: "csv" });
    expect(new URL(url).search).to.equal("?function=GLOBAL_QUOTE&symbol=AAPL&datatype=csv&apikey=K");
  });

  const parametersOf = (request: Request): string => new URL(requestUrl("http://localhost", "K", request)).search;

  it("asks for days, the newest hundred or all of them, without an entitlement, which the past does not need", () => {
    const daily = { function: "daily", symbols: ["AAPL"], full: false, datatype: "csv" } as const;
    const asked = "?function=TIME_SERIES_DAILY&symbol=AAPL&outputsize=";
    expect(parametersOf(daily)).to.equal(`${asked}compact&datatype=csv&apikey=K`);
    expect(parametersOf({ ...daily, full: true })).to.equal(`${asked}full&datatype=csv&apikey=K`);
  });

  it("asks for the raw minute bars of a month, all of them", () => {
    const month = { function: "intraday-month", symbols: ["AAPL"], month: "2026-05", datatype: "json" } as const;
    expect(parametersOf({ ...month, entitlement: "delayed" })).to.equal(
      "?function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=1min&adjusted=false&extended_hours=true" +
        "&month=2026-05&outputsize=full&datatype=json&entitlement=delayed&apikey=K",
    );
  });

  it("asks for listings by name", () => {
    expect(parametersOf({ function: "search", text: "a & b", datatype: "json" })).to.equal(
      "?function=SYMBOL_SEARCH&keywords=a+%26+b&datatype=json&apikey=K",
    );
  });
});

describe("maskKey()", () => {
  it("removes the key wherever it stands, in any case", () => {
    expect(maskKey("your API key as CANARY and canary", "CANARY")).to.equal("your API key as *** and ***");
  });

  it("removes the key as a URL carries it", () => {
    expect(maskKey(requestUrl("http://localhost", "a/b c+d", INTRADAY), "a/b c+d")).to.match(/apikey=\*\*\*$/);
    expect(maskKey("said a%2Fb%20c%2Bd", "a/b c+d")).to.equal("said ***");
  });

  it("takes the key literally", () => {
    expect(maskKey("abc a.c a+c", "a.c")).to.equal("abc *** a+c");
    expect(maskKey("x(y [z] $&", "[z] $&")).to.equal("x(y ***");
  });

  it("masks any apikey parameter, even if it is not ours, and leaves the rest alone", () => {
    expect(maskKey("GET /query?apikey=OTHER&x=1", "")).to.equal("GET /query?apikey=***&x=1");
    expect(maskKey("nothing here", "")).to.equal("nothing here");
  });
});
