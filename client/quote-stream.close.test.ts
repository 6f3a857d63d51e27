import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FLUSH_LIMIT_MS } from "./quote-stream.ts";
import { acknowledgeAll } from "./testing/fake-quote-server.ts";
import { makeBars } from "./testing/make-quote.ts";
import { StreamWorld } from "./testing/stream-world.ts";
import { until } from "./testing/until.ts";

const NEVER = new AbortController().signal;

describe("QuoteStream.close()", () => {
  const world = new StreamWorld();
  afterEach(() => world.close());

  it("waits for what is on its way, then ends the call in good order", async () => {
    const held: (() => void)[] = [];
    const server = await world.serve({
      onBatch: ({ sequence }, stream) => void held.push(() => stream.acknowledge(sequence)),
    });
    const { spool, stream, log } = world.open(server.client());
    await spool.put(makeBars("AAPL", 10), NEVER);
    const closing = stream.close();
    await until(() => held.length === 1);
    held.forEach((acknowledge) => acknowledge());
    await closing;
    expect(spool.size).to.equal(0);
    expect(server.halfClosed).to.equal(1);
    expect(log.messages).to.eql(["connected to the server"]);
  });

  it("gives up after 5 s and says how much was left", async () => {
    const server = await world.serve({ onBatch: () => undefined });
    const { spool, stream, clock, log } = world.open(server.client());
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => server.batches.length === 1);
    const progress = { isClosed: false };
    const closing = stream.close().then(() => (progress.isClosed = true));
    clock.advance(FLUSH_LIMIT_MS - 1);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(progress.isClosed).to.equal(false);
    clock.advance(1);
    await closing;
    expect(log.lines.at(-1)).to.eql({
      level: "warn",
      message: "closed with quotes that the server did not acknowledge",
      fields: { waiting: 10 },
    });
  });

  it("ends also while the server is away, and waits for the same end when called again", async () => {
    const away = await world.serve({ onBatch: acknowledgeAll });
    const client = away.client();
    away.stop();
    const { stream, log } = world.open(client);
    await until(() => log.messages.length === 1);
    await Promise.all([stream.close(), stream.close()]);
  });
});
