import { expect } from "chai";
import type { Gap } from "../../domain/gap.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { gapToProto } from "../../proto/convert/gap.ts";
import {
  ListCandlesRequest,
  QuoteServiceClient,
  QuoteServiceService as Service,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { EXAMPLE_START_MS, exampleBar } from "../../test/examples.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

const at = (minute: number): number => EXAMPLE_START_MS + minute * MINUTE_MS;

describe("missing prices on their way through the server", () => {
  let server: TestServer;
  let sender: QuoteSender;
  beforeEach(async () => {
    server = await startTestServer({ eventClock: "data" });
    sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
  });
  afterEach(async () => {
    sender.close();
    await server.close();
  });

  const bar = (minute: number) => exampleBar(minute, [10, 12, 9, 11]);
  const gap: Gap = {
    symbol: "AAPL",
    source: "test",
    periodMs: MINUTE_MS,
    startTimeMs: at(2),
    endTimeMs: at(4),
    reason: "the source gave none",
  };
  const candles = (pageSize = 0, pageToken = "") =>
    server.ask(Service.listCandles, ListCandlesRequest.fromPartial({ symbol: "AAPL", pageSize, pageToken }));

  it("acknowledges them with the quotes of their batch, or alone, and shows them among the candles", async () => {
    await sender.send([0, 1, 4, 5].map(bar));
    expect(await sender.send([], [gap])).to.deep.include({ sequence: 2, storedCount: 0, refused: [] });
    expect(await sender.send([bar(6)], [gap])).to.deep.include({ sequence: 3, storedCount: 1 });
    const { candles: page, gaps } = await candles();
    expect(page).to.have.length(5);
    expect(gaps).to.deep.equal([gapToProto(gap)]);
  });

  it("shows each with the page in which it lies", async () => {
    await sender.send([0, 1, 4, 5].map(bar), [gap]);
    const first = await candles(1);
    expect(first.gaps).to.deep.equal([]);
    const second = await candles(1, first.nextPageToken);
    expect(second.gaps).to.deep.equal([gapToProto(gap)]);
  });

  it("leaves out what makes no sense, and takes the rest of the batch", async () => {
    const message = gapToProto(gap);
    const bad = [
      { ...message, symbol: "aapl" },
      { ...message, symbol: "" },
      { ...message, source: "no source" },
      { ...message, endTime: message.startTime },
      { ...message, startTime: undefined },
      { ...message, startTime: new Date(-4e12) },
      { ...message, period: { seconds: -1, nanos: 0 } },
    ];
    await sender.send([bar(0), bar(9)]);
    expect(await sender.sendMessages([], [...bad, { ...message, reason: "x".repeat(1_000) }])).to.include({
      sequence: 2,
    });
    const { gaps } = await candles();
    expect(gaps).to.deep.equal([{ ...message, reason: "x".repeat(200) }]);
  });

  it("ends the stream of a fetcher that brings too many at once", async () => {
    const sent = sender.send([], Array<Gap>(101).fill(gap));
    expect(await sent.catch((error: unknown) => error)).to.include({ code: "INVALID_ARGUMENT" });
  });
});
