import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sampleAlert, sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

describe("bell call", () => {
  let world: World;
  afterEach(() => world.close());

  it("lists every method as the server tells it", async () => {
    world = await World.open();
    const { exitCode, output } = await world.bell("call");
    expect(exitCode).to.equal(0);
    expect(output.split("\n")).to.include("tickerbell.v1.AlertService/CreateAlert");
    expect(output).to.include("tickerbell.v1.QuoteService/StreamQuotes (streams: both ways)").and.not.include("grpc.");
  });

  it("turns JSON into a request and the answer into JSON, with the log-in if there is one", async () => {
    world = await World.open({ UpdateAlert: () => sampleAlert() });
    world.logIn();
    const request = {
      alert: { id: "a1", repeat: "EVERY", createTime: "2026-11-22T14:30:00.5Z" },
      updateMask: "repeat,bandPercent",
    };
    const { exitCode, output } = await world.bell("call", "AlertService/UpdateAlert", JSON.stringify(request));
    expect(exitCode).to.equal(0);
    expect(world.server.requests("UpdateAlert")[0]).to.deep.nested.include({
      "alert.repeat": 2,
      "alert.createTime": new Date("2026-11-22T14:30:00.500Z"),
      updateMask: ["repeat", "band_percent"],
    });
    expect(world.server.seen[0]?.authorization).to.equal("Bearer token-1");
    expect(JSON.parse(output)).to.deep.include({
      state: "ARMED",
      condition: { above: { level: 200 } },
      createTime: "2026-11-22T14:30:00.000Z",
    });
  });

  it("writes a line for each answer of a stream", async () => {
    world = await World.open({
      WatchQuotes: () => [{ quote: sampleQuote() }, { quote: sampleQuote({ symbol: "IBM" }) }],
    });
    const { output } = await world.bell("call", "tickerbell.v1.QuoteService/WatchQuotes");
    const lines = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { quote: object });
    expect(lines[1]?.quote).to.include({ symbol: "IBM", period: "60s", seq: 7 });
  });

  it("reads the request from a file or the input", async () => {
    world = await World.open({ GetQuote: () => sampleQuote() });
    const file = join(world.folder, "request.json");
    writeFileSync(file, '{"symbol": "IBM"}');
    world.terminal.input = '{"symbol": "V"}';
    await world.bell("call", "QuoteService/GetQuote", `@${file}`);
    await world.bell("call", "QuoteService/GetQuote", "-");
    expect(world.server.requests("GetQuote")).to.deep.equal([{ symbol: "IBM" }, { symbol: "V" }]);
  });

  const mistakes: readonly (readonly [title: string, words: readonly string[], exitCode: number, told: string])[] = [
    ["a name that is no method's", ["GetQuote"], 2, "SERVICE/METHOD"],
    ["an unknown service", ["FooService/Bar"], 3, "tickerbell.v1.QuoteService"],
    ["an unknown method", ["QuoteService/Bar"], 3, "GetQuote"],
    ["what is not JSON", ["QuoteService/GetQuote", "{symbol}"], 2, "not JSON"],
    ["an unknown field", ["QuoteService/GetQuote", '{"ticker": "A"}'], 2, "it has symbol"],
    ["a value of another type", ["QuoteService/GetQuote", '{"symbol": 7}'], 2, "symbol: must be a text"],
    ["an unknown enum value", ["AlertService/CreateAlert", '{"alert": {"repeat": "OFTEN"}}'], 2, "ONCE, EVERY"],
    ["a bad time", ["QuoteService/ListCandles", '{"startTime": "noon"}'], 2, "startTime"],
    ["a stream of requests", ["QuoteService/StreamQuotes"], 2, "stream of requests"],
    ["a file that is missing", ["QuoteService/GetQuote", "@/nowhere.json"], 2, "/nowhere.json"],
  ];
  for (const [title, words, exitCode, told] of mistakes) {
    it(`tells ${title}`, async () => {
      world = await World.open();
      const result = await world.bell("call", ...words);
      expect(result.exitCode).to.equal(exitCode);
      expect(result.errors).to.include(told);
    });
  }
});
