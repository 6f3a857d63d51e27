import { expect } from "chai";
import { maskKey, requestUrl, type Request } from "./request-url.ts";

const INTRADAY: Request = { function: "intraday", symbols: ["AAPL"], datatype: "json", entitlement: "none" };

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
