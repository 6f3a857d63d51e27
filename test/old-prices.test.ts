// Prices whose time is over go by themselves, also those that were there before the server's start; a chart does not show it.
import Database from "better-sqlite3";
import { expect } from "chai";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import {
  ListCandlesRequest,
  QuoteServiceClient,
  QuoteServiceService,
} from "../proto/gen/tickerbell/v1/quote_service.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { QuoteSender } from "../server/testing/quote-sender.ts";
import { EXAMPLE_START_MS, exampleTick } from "./examples.ts";
import { eventually } from "./support/eventually.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";

describe("old prices", () => {
  const clock = new FakeClock(Date.now());
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ eventClock: "data", clock, keep: { ticksMs: DAY_MS, minutesMs: null } });
  });
  after(() => server.close());

  const tickCount = () => {
    const db = new Database(server.databaseFile, { readonly: true });
    const count = db.prepare("SELECT count(*) FROM quotes").pluck().get();
    db.close();
    return count;
  };
  const candles = async () => {
    const span = { startTime: new Date(EXAMPLE_START_MS), endTime: new Date(EXAMPLE_START_MS + 3 * DAY_MS) };
    const request = ListCandlesRequest.fromPartial({ symbol: "AAPL", ...span });
    return (await server.ask(QuoteServiceService.listCandles, request)).candles;
  };

  it("are removed by a server that starts after their time is over, and their minutes are still there", async () => {
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    const old = [0, 10, 70].map((second, at) => exampleTick(second * SECOND_MS, 100 + at));
    await sender.send([...old, exampleTick(2 * DAY_MS, 101)]);
    sender.close();
    const before = await candles();
    expect(before).to.have.length(3);
    await server.restart();
    expect(tickCount()).to.equal(4);
    await eventually("old prices are removed", () => {
      clock.advance(MINUTE_MS);
      return tickCount() === 1;
    });
    expect(await candles()).to.deep.equal(before);
  });
});
