// The promise: a connection that has grown old is renewed, and a server that stops ends its streams, with nothing lost and no error.
import { expect } from "chai";
import { QuoteServiceClient, QuoteServiceService } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { errorFromStatus } from "../proto/convert/error.ts";
import { exampleTick } from "./examples.ts";
import { eventually } from "./support/eventually.ts";
import { QuoteSender } from "./support/quote-sender.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";

describe("clients that are told to go", () => {
  let server: TestServer;
  afterEach(() => server.close());

  /** How a watch ends. */
  async function endOf(client: QuoteServiceClient): Promise<string> {
    const watch = client.watchQuotes({ symbols: [] }).resume();
    const { code, reason } = await new Promise<ReturnType<typeof errorFromStatus>>((resolve) =>
      watch.on("error", (error) => resolve(errorFromStatus(error as never))),
    );
    return `${code} ${reason}`;
  }

  it("by an old connection come back on another, and every batch is acknowledged once", async () => {
    server = await startTestServer({ eventClock: "data", limits: { ageMs: 150, ageGraceMs: 10_000 } });
    const client = await server.connect(QuoteServiceClient, "fetcher");
    let sender = new QuoteSender(client);
    let renewals = 0;
    let tick = 0;
    while (renewals < 3 || tick < 50) {
      tick += 1;
      const batch = [exampleTick(tick * 1_000, 1)];
      const first = await sender.send(batch).catch(() => null);
      let ack = first;
      for (; ack === null; renewals += 1) {
        sender = new QuoteSender(client);
        ack = await sender.send(batch).catch(() => null); // null again where the machine is so slow that this one is old, too
      }
      expect(ack.storedCount + (first === null ? ack.knownCount : 0)).to.equal(1);
    }
    expect(server.query("SELECT * FROM quotes")).to.have.length(tick);
    expect(await endOf(await server.connect(QuoteServiceClient, "cli"))).to.equal("UNAVAILABLE SERVER_STOPPING");
    const { quotes } = await server.ask(QuoteServiceService.listQuotes, { symbols: [] });
    expect(quotes).to.have.length(1);
    expect(server.log.filter((line) => /"level":(50|60)/.test(line))).to.deep.equal([]);
    sender.end();
  });

  it("by a server that stops hear so, and it has stopped soon", async () => {
    server = await startTestServer({ eventClock: "data" });
    const client = await server.connect(QuoteServiceClient, "fetcher");
    const sender = new QuoteSender(client);
    await sender.send([exampleTick(1_000, 1)]);
    const watcher = await server.connect(QuoteServiceClient, "cli");
    const ended = endOf(watcher);
    await eventually("a watch", () => server.log.length > 0);
    await new Promise<void>((resolve) =>
      watcher
        .watchQuotes({ symbols: [] })
        .on("error", () => undefined)
        .once("data", () => resolve()),
    );
    const startedAt = performance.now();
    await server.stop();
    expect(performance.now() - startedAt, "not when a stream's time is up").to.be.below(30_000);
    expect(await ended).to.equal("UNAVAILABLE SERVER_STOPPING");
    sender.end();
  });
});
