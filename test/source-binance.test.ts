// The promise: Binance's prices come without a key, and whatever happens to its lines, nothing is lost that it can still give.
import { expect } from "chai";
import { systemClock } from "../runtime/clock/clock.ts";
import { startBinance, type BinanceSimulator } from "../simulator/binance/start-binance.ts";
import { runBinanceDay } from "./support/binance-day.ts";
import { eventually } from "./support/eventually.ts";
import { World } from "./support/world.ts";

const MINUTE_MS = 60_000;
/** Four processes start one after the other. */
const START_MS = 60_000;

describe("Binance as the source", () => {
  it("is heard whole over drops, resets, silences, refusals, notices of shutdown and restarts", async () => {
    const violations: string[] = [];
    for (const seed of [1, 2]) {
      const onViolation = (text: string): void => void violations.push(`${seed}: ${text}`);
      const figures = await runBinanceDay({ hours: 1, everyMs: MINUTE_MS, seed, onViolation });
      expect(figures["lines"]).to.be.above(10);
    }
    expect(violations).to.eql([]);
  });

  describe("through real processes", () => {
    let service: BinanceSimulator;
    let world: World;
    beforeEach(async () => {
      const symbols = ["BTCUSDT", "ETHUSDT"];
      service = await startBinance({ host: "127.0.0.1", port: 0, seed: 1, symbols }, systemClock);
      world = await World.open({ BELL_BINANCE_URL: service.url, BELL_SYMBOLS: symbols.join(" ") });
    });
    afterEach(async () => {
      await world.close();
      await service.close();
    });

    it("starts with bell up --source binance, keeps each symbol's newest price, and goes on when a line breaks", async () => {
      const up = world.launch(["up", "--json", "--source", "binance"]);
      const readyLine = () => up.lines.find((line) => line.startsWith('{"ready"'));
      const ready = JSON.parse(await eventually(() => up.lines.join("\n"), readyLine, START_MS)) as {
        ready: Record<string, Record<string, string>>;
      };
      expect(Object.keys(ready.ready)).to.eql(["mailbox", "server", "notifier", "fetcher"]);
      const settings = { BELL_SERVER: ready.ready["server"]?.["grpc"] };
      const newest = async (): Promise<ReadonlyMap<string, Record<string, unknown>>> => {
        const { output } = await world.type(["--as", "operator", "--json", "quotes", "list"], { settings });
        const quotes = output === "" ? [] : quotesIn(JSON.parse(output));
        return new Map(quotes.map((quote) => [String(quote["symbol"]), quote]));
      };
      await eventually("both have a price", async () => (await newest()).size === 2);
      expect((await newest()).get("BTCUSDT")).to.include({ source: "simulator", currency: "USDT" });
      const told = JSON.stringify((await newest()).get("ETHUSDT"));
      service.drop();
      const brokenAt = service.counts.lines;
      await eventually("another line", () => service.counts.lines > brokenAt);
      await eventually("another price", async () => JSON.stringify((await newest()).get("ETHUSDT")) !== told);
      expect(await up.stop()).to.include({ code: 0 });
    });

    it("is fetched once by bell fetcher --once, and what it does not know is told", async () => {
      await world.start("server");
      const settings = {
        BELL_SOURCE: "binance",
        BELL_SYMBOLS: "BTCUSDT DOGEUSDT",
        BELL_SERVER: world.known.get("server")?.["grpc"],
      };
      const { output, code } = await world.type(["fetcher", "--once"], { settings });
      const lines = output
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines).to.eql([
        { symbol: "BTCUSDT", result: "stored", quotes: 2, message: "" },
        { symbol: "DOGEUSDT", result: "bad_request", quotes: 0, message: "Invalid symbol." },
      ]);
      expect(code).to.equal(75);
    });
  });
});

function quotesIn(answer: unknown): Record<string, unknown>[] {
  const list = Array.isArray(answer) ? answer : Object.values(answer as object).find(Array.isArray);
  return (list ?? []) as Record<string, unknown>[];
}
