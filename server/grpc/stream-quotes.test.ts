import { expect } from "chai";
import { Metadata, type Client } from "@grpc/grpc-js";
import type { Quote } from "../../domain/quote.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { errorFromStatus, reasonFromProto } from "../../proto/convert/error.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { AlertServiceService, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { SessionClass, type Quote as QuoteMessage } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceClient, QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { exampleTick } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

describe("StreamQuotes", () => {
  const startMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  const clock = new FakeClock(startMs);
  let server: TestServer;
  let client: QuoteServiceClient;
  let sender: QuoteSender;
  let symbols = 0;
  before(async () => {
    server = await startTestServer({ clock });
    client = await server.connect(QuoteServiceClient, "fetcher");
  });
  after(() => server.close());
  beforeEach(() => {
    sender = new QuoteSender(client);
    symbols += 1;
  });
  afterEach(() => sender.cancel());

  /** A tick of a symbol that only this test uses, so many milliseconds before now. */
  const tick = (beforeMs: number, price: number, changes: Partial<Quote> = {}): Quote => {
    const timeMs = startMs - beforeMs;
    return exampleTick(0, price, { symbol: `T${symbols}`, quoteTimeMs: timeMs, fetchTimeMs: timeMs, ...changes });
  };

  it("acknowledges a batch when another connection can read it from the disk", async () => {
    const quote = tick(0, 190.1);
    expect(await sender.send([quote])).to.deep.equal({ sequence: 1, storedCount: 1, knownCount: 0, refused: [] });
    expect(
      server.query("SELECT close, seq IS NOT NULL AS judged FROM quotes WHERE symbol = ?", quote.symbol),
    ).to.deep.equal([{ close: 190.1, judged: 1 }]);
  });

  it("has judged when it acknowledges: the trigger is on the disk, too", async () => {
    const user = await server.signUp();
    await sender.send([tick(2_000, 190)]);
    const request = CreateAlertRequest.fromPartial({ text: `T${symbols} above 200` });
    await server.ask(AlertServiceService.createAlert, request, { token: user.token });
    await sender.send([tick(0, 200)]);
    const sql =
      "SELECT triggers.price, state FROM triggers JOIN notifications ON notifications.id = notification_id WHERE user_id = ?";
    expect(server.query(sql, user.userId)).to.deep.equal([{ price: 200, state: "WAITING" }]);
  });

  it("counts what it knows already, in one stream and in the next", async () => {
    const batch = [tick(1_000, 190), tick(0, 191)];
    await sender.send(batch);
    expect(await sender.send([...batch, ...batch])).to.include({ sequence: 2, storedCount: 0, knownCount: 4 });
    const next = new QuoteSender(client);
    expect(await next.send(batch)).to.include({ sequence: 1, knownCount: 2 });
    next.close();
    expect(await next.ended).to.equal(null);
  });

  it("refuses each bad quote by itself, with its place and reason, and stores the others", async () => {
    const good = quoteToProto(tick(0, 190));
    const bad: [Partial<QuoteMessage>, string, string][] = [
      [{ symbol: "aapl" }, "SYMBOL_FORMAT", "symbol"],
      [{ symbol: "" }, "SYMBOL_FORMAT", "symbol"],
      [{ symbol: "A\ufffd" }, "SYMBOL_FORMAT", "symbol"],
      [{ source: "X" }, "FIELD_INVALID", "source"],
      [{ open: NaN, high: NaN, low: NaN, close: NaN }, "PRICE_RANGE", "open"],
      [{ open: 0, high: 0, low: 0, close: 0 }, "PRICE_RANGE", "open"],
      [{ open: Infinity, high: Infinity, low: Infinity, close: Infinity }, "PRICE_RANGE", "open"],
      [{ close: 191 }, "QUOTE_INVALID", "high"],
      [{ volume: -1 }, "QUOTE_INVALID", "volume"],
      [{ quoteTime: undefined }, "QUOTE_INVALID", "quote_time"],
      [{ sessionClass: SessionClass.UNSPECIFIED }, "FIELD_INVALID", "session_class"],
      [{ period: { seconds: -60, nanos: 0 } }, "QUOTE_INVALID", "period"],
    ];
    const ack = await sender.sendMessages([good, ...bad.map(([changes]) => ({ ...good, ...changes }))]);
    expect(ack.storedCount).to.equal(1);
    expect(
      ack.refused.map(({ index, reason, message }) => [index, reasonFromProto(reason), message.split(":")[0]]),
    ).to.deep.equal(bad.map((expected, index) => [index + 1, ...expected.slice(1)]));
  });

  it("puts off a quote from the future, and takes it when its time has come", async () => {
    const early = tick(-10_000, 190);
    const { refused } = await sender.send([tick(0, 189), tick(-2_000, 189.5), early]);
    expect(refused.map(({ index, reason }) => [index, reasonFromProto(reason)])).to.deep.equal([[2, "CLOCK_BEHIND"]]);
    clock.advance(8_000);
    expect(await sender.send([early])).to.deep.include({ storedCount: 1, refused: [] });
    clock.step(-8_000);
  });

  it("puts off a quote that says it was fetched in time to come, since no later version could replace it", async () => {
    const early = { ...tick(1_500, 190), fetchTimeMs: clock.now() + 10_000 };
    const { refused } = await sender.send([early]);
    expect(refused.map(({ reason }) => reasonFromProto(reason))).to.deep.equal(["CLOCK_BEHIND"]);
  });

  it("takes 1,000 quotes at once, and not one more", async () => {
    const quotes = Array.from({ length: 1_001 }, (_none, index) => tick(2_000 - index, 190));
    expect(await sender.send(quotes.slice(0, 1_000))).to.include({ storedCount: 1_000 });
    const refusal = await refusalOf(sender.send(quotes));
    expect(refusal).to.include({ code: "INVALID_ARGUMENT", reason: "FIELD_INVALID" });
    expect(refusal.fields[0]?.field).to.equal("batch.quotes");
  });

  it("takes an empty batch, and overlooks a kind of message that it does not know", async () => {
    sender.write({ message: undefined });
    expect(await sender.send([])).to.deep.equal({ sequence: 1, storedCount: 0, knownCount: 0, refused: [] });
  });

  it("ends a stream that has said nothing in good order", async () => {
    sender.close();
    expect(await sender.ended).to.equal(null);
  });

  it("ends a stream of garbage with an error, and serves the next", async () => {
    for (const bytes of ["0a05", "0a02ffff", "ff", "0a0b080112070a0341"]) {
      const { code } = await sendBytes(client, Buffer.from(bytes, "hex"));
      expect(code, bytes).to.equal("INTERNAL");
    }
    expect(await sender.send([tick(0, 190)])).to.include({ storedCount: 1 });
  });

  it("answers batches in their order, however many are on the way", async () => {
    const acks = await Promise.all(
      Array.from({ length: 50 }, (_none, index) => sender.send([tick(1_000 - index, 190 + index)])),
    );
    expect(acks.map(({ sequence }) => sequence)).to.deep.equal(Array.from({ length: 50 }, (_none, index) => index + 1));
    expect(acks.every(({ storedCount }) => storedCount === 1)).to.equal(true);
  });

  it("takes clients that cancel in the middle, many times, and keeps what it acknowledged", async () => {
    for (let round = 0; round < 50; round += 1) {
      const short = new QuoteSender(client);
      short.sendMessages([quoteToProto(tick(3_000 - round, 190))]).catch(() => undefined);
      await short.opened;
      short.cancel();
    }
    const acknowledged = tick(0, 200);
    await sender.send([acknowledged]);
    sender.cancel();
    expect(
      server.query(
        "SELECT close FROM quotes WHERE symbol = ? AND quote_time = ?",
        acknowledged.symbol,
        acknowledged.quoteTimeMs,
      ),
    ).to.deep.equal([{ close: 200 }]);
    expect(server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
  });
});

/** How a stream ends on which these bytes came. */
function sendBytes(client: Client, bytes: Buffer) {
  const same = (raw: Buffer): Buffer => raw;
  const { path } = QuoteServiceService.streamQuotes;
  const call = client.makeBidiStreamRequest(path, same, same, new Metadata(), { deadline: Date.now() + 60_000 });
  call.write(bytes);
  call.resume();
  return new Promise<ReturnType<typeof errorFromStatus>>((resolve) =>
    call.on("error", (error) => resolve(errorFromStatus(error as never))),
  );
}
