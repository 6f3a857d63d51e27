import { Metadata, ResponderBuilder, status, type ServerInterceptingCallInterface } from "@grpc/grpc-js";
import { expect } from "chai";
import { EventEmitter, once } from "node:events";
import type { ClientHttp2Session } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { QuoteServiceClient, QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { limits, type Limits } from "../../runtime/grpc/limits.ts";
import { exampleTick } from "../../test/examples.ts";
import { eventually } from "../../test/support/eventually.ts";
import { framed, rawCall, rawSession } from "../../test/support/raw-call.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";
import { GuardedCall } from "./guarded-call.ts";

const GET_QUOTE = QuoteServiceService.getQuote.path;
const WATCH = QuoteServiceService.watchQuotes.path;
const NOTHING = framed(Buffer.alloc(0));

describe("a guarded call", () => {
  let server: TestServer;
  let session: ClientHttp2Session;
  afterEach(async () => {
    session.destroy();
    await server.close();
  });

  async function start(limits: Partial<Limits>): Promise<void> {
    server = await startTestServer({ eventClock: "data", limits });
    session = await rawSession(server.address, "cli");
  }

  it("is given up when it takes too long, whatever its client says, and its stream is gone", async () => {
    await start({ answerMs: 50 });
    const headers = { "grpc-timeout": "1H" };
    const answer = await rawCall(session, { path: GET_QUOTE, headers, end: false });
    expect(answer).to.include({ grpc: status.DEADLINE_EXCEEDED });
    expect(answer.message).to.include("longer than 0.05 s");
  });

  it("is refused with the bytes that its message may have, before the message is whole", async () => {
    await start({ messageBytes: 1_000 });
    const unfinished = framed(Buffer.alloc(5_000)).subarray(0, 2_000);
    const answer = await rawCall(session, { path: GET_QUOTE, body: unfinished, end: false });
    expect(answer).to.include({ grpc: status.RESOURCE_EXHAUSTED });
    expect(answer.message).to.include("at most 1000 bytes");
  });

  it("is cut when its reader takes nothing", async () => {
    await start({ readerMs: 100, streamEndMs: 100 });
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    const symbols = Array.from({ length: 1_000 }, (_none, at) => `S${at}`);
    await sender.send(symbols.map((symbol) => exampleTick(1_000, 1, { symbol })));
    const headers = { ":method": "POST", ":path": WATCH, "content-type": "application/grpc", te: "trailers" };
    const stream = session.request(headers, { endStream: false });
    stream.end(NOTHING);
    stream.pause(); // never reads: what fits into its window is all that comes
    await new Promise((resolve) => stream.on("error", () => undefined).on("close", resolve));
    expect(stream.rstCode).to.equal(11); // ENHANCE_YOUR_CALM, which gRPC calls RESOURCE_EXHAUSTED
  });

  it("is refused when its caller has as many streams as it may", async () => {
    await start({ streamsPerPeer: 2 });
    const client = await server.connect(QuoteServiceClient, "cli");
    const watches = [client.watchQuotes({ symbols: [] }), client.watchQuotes({ symbols: [] })];
    for (const watch of watches) watch.on("error", () => undefined);
    const third = async () => {
      const [error] = (await once(client.watchQuotes({ symbols: [] }), "error")) as [never];
      return errorFromStatus(error).reason;
    };
    await eventually("a third is refused", async () => (await third()) === "TOO_MANY");
    for (const watch of watches) watch.cancel();
  });

  it("costs its connection when too many were broken off", async () => {
    await start({ resetsAtOnce: 5, resetsPerSecond: 1 });
    const gone = new Promise<void>((resolve) => session.on("close", resolve));
    for (let call = 0; call < 20 && !session.destroyed; call += 1) {
      const headers = { ":method": "POST", ":path": WATCH, "content-type": "application/grpc", te: "trailers" };
      const stream = session.request(headers);
      stream.on("error", () => undefined).end(NOTHING);
      const heard = new Promise<void>((resolve) => session.ping(() => resolve()));
      await Promise.race([gone, heard]); // by then the server has the call
      stream.close(8);
    }
    await gone;
    expect(server.log.join()).to.include("too many calls of a connection ended badly");
  });

  it("costs its connection when too many were refused for coming too fast", async () => {
    await start({ callsBurst: 1, callsPerSecond: 1, refusalsAtOnce: 5, refusalsPerSecond: 1 });
    const gone = new Promise<void>((resolve) => session.on("close", resolve));
    const seen = new Set<number | undefined>();
    for (let call = 0; call < 30 && !session.destroyed; call += 1) {
      seen.add((await rawCall(session, { path: GET_QUOTE, body: NOTHING })).grpc);
    }
    await gone;
    expect(seen).to.include(status.RESOURCE_EXHAUSTED);
  });

  it("costs its connection sooner when its messages are none", async () => {
    await start({ resetsAtOnce: 25, resetsPerSecond: 1, resetsPerBadMessage: 10 });
    const gone = new Promise<void>((resolve) => session.on("close", resolve));
    const bad = framed(Buffer.of(8, 255));
    expect((await rawCall(session, { path: GET_QUOTE, body: bad })).grpc).to.equal(status.INTERNAL);
    for (let call = 0; call < 2; call += 1) await rawCall(session, { path: GET_QUOTE, body: bad });
    await gone;
  });
});

describe("a guarded call whose client has heard something and goes on with a message that was refused", () => {
  it("is cut as long after the refusal as any other, whatever still comes", async () => {
    const stream = new HeldStream();
    const inner = { stream, maxReceiveMessageSize: 0, sendMetadata: () => undefined, sendStatus: () => undefined };
    const call = new GuardedCall(
      inner as unknown as ServerInterceptingCallInterface,
      QuoteServiceService.watchQuotes,
      { ...limits, messageBytes: 100, streamEndMs: 200 },
      { onGone: () => undefined },
      new ResponderBuilder().build(),
    );
    call.sendMetadata(new Metadata());
    const dribble = setInterval(() => stream.emit("data", Buffer.alloc(200)), 20);
    try {
      await Promise.race([stream.cut, delay(30_000, undefined, { ref: false })]);
      expect(stream.code).to.equal(11); // ENHANCE_YOUR_CALM
    } finally {
      clearInterval(dribble);
    }
  });
});

/** A stream whose client does not let go of it. grpc-js hears nothing more of a client that ended its side, so no real one gets so far. */
class HeldStream extends EventEmitter {
  readonly cut: Promise<void>;
  readonly closed = false;
  code = 0;
  #onCut: () => void = () => undefined;

  constructor() {
    super();
    this.cut = new Promise((resolve) => (this.#onCut = resolve));
  }

  close(code: number): void {
    this.code = code;
    this.#onCut();
  }
}
