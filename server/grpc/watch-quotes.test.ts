import { expect } from "chai";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { QuoteServiceClient, type WatchQuotesResponse } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { exampleBar, exampleTick } from "../../test/examples.ts";
import { DAY_MS } from "../../domain/time.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

describe("WatchQuotes", () => {
  let server: TestServer;
  let client: QuoteServiceClient;
  let sender: QuoteSender;
  const watches: ClientReadableStream<WatchQuotesResponse>[] = [];
  let afterMs = 0;
  before(async () => {
    server = await startTestServer({ eventClock: "data" });
    client = await server.connect(QuoteServiceClient, "cli");
    sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await send(["AAPL", 101], ["MSFT", 102]);
  });
  after(() => server.close());
  afterEach(() => {
    for (const watch of watches.splice(0)) watch.cancel();
  });

  const send = (...prices: (readonly [symbol: string, price: number])[]) =>
    sender.send(prices.map(([symbol, price]) => exampleTick((afterMs += 1_000), price, { symbol })));

  function watch(...symbols: string[]): ClientReadableStream<WatchQuotesResponse> {
    const call = client.watchQuotes({ symbols });
    call.on("error", () => undefined);
    watches.push(call);
    return call;
  }

  /** The next quotes of a watch, as `AAPL 101`. */
  async function next(call: ClientReadableStream<WatchQuotesResponse>, count: number): Promise<string[]> {
    const seen: string[] = [];
    for await (const { quote } of call.iterator({ destroyOnReturn: false }) as AsyncIterable<WatchQuotesResponse>) {
      seen.push(`${quote?.symbol} ${quote?.close}`);
      if (seen.length === count) return seen;
    }
    throw new Error(`the stream ended after ${seen.join()}`);
  }

  it("shows the newest quote of each symbol at once, then each as it comes", async () => {
    const all = watch();
    expect(await next(all, 2)).to.deep.equal(["AAPL 101", "MSFT 102"]);
    await send(["AAPL", 103]);
    expect(await next(all, 1)).to.deep.equal(["AAPL 103"]);
    await send(["V", 104], ["MSFT", 105]);
    expect(await next(all, 2)).to.deep.equal(["V 104", "MSFT 105"]);
  });

  it("shows no prices that come as history, which move no clock either", async () => {
    const all = watch("NVDA");
    const past = exampleBar(-3 * 24 * 60, [90, 91, 89, 90], { symbol: "NVDA", periodMs: DAY_MS });
    await sender.send([{ ...past, fetchTimeMs: past.quoteTimeMs + 9 * DAY_MS }]);
    await send(["NVDA", 109]);
    expect(await next(all, 1)).to.deep.equal(["NVDA 109"]);
  });

  it("shows the symbols asked for, in any case, and no others", async () => {
    const some = watch("msft", "MSFT", "IBM");
    expect(await next(some, 1)).to.deep.equal(["MSFT 105"]);
    await send(["AAPL", 106], ["IBM", 107], ["MSFT", 108]);
    expect(await next(some, 2)).to.deep.equal(["IBM 107", "MSFT 108"]);
  });

  it("refuses what is no symbol, and too many", async () => {
    for (const symbols of [["?"], ["A\ufffd"], Array<string>(101).fill("A")]) {
      const call = watch(...symbols);
      const error = await new Promise<Error>((resolve) => call.on("error", resolve));
      expect(errorFromStatus(error as never).code).to.equal("INVALID_ARGUMENT");
    }
  });

  it("lets a reader that does not read fall behind, and then shows it the newest of each symbol", async () => {
    const slow = watch();
    await next(slow, 4);
    slow.pause();
    const [rounds, symbols] = [30, 400];
    for (let round = 1; round <= rounds; round += 1) {
      await send(...Array.from({ length: symbols }, (_none, index) => [`S${index}`, 100 + round] as const));
    }
    await send(["AAPL", 112], ["MSFT", 113]);
    const seen: string[] = [];
    while (!(seen.includes("AAPL 112") && seen.includes("MSFT 113"))) seen.push(...(await next(slow, 1)));
    expect(seen.length).to.be.lessThan((rounds * symbols) / 2);
    expect(seen.filter((quote) => quote.endsWith(` ${100 + rounds}`)).length).to.equal(symbols);
  });
});
