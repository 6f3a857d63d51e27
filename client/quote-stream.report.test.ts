import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FetcherReport } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { STILL_LOST_EVERY_MS } from "./quote-stream.ts";
import { acknowledgeAll } from "./testing/fake-quote-server.ts";
import { makeBars } from "./testing/make-quote.ts";
import { StreamWorld } from "./testing/stream-world.ts";
import { until } from "./testing/until.ts";

const NEVER = new AbortController().signal;

describe("QuoteStream, telling how the fetcher stands", () => {
  const world = new StreamWorld();
  afterEach(() => world.close());

  it("reports at the beginning of each stream and after changes, to a server that ignores it", async () => {
    const server = await world.serve({
      onBatch: (batch, stream) => {
        acknowledgeAll(batch, stream);
        if (batch.stream === 1 && batch.sequence === 2) stream.end();
      },
    });
    const now = { spooledCount: 5 };
    const { spool, clock } = world.open(server.client(), { report: () => FetcherReport.fromPartial(now) });
    await until(() => server.reports.length === 1);
    expect(server.batches).to.have.length(0);
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => spool.size === 0);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(server.reports, "nothing has changed").to.have.length(1);
    now.spooledCount = 6;
    await until(() => {
      clock.advance(100);
      return server.reports.length === 2;
    });
    await spool.put(makeBars("IBM", 10), NEVER);
    await until(() => server.streams === 2 && server.reports.length === 3);
    expect(server.reports.map(({ spooledCount }) => spooledCount)).to.eql([5, 6, 6]);
    expect(server.quotes).to.have.length(20);
  });

  it("says every minute how many quotes wait for a server that stays away", async () => {
    const away = await world.serve({ onBatch: acknowledgeAll });
    const client = away.client();
    away.stop();
    // A call that is being tried while the clock jumps must not count as one whose acknowledgement is overdue.
    const { spool, clock, log } = world.open(client, { ackLimitMs: 10 * STILL_LOST_EVERY_MS });
    await until(() => log.messages.length === 1);
    await spool.put(makeBars("AAPL", 10), NEVER);
    clock.advance(STILL_LOST_EVERY_MS);
    await until(() => log.messages.length === 2);
    expect(log.lines[1]).to.eql({
      level: "warn",
      message: "still no connection to the server: quotes wait",
      fields: { waiting: 10 },
    });
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(log.messages).to.have.length(2);
  });
});
