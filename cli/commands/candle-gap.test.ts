import { expect } from "chai";
import { sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const at = (time: string): Date => new Date(`2026-11-22T${time}:00Z`);
const gap = (startTime: Date, endTime: Date, reason = "the source did not tell them within 15 minutes") => {
  return { symbol: "AAPL", source: "alpha-vantage", period: { seconds: 60, nanos: 0 }, startTime, endTime, reason };
};
const candle = (time: string) => ({ startTime: at(time), open: 1, high: 2, low: 1, close: 2, volume: 3 });

describe("bell quotes candles, missing prices", () => {
  let world: World;
  afterEach(() => world.close());

  async function open(...gaps: object[]): Promise<void> {
    const candles = [candle("14:30"), candle("17:02"), candle("17:03")];
    world = await World.open({
      ListCandles: () => ({ candles, gaps, nextPageToken: "" }),
      GetQuote: () => sampleQuote({ source: "alpha-vantage" }),
    });
    world.terminal.columns = 80;
  }

  it("says from when to when there are none, and why, within 80 columns", async () => {
    await open(gap(at("14:31"), at("17:02")), gap(at("14:31"), new Date("2026-11-23T17:02:00Z"), ""));
    const lines = (await world.bell("quotes", "candles", "AAPL")).output.split("\n");
    expect(lines.slice(-5)).to.deep.equal([
      "No prices from 2026-11-22 14:31 to 17:02 UTC:",
      "  the source did not tell them within 15 minutes",
      "No prices from 2026-11-22 14:31 to 2026-11-23 17:02 UTC:",
      "  the source gave none",
      "",
    ]);
    for (const line of lines) expect(line.length).to.be.at.most(80);
  });

  it("says nothing of a gap before the candles that are shown, and all as JSON", async () => {
    await open(gap(at("14:31"), at("17:02")));
    expect((await world.bell("quotes", "candles", "AAPL", "--limit", "2")).output).to.not.include("No prices");
    const { output } = await world.bell("quotes", "candles", "AAPL", "--json");
    const { gaps } = JSON.parse(output) as { gaps: object[] };
    expect(gaps).to.deep.equal([
      {
        symbol: "AAPL",
        source: "alpha-vantage",
        period: "60s",
        startTime: "2026-11-22T14:31:00.000Z",
        endTime: "2026-11-22T17:02:00.000Z",
        reason: "the source did not tell them within 15 minutes",
      },
    ]);
  });
});
