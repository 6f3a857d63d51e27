import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

describe("bell quotes", () => {
  let world: World;
  afterEach(() => world.close());

  it("gets a price without a log-in and marks a simulated one", async () => {
    world = await World.open({ GetQuote: () => sampleQuote() });
    const { exitCode, output } = await world.bell("quotes", "get", "aapl");
    expect(exitCode).to.equal(0);
    expect(output).to.match(/^price +201\.00 USD\nsource +SIMULATED\nopen +199\.50\nhigh +201\.25\nlow +199\.00$/m);
    expect(output).to.match(/^time +2026-11-22 14:30:00 UTC\nfetched +2026-11-22 14:30:42 UTC$/m);
    expect(world.server.seen[0]).to.deep.include({ request: { symbol: "AAPL" }, authorization: undefined });
  });

  it("names a real source as it is, and a tick as a tick", async () => {
    world = await World.open({
      ListQuotes: () => ({ quotes: [sampleQuote({ source: "alpha-vantage", period: undefined })] }),
    });
    const { output } = await world.bell("quotes", "list");
    expect(output)
      .to.match(/tick .*alpha-vantage/)
      .and.not.match(/SIMULATED/);
  });

  for (const [columns, titles] of [
    [200, "SYMBOL PRICE HIGH LOW OPEN VOLUME PERIOD TIME SOURCE"],
    [80, "SYMBOL PRICE HIGH LOW PERIOD TIME SOURCE"],
    [60, "SYMBOL PRICE PERIOD TIME SOURCE"],
  ] as const) {
    it(`shows a real service's prices of another day within ${columns} columns`, async () => {
      world = await World.open({
        ListQuotes: () => ({ quotes: [sampleQuote({ source: "alpha-vantage", volume: 12_345_678 })] }),
      });
      world.clock = new FakeClock(Date.parse("2026-11-23T14:30:00Z"));
      world.terminal.columns = columns;
      const [head = "", line = ""] = (await world.bell("quotes", "list")).output.split("\n");
      expect(head.split(/ +/).join(" ")).to.equal(titles);
      expect(line).to.match(/^AAPL +201\.00 +USD .* 1m +22 Nov 14:30 UTC +alpha-vantage$/);
      expect(line.length).to.be.at.most(columns);
    });
  }

  it("answers JSON with durations as text", async () => {
    world = await World.open({ ListQuotes: () => ({ quotes: [sampleQuote()] }) });
    const { output } = await world.bell("quotes", "list", "--json");
    const [quote] = (JSON.parse(output) as { quotes: object[] }).quotes;
    expect(quote).to.include({ period: "60s", close: 201, sessionClass: "ALWAYS", source: "simulator", seq: 7 });
  });

  it("says where to look when there are no prices", async () => {
    world = await World.open({ ListQuotes: () => ({ quotes: [] }) });
    expect((await world.bell("quotes", "list")).output)
      .to.include("./bell fetcher")
      .and.include("./bell status");
  });

  it("names what was asked for and has no price", async () => {
    world = await World.open({
      ListQuotes: ({ symbols }) => ({ quotes: (symbols as string[]).includes("AAPL") ? [sampleQuote()] : [] }),
    });
    const some = await world.bell("quotes", "list", "aapl", "aplp");
    expect(some.output).to.include("201.00").and.not.include("APLP");
    expect(some.errors).to.include("No price of APLP has come");
    expect((await world.bell("quotes", "list", "aplp")).output).to.match(/^No price of APLP has come;.*\n$/);
  });

  it("tells a symbol without prices with exit code 3", async () => {
    world = await World.open({
      GetQuote: () => {
        throw new AppError("NOT_FOUND", "QUOTE_NOT_FOUND", "there is no quote of ZZZZ");
      },
    });
    const { exitCode, errors } = await world.bell("quotes", "get", "ZZZZ");
    expect(exitCode).to.equal(3);
    expect(errors).to.equal("bell: there is no quote of ZZZZ\n");
  });

  it("watches, a line each, until the server ends", async () => {
    world = await World.open({
      WatchQuotes: () => [{ quote: sampleQuote() }, { quote: sampleQuote({ symbol: "IBM" }) }],
    });
    const { exitCode, output } = await world.bell("quotes", "watch", "--json");
    expect(exitCode).to.equal(0);
    const symbols = output
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { symbol: string }).symbol);
    expect(symbols).to.deep.equal(["AAPL", "IBM"]);
  });

  it("ends a watch quietly with 130 on Ctrl-C", async () => {
    world = await World.open({ WatchQuotes: () => [{ quote: sampleQuote() }], "WatchQuotes.open": () => null });
    const write = world.terminal.write.bind(world.terminal);
    world.terminal.write = (text) => {
      write(text);
      world.interruption.abort(); // as if the person had seen enough
    };
    const { exitCode, output, errors } = await world.bell("quotes", "watch");
    expect(exitCode).to.equal(130);
    expect(output).to.equal("2026-11-22T14:30:42Z  AAPL          201.00 USD  1m    SIMULATED\n");
    expect(errors).to.equal("");
  });

  it("writes times on a screen as they stand everywhere else", async () => {
    world = await World.open({ WatchQuotes: () => [{ quote: sampleQuote() }] });
    world.terminal.columns = 80;
    const { output } = await world.bell("quotes", "watch");
    expect(output).to.equal("2026-11-22 14:30:42 UTC  AAPL          201.00 USD  1m    SIMULATED\n");
  });

  it("shows candles and says that they are simulated", async () => {
    const candle = { startTime: new Date("2026-11-22T14:30:00Z"), open: 1, high: 2, low: 1, close: 2, volume: 3 };
    world = await World.open({
      ListCandles: () => ({ candles: [candle], gaps: [], nextPageToken: "" }),
      GetQuote: () => sampleQuote(),
    });
    const { output } = await world.bell(
      "quotes",
      "candles",
      "AAPL",
      "--period",
      "5m",
      "--since",
      "2026-11-22T14:00:00Z",
    );
    expect(output)
      .to.match(/14:30:00 UTC +1\.00 +2\.00 +1\.00 +2\.00 +3/)
      .and.include("What was fetched of AAPL is SIMULATED.");
    expect(world.server.requests("ListCandles")[0]).to.deep.include({
      period: { seconds: 300, nanos: 0 },
      startTime: new Date("2026-11-22T14:00:00Z"),
      pageSize: 100,
    });
  });

  for (const [option, value] of [
    ["--period", "5"],
    ["--since", "yesterday"],
    ["--limit", "0"],
  ] as const) {
    it(`refuses ${option} ${value} by its name`, async () => {
      world = await World.open();
      const { exitCode, errors } = await world.bell("quotes", "candles", "AAPL", option, value);
      expect(exitCode).to.equal(2);
      expect(errors).to.include(option).and.include(`"${value}"`);
    });
  }
});
