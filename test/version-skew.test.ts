// Processes of different ages: a fetcher of the first release with today's server, today's fetcher with a server of the first
// release, and either with what a later release may add.
import { Metadata, Server, status, type ServerDuplexStream, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { expect } from "chai";
import { once } from "node:events";
import { errorFromStatus, reasonFromProto } from "../proto/convert/error.ts";
import { quoteToProto } from "../proto/convert/quote.ts";
import type { ErrorReason } from "../proto/gen/tickerbell/v1/error.ts";
import { Quote } from "../proto/gen/tickerbell/v1/quote.ts";
import {
  QuoteServiceService,
  StreamQuotesRequest,
  StreamQuotesResponse,
} from "../proto/gen/tickerbell/v1/quote_service.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { serverCredentials } from "../runtime/tls/server-credentials.ts";
import { exampleTick } from "./examples.ts";
import { clientV1, serviceV1, type PlainMessage } from "./support/contract-v1.ts";
import { eventually } from "./support/eventually.ts";
import { filesOfRole, sharedCertificates, uncheckedFiles } from "./support/shared-certificates.ts";
import { bearer, startTestServer, type TestServer } from "./support/test-server.ts";
import { World } from "./support/world.ts";

/** Field 2,000, which no release has: three bytes of something. */
const UNKNOWN_FIELD = Buffer.from([0x82, 0x7d, 0x03, 1, 2, 3]);
const later = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, UNKNOWN_FIELD]);
const asItIs = (bytes: Buffer): Buffer => bytes;

/** A tick as a fetcher of the first release sends it. */
function tickV1(beforeMs: number): PlainMessage {
  const timeMs = Date.now() - beforeMs;
  const moment = { seconds: Math.floor(timeMs / 1_000), nanos: (timeMs % 1_000) * 1_000_000 };
  const prices = { open: 190, high: 190, low: 190, close: 190, volume: 1 };
  const session = { session_class: "SESSION_CLASS_ALWAYS" };
  return { symbol: "AAPL", source: "first", quote_time: moment, fetch_time: moment, ...prices, ...session };
}

describe("today's server", () => {
  let server: TestServer;
  before(async () => (server = await startTestServer()));
  after(() => server.close());

  it("takes quotes from a fetcher of the first release, refuses the bad one, and acknowledges in its words", async () => {
    const QuoteClient = clientV1("QuoteService");
    const credentials = channelCredentials(uncheckedFiles(await filesOfRole("fetcher")));
    const client = new QuoteClient(server.address, credentials, channelOptions);
    const stream = client["streamQuotes"]!() as ServerDuplexStream<PlainMessage, PlainMessage>;
    stream.write({ batch: { sequence: 1, quotes: [tickV1(2_000), { ...tickV1(1_500), close: -1 }, tickV1(1_000)] } });
    const [{ ack }] = (await once(stream, "data")) as [{ ack: PlainMessage }];
    expect(ack).to.include({ sequence: 1, stored_count: 2 });
    expect(ack["refused"]).to.have.length(1).and.have.nested.property("[0].reason", "ERROR_REASON_PRICE_RANGE");
    stream.end();
    await once(stream, "end");
    client.close();
    expect(server.query("SELECT count(*) AS count FROM quotes")).to.deep.equal([{ count: 2 }]);
  });

  it("does what a client of the first release asks, who reads no more than it knows", async () => {
    const { token } = await server.signUp();
    const AlertClient = clientV1("AlertService");
    const client = new AlertClient(
      server.address,
      channelCredentials(uncheckedFiles(await filesOfRole("cli"))),
      channelOptions,
    );
    const created = await new Promise<PlainMessage>((resolve, reject) => {
      client["createAlert"]!({ text: "AAPL above 200" }, bearer(token), (error: Error | null, alert: PlainMessage) =>
        error === null ? resolve(alert) : reject(error),
      );
    });
    client.close();
    expect(created).to.include({ symbol: "AAPL", state: "ALERT_STATE_ARMED" });
  });

  it("takes what a later fetcher adds: fields, kinds of message, and a session class that it refuses by itself", async () => {
    const client = await server.channel("fetcher");
    const { path } = QuoteServiceService.streamQuotes;
    const stream = client.makeBidiStreamRequest(path, asItIs, asItIs, new Metadata(), {
      deadline: Date.now() + 60_000,
    });
    const timeMs = Date.now() - 500;
    const quote = quoteToProto(exampleTick(0, 191, { quoteTimeMs: timeMs, fetchTimeMs: timeMs }));
    const strange = Quote.fromPartial({ ...quote, sessionClass: 99 as Quote["sessionClass"] });
    const batch = { sequence: 1, quotes: [strange, quote], gaps: [] };
    stream.write(UNKNOWN_FIELD);
    stream.write(later(StreamQuotesRequest.encode({ message: { $case: "batch", value: batch } }).finish()));
    const [bytes] = (await once(stream, "data")) as [Buffer];
    const { message } = StreamQuotesResponse.decode(bytes);
    if (message?.$case !== "ack") throw new Error(`the answer is no acknowledgement: ${message?.$case}`);
    expect(message.value).to.include({ storedCount: 1 });
    expect(message.value.refused.map(({ index }) => index)).to.deep.equal([0]);
    stream.end();
    stream.resume();
    await once(stream, "end");
  });
});

describe("today's fetcher", () => {
  let world: World;
  const servers: Server[] = [];
  before(async () => {
    world = await World.open();
    await world.start("simulator");
  });
  after(async () => {
    for (const server of servers) server.forceShutdown();
    await world.close();
  });

  /** A server with one service; its address. */
  async function serve(
    service: Parameters<Server["addService"]>[0],
    handlers: UntypedServiceImplementation,
  ): Promise<string> {
    const server = new Server();
    server.addService(service, handlers);
    servers.push(server);
    const paths = (await sharedCertificates()).files("server");
    const credentials = serverCredentials(loadCredentialFiles(paths, { expectedRole: "server", now: Date.now() }));
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
    });
    return `127.0.0.1:${port}`;
  }

  /** Runs a fetcher until `isDone`, and expects it to end well. */
  async function fetchUntil(address: string, isDone: () => boolean): Promise<void> {
    const fetcher = await world.start("fetcher", { BELL_SERVER: address, BELL_SCHEDULE: "* * * * * *" });
    await eventually("the server has heard enough", () => (isDone() ? true : undefined));
    expect(await fetcher.stop()).to.deep.equal({ code: 0, signal: null });
  }

  it("brings its quotes to a server of the first release, which knows nothing of reports", async () => {
    const sequences: number[] = [];
    const keys: string[] = [];
    const unknown: PlainMessage[] = [];
    const streamQuotes = (call: ServerDuplexStream<PlainMessage, PlainMessage>): void => {
      call.sendMetadata(new Metadata());
      call.on("data", (request: PlainMessage) => {
        const batch = request["batch"] as { sequence: number; quotes: PlainMessage[] } | undefined;
        if (batch === undefined) unknown.push(request);
        if (batch === undefined) return;
        sequences.push(batch.sequence);
        keys.push(...batch.quotes.map((one) => JSON.stringify(one)));
        call.write({
          ack: { sequence: batch.sequence, stored_count: batch.quotes.length, known_count: 0, refused: [] },
        });
      });
      call.on("end", () => call.end());
      call.on("error", () => undefined);
    };
    const address = await serve(serviceV1("QuoteService"), { streamQuotes });
    await fetchUntil(address, () => sequences.length >= 3);
    expect(sequences).to.deep.equal(sequences.map((_one, index) => index + 1));
    expect(new Set(keys).size, "what is acknowledged is not sent again").to.equal(keys.length);
    for (const message of unknown) expect(message).to.deep.equal({});
  });

  it("goes on when a later server says what it does not know: kinds, fields, and a reason to refuse", async () => {
    const keys: string[] = [];
    const answer = (message: StreamQuotesResponse["message"]): Buffer =>
      later(StreamQuotesResponse.encode({ message }).finish());
    const streamQuotes = (call: ServerDuplexStream<Buffer, Buffer>): void => {
      call.sendMetadata(new Metadata());
      call.on("data", (bytes: Buffer) => {
        const { message } = StreamQuotesRequest.decode(bytes);
        if (message?.$case !== "batch") return;
        const { sequence, quotes } = message.value;
        keys.push(...quotes.map((one) => JSON.stringify(one)));
        const refused = quotes.slice(0, 1).map(() => ({ index: 0, reason: 9_999 as ErrorReason, message: "too late" }));
        call.write(UNKNOWN_FIELD);
        call.write(answer({ $case: "ack", value: { sequence, storedCount: quotes.length, knownCount: 0, refused } }));
      });
      call.on("end", () => call.end());
      call.on("error", () => undefined);
    };
    const { path } = QuoteServiceService.streamQuotes;
    const bytes = {
      path,
      requestStream: true,
      responseStream: true,
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    };
    const address = await serve({ streamQuotes: bytes }, { streamQuotes });
    await fetchUntil(address, () => keys.length > 30);
    expect(new Set(keys).size, "what is refused for good is not sent again").to.equal(keys.length);
  });

  it("reads a reason that it does not know as a defect of the other side, and a code without our details by itself", () => {
    expect(reasonFromProto(9_999 as ErrorReason)).to.equal("INTERNAL_ERROR");
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", UNKNOWN_FIELD);
    const failure = Object.assign(new Error("later"), { code: status.UNAVAILABLE, details: "later", metadata });
    expect(errorFromStatus(failure)).to.include({ code: "UNAVAILABLE", reason: "SERVER_UNREACHABLE" });
  });
});
