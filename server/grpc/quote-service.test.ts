import { expect } from "chai";
import { quoteFromProto, quoteToProto } from "../../proto/convert/quote.ts";
import {
  ListCandlesRequest,
  QuoteServiceClient,
  QuoteServiceService as Service,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { eventually } from "../../test/support/eventually.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { FakeFetcher } from "../testing/fake-fetcher.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

describe("QuoteService, reading", () => {
  let server: TestServer;
  const bars = [0, 1, 2, 3, 4].map((minute) => exampleBar(minute, [10, 12 + minute, 9, 11]));
  const tick = exampleTick(0, 300, { symbol: "MSFT" });
  before(async () => {
    server = await startTestServer({ eventClock: "data", symbols: ["AAPL", "WAIT"] });
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.send([...bars, tick]);
    sender.close();
  });
  after(() => server.close());

  const at = (minute: number) => new Date(EXAMPLE_START_MS + minute * MINUTE_MS);
  it("gets the newest quote of a symbol in any case, with its currency and place", async () => {
    const quote = await server.ask(Service.getQuote, { symbol: "aapl" });
    expect(quote).to.deep.equal(quoteToProto(bars[4]!, 6));
    expect(quote.currency).to.equal("USD");
    expect(quoteFromProto(quote)).to.deep.equal(bars[4]);
  });

  it("finds none of a symbol that nobody brings", async () => {
    expect(await refusalOf(server.ask(Service.getQuote, { symbol: "IBM" }))).to.include({
      code: "NOT_FOUND",
      reason: "QUOTE_NOT_FOUND",
    });
  });

  it("says of a watched symbol that it is, and where it shows why nothing came", async () => {
    const refused = await refusalOf(server.ask(Service.getQuote, { symbol: "WAIT" }));
    expect(refused.message).to.equal("WAIT is watched, and no price of it has come yet");
    expect(refused.hint).to.include("./bell status").and.not.include("symbols add");
    const other = await refusalOf(server.ask(Service.getQuote, { symbol: "IBM" }));
    expect(other.hint).to.include("./bell symbols add IBM");
    const fetcher = new FakeFetcher(await server.connect(QuoteServiceClient, "fetcher"));
    fetcher.report({ symbols: ["OWN"], followsServer: false });
    await eventually("one that a fetcher was told itself", async () => {
      const { message } = await refusalOf(server.ask(Service.getQuote, { symbol: "OWN" }));
      return message.startsWith("OWN is watched") ? message : undefined;
    });
    fetcher.leave();
  });

  it("lists the newest of all symbols, or of those asked for", async () => {
    const list = async (symbols: string[]) =>
      (await server.ask(Service.listQuotes, { symbols })).quotes.map(({ symbol }) => symbol);
    expect(await list([])).to.deep.equal(["AAPL", "MSFT"]);
    expect(await list(["msft", "IBM", "MSFT"])).to.deep.equal(["MSFT"]);
    expect(await problemsOf(list(Array<string>(101).fill("A")))).to.deep.equal(["symbols FIELD_INVALID"]);
  });

  for (const symbol of ["", "A\ufffd", "A\u0000", "x".repeat(100_000), `${"a".repeat(39)}😀😀`]) {
    it(`refuses the symbol ${JSON.stringify(symbol.slice(0, 45))} in each call, and lives on`, async () => {
      const calls = [
        server.ask(Service.getQuote, { symbol }),
        server.ask(Service.listQuotes, { symbols: [symbol] }),
        server.ask(Service.listCandles, ListCandlesRequest.fromPartial({ symbol })),
      ];
      for (const [first] of await Promise.all(calls.map(problemsOf))) expect(first).to.match(/SYMBOL_FORMAT$/);
      await server.ask(Service.getQuote, { symbol: "AAPL" });
    });
  }

  describe("ListCandles", () => {
    type Wish = Parameters<typeof ListCandlesRequest.fromPartial>[0];
    const candles = (wish: Wish) =>
      server.ask(Service.listCandles, ListCandlesRequest.fromPartial({ symbol: "AAPL", ...wish }));
    const starts = async (wish: Wish) => (await candles(wish)).candles.map(({ startTime }) => startTime);

    it("sums up minutes unless told otherwise, up to the newest", async () => {
      expect(await starts({})).to.deep.equal([0, 1, 2, 3, 4].map(at));
      const five = await candles({ period: { seconds: 300, nanos: 0 } });
      expect(five.candles).to.deep.equal([{ startTime: at(0), open: 10, high: 16, low: 9, close: 11, volume: 5 }]);
    });

    it("takes a span, and comes in pages that belong to it", async () => {
      const span = { startTime: at(1), endTime: at(4), pageSize: 2 };
      const first = await candles(span);
      expect(first.candles.map(({ startTime }) => startTime)).to.deep.equal([at(1), at(2)]);
      const second = await candles({ ...span, pageToken: first.nextPageToken });
      expect(second.candles.map(({ startTime }) => startTime)).to.deep.equal([at(3)]);
      expect(second.nextPageToken).to.equal("");
      for (const other of [
        { ...span, endTime: at(5) },
        { ...span, symbol: "MSFT" },
        { ...span, period: { seconds: 120, nanos: 0 } },
      ]) {
        expect(await problemsOf(candles({ ...other, pageToken: first.nextPageToken }))).to.deep.equal([
          "page_token PAGE_TOKEN",
        ]);
      }
    });

    for (const [seconds, nanos] of [
      [0, 0],
      [-60, 0],
      [61, 0],
      [60, 1_000_000],
      [7 * 86_400 + 60, 0],
      [9e12, 0],
    ] as const) {
      it(`refuses a period of ${seconds} s and ${nanos} ns`, async () => {
        expect(await problemsOf(candles({ period: { seconds, nanos } }))).to.deep.equal(["period FIELD_INVALID"]);
      });
    }

    it("refuses a span that ends before it begins, and a negative page", async () => {
      expect(await problemsOf(candles({ startTime: at(4), endTime: at(4) }))).to.deep.equal([
        "start_time FIELD_INVALID",
      ]);
      expect(await problemsOf(candles({ pageSize: -1 }))).to.deep.equal(["page_size FIELD_INVALID"]);
      expect(
        await starts({ pageSize: 1_000_000_000, startTime: new Date(0), endTime: new Date(EXAMPLE_START_MS + DAY_MS) }),
      ).to.have.length(5);
    });
  });
});

describe("ListCandles, when the market has been closed for days", () => {
  let server: TestServer;
  const friday = exampleBar(0, [10, 12, 9, 11]);
  before(async () => {
    server = await startTestServer();
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.send([friday]);
    sender.close();
  });
  after(() => server.close());

  const candles = async (wish: Parameters<typeof ListCandlesRequest.fromPartial>[0]) =>
    (await server.ask(Service.listCandles, ListCandlesRequest.fromPartial({ symbol: "AAPL", ...wish }))).candles;

  it("ends with the newest quote, which is not today's", async () => {
    expect((await candles({})).map(({ close }) => close)).to.deep.equal([11]);
  });

  it("has nothing since today, which is no mistake", async () => {
    expect(await candles({ startTime: new Date(EXAMPLE_START_MS + DAY_MS) })).to.deep.equal([]);
  });
});
