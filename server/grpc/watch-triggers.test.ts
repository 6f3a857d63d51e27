import { expect } from "chai";
import { Metadata, status, type ClientReadableStream, type ServiceError } from "@grpc/grpc-js";
import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http2";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  AlertServiceClient,
  AlertServiceService,
  CreateAlertRequest,
  WatchTriggersRequest,
  type WatchTriggersResponse,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { exampleTick } from "../../test/examples.ts";
import { framed, rawSession } from "../../test/support/raw-call.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

/** So far apart that no alert fires so often within minutes that it is stopped. */
const TICK_MS = 10_000;

describe("WatchTriggers", () => {
  let server: TestServer;
  let client: AlertServiceClient;
  let sender: QuoteSender;
  let ann: SignedUp;
  let bob: SignedUp;
  let afterMs = 0;
  const watches: ClientReadableStream<WatchTriggersResponse>[] = [];
  before(async () => {
    // A busy machine may come to read its end late: it is not cut off before.
    server = await startTestServer({ eventClock: "data", limits: { streamEndMs: 60_000 } });
    client = await server.connect(AlertServiceClient, "cli");
    sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    [ann, bob] = [await server.signUp(), await server.signUp()];
  });
  after(() => server.close());
  afterEach(() => {
    for (const call of watches.splice(0)) call.cancel();
  });

  const send = (...prices: (readonly [symbol: string, price: number])[]) =>
    sender.send(prices.map(([symbol, price]) => exampleTick((afterMs += TICK_MS), price, { symbol })));
  const alert = (user: SignedUp, text: string) =>
    server.ask(AlertServiceService.createAlert, CreateAlertRequest.fromPartial({ text }), { token: user.token });

  /** A watch that the server has let in. */
  async function watch(user: SignedUp, ...symbols: string[]): Promise<ClientReadableStream<WatchTriggersResponse>> {
    const call = client.watchTriggers({ symbols }, bearer(user.token));
    call.on("error", () => undefined);
    watches.push(call);
    await once(call, "metadata");
    return call;
  }

  /** The same by HTTP/2 itself: a client of gRPC reads also while it is paused. */
  async function watchWithoutReading(user: SignedUp, symbol: string) {
    const session = await rawSession(server.address, "cli");
    const wish = framed(WatchTriggersRequest.encode({ symbols: [symbol] }).finish());
    const stream = session.request({
      ":method": "POST",
      ":path": AlertServiceService.watchTriggers.path,
      "content-type": "application/grpc",
      te: "trailers",
      authorization: `Bearer ${user.token}`,
    });
    stream.end(wish);
    await once(stream, "response");
    const readToEnd = async (): Promise<ServiceError> => {
      const trailers = once(stream, "trailers") as Promise<[IncomingHttpHeaders]>;
      stream.resume();
      const metadata = Metadata.fromHttp2Headers((await trailers)[0]);
      session.destroy();
      const details = decodeURI(String(metadata.get("grpc-message")[0]));
      expect(metadata.get("grpc-status")).to.deep.equal([String(status.RESOURCE_EXHAUSTED)]);
      return Object.assign(new Error(details), { code: status.RESOURCE_EXHAUSTED, details, metadata });
    };
    return { readToEnd };
  }

  async function next(call: ClientReadableStream<WatchTriggersResponse>): Promise<WatchTriggersResponse["trigger"]> {
    const [{ trigger }] = (await once(call, "data")) as [WatchTriggersResponse];
    return trigger;
  }

  it("tells a user what fires as it is recorded, with all that a client shows, and nobody else", async () => {
    await send(["AAPL", 100]);
    const { id } = await alert(ann, "AAPL above 110");
    await alert(bob, "AAPL above 120");
    const [anns, bobs] = [await watch(ann), await watch(bob)];
    const [annsNext, bobsNext] = [next(anns), next(bobs)];
    await send(["AAPL", 111], ["AAPL", 121]);
    const trigger = await annsNext;
    expect(trigger).to.include({ alertId: id, symbol: "AAPL", level: 110, price: 111 });
    expect(trigger?.sentence).to.equal("AAPL at or above 110.00 USD, once");
    expect(trigger?.quote?.close).to.equal(111);
    expect(await bobsNext).to.include({ level: 120, price: 121 });
    const stored = server.query("SELECT id FROM triggers WHERE price = 111") as { id: string }[];
    expect(trigger?.id).to.equal(stored[0]?.id);
  });

  it("leaves out other symbols, and refuses what is none", async () => {
    await send(["V", 10], ["IBM", 10]);
    await alert(ann, "V above 11");
    await alert(ann, "IBM above 11");
    const call = await watch(ann, "ibm");
    const fired = next(call);
    await send(["V", 12], ["IBM", 11.5]);
    expect(await fired).to.include({ symbol: "IBM", price: 11.5 });
    for (const symbols of [["?"], Array<string>(101).fill("A")]) {
      const refused = client.watchTriggers({ symbols }, bearer(ann.token));
      const [error] = (await once(refused, "error")) as [ServiceError];
      expect(errorFromStatus(error).code).to.equal("INVALID_ARGUMENT");
    }
  });

  it("cuts a reader that does not read, and says where its triggers are", async () => {
    await send(["SLOW", 20]);
    const [alerts, rises] = [100, 60]; // far more than the connection takes on its way
    const wish = { alert: { note: "x".repeat(200), repeat: Repeat.EVERY, bandPercent: "0" }, text: "SLOW above 21" };
    for (let made = 0; made < alerts; made += 1) {
      await server.ask(AlertServiceService.createAlert, CreateAlertRequest.fromPartial(wish), { token: ann.token });
    }
    const slow = await watchWithoutReading(ann, "SLOW");
    for (let rise = 0; rise < rises; rise += 1) await send(["SLOW", 22], ["SLOW", 20]);
    const error = errorFromStatus(await slow.readToEnd());
    expect([error.code, error.reason]).to.deep.equal(["RESOURCE_EXHAUSTED", "READER_TOO_SLOW"]);
    expect(error.hint).to.include("notifications list");
    expect(server.query("SELECT count(*) AS count FROM triggers WHERE symbol = 'SLOW'")).to.deep.equal([
      { count: alerts * rises },
    ]);
  });
});
