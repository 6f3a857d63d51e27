import { expect } from "chai";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { StatusServiceService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { exampleTick } from "../../test/examples.ts";
import { eventually } from "../../test/support/eventually.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

describe("Entrance", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ eventClock: "data", limits: { callsAtOnce: 1, streamsPerPeer: 1 } });
  });
  after(() => server.close());

  it("counts a call out when it has been answered", async () => {
    for (let call = 0; call < 3; call += 1) {
      await eventually("there is room for one more", () =>
        server.ask(StatusServiceService.getStatus, {}, { role: "cli" }).then(
          () => true,
          () => false,
        ),
      );
    }
  });

  it("tells the log of a refusal at once, and of its repetitions together, when the minute or the server ends", async () => {
    const other = await startTestServer({ eventClock: "data" });
    const told = () =>
      other.log
        .map((line) => JSON.parse(line) as { msg: string; reason?: string; peer?: string; count?: number })
        .filter(({ msg }) => msg === "call refused")
        .map(({ reason, peer, count }) => [reason, peer, count]);
    const call = () => refusalOf(other.ask(StatusServiceService.getStatus, {}, { role: "fetcher" }));
    for (let time = 0; time < 20; time += 1) await call();
    const before = told();
    await other.close();
    const first = ["ROLE_NOT_ALLOWED", "spiffe://tickerbell/fetcher/local", 1];
    expect(before).to.deep.equal([first]);
    expect(told()).to.deep.equal([first, [...first.slice(0, 2), 19]]);
  });

  it("counts a stream out when its client has gone", async () => {
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.send([exampleTick(1_000, 1)]); // a watcher is answered as soon as there is a quote
    const client = await server.connect(QuoteServiceClient, "cli");
    const watch = async () => {
      const stream = client.watchQuotes({ symbols: [] });
      const isIn = await new Promise<boolean>((resolve) => {
        stream.on("data", () => resolve(true)).on("error", () => resolve(false));
      });
      return { stream, isIn };
    };
    const first = await watch();
    expect([first.isIn, (await watch()).isIn]).to.deep.equal([true, false]);
    first.stream.cancel();
    const next = await eventually("there is room for the next", async () => {
      const { stream, isIn } = await watch();
      return isIn && stream;
    });
    next.cancel();
  });
});
