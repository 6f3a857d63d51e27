import { expect } from "chai";
import { ExplainAlertResponse } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { ListCandlesRequest } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { ALERT_ID, sampleAlert, sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const at = (time: string): Date => new Date(`2026-11-22T${time}:00Z`);
const gap = (from: string, until: string, reason = "the source did not tell them within 15 minutes") => {
  return { symbol: "AAPL", source: "alpha-vantage", startTime: at(from), endTime: at(until), reason };
};

describe("bell alerts explain, of a time in which nothing was seen", () => {
  let world: World;
  afterEach(() => world.close());

  async function open(...gaps: object[]): Promise<void> {
    const judged = (time: string) => ({ quote: sampleQuote(), time: at(time), reason: "NOT_MET" });
    const judgements = [judged("14:30"), judged("09:31"), judged("09:30")];
    const told = ExplainAlertResponse.fromPartial({ alert: sampleAlert(), symbols: [{ symbol: "AAPL", judgements }] });
    world = await World.open({
      ExplainAlert: () => told,
      ListCandles: () => ({ candles: [], gaps, nextPageToken: "" }),
    });
    world.logIn();
  }
  const fieldsOf = (output: string): string[] => output.split("\n").filter((line) => /^(gap |   )/.test(line));

  it("says from when to when, and why, within what it shows", async () => {
    await open(gap("09:31", "14:29"));
    const { output } = await world.bell("alerts", "explain", ALERT_ID, "--at", "2026-11-22T15:00:00Z");
    const line = "nothing was seen from 2026-11-22 09:31 to 14:29 UTC: the source did not tell them within 15 minutes";
    expect(fieldsOf(output)).to.deep.equal([`gap   ${line}`]);
    const [request] = world.server.requests("ListCandles") as [ListCandlesRequest];
    expect(request).to.deep.include({ symbol: "AAPL", startTime: at("09:30"), endTime: at("15:00") });
    await world.bell("alerts", "explain", ALERT_ID, "--json");
    expect(world.server.requests("ListCandles"), "for people only").to.have.length(1);
  });

  it("names the newest of many", async () => {
    await open(...["09:31", "09:41", "09:51", "10:01", "10:11"].map((from) => gap(from, "14:00", "")));
    const lines = fieldsOf((await world.bell("alerts", "explain", ALERT_ID)).output);
    expect(lines[0]).to.equal("gap   2 earlier gaps in the time that is shown");
    const starts = lines
      .slice(1)
      .map((line) => /from 2026-11-22 (\S+) to 14:00 UTC: the source gave none$/.exec(line)?.[1]);
    expect(starts).to.deep.equal(["09:51", "10:01", "10:11"]);
  });
});
