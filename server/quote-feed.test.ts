import { expect } from "chai";
import { exampleTick } from "../test/examples.ts";
import { QuoteFeed } from "./quote-feed.ts";
import type { StoredQuote } from "./stored-quote.ts";

describe("QuoteFeed", () => {
  let feed: QuoteFeed;
  let gone: AbortController;
  beforeEach(() => {
    feed = new QuoteFeed();
    gone = new AbortController();
  });
  afterEach(() => gone.abort());

  const stored = (symbol: string, price: number): StoredQuote => ({
    quote: exampleTick(0, price, { symbol }),
    seq: price,
  });
  const watch = (...symbols: string[]) => {
    const quotes = feed.read(new Set(symbols), gone.signal);
    const read = async (): Promise<string> => {
      const next: IteratorResult<StoredQuote, unknown> = await quotes.next();
      return next.done === true ? "over" : `${next.value.quote.symbol} ${next.value.quote.close}`;
    };
    return { read };
  };

  it("hands on each quote to each reader that waits", async () => {
    const [first, second] = [watch(), watch("AAPL")];
    const waiting = [first.read(), second.read()];
    feed.publish([stored("MSFT", 1), stored("AAPL", 2)]);
    expect(await Promise.all(waiting)).to.deep.equal(["MSFT 1", "AAPL 2"]);
    expect(await first.read()).to.equal("AAPL 2");
  });

  it("keeps the newest of each symbol for a reader that is slow, in the order of their coming", async () => {
    const slow = watch();
    const first = slow.read();
    feed.publish([stored("V", 0)]);
    expect(await first).to.equal("V 0");
    for (let price = 1; price <= 1_000; price += 1) feed.publish([stored("AAPL", price), stored("MSFT", price)]);
    feed.publish([stored("AAPL", 2_000)]);
    expect([await slow.read(), await slow.read()]).to.deep.equal(["MSFT 1000", "AAPL 2000"]);
  });

  it("hands on nothing that came before the watching began, nor of other symbols", async () => {
    feed.publish([stored("AAPL", 1)]);
    const reader = watch("AAPL");
    const next = reader.read();
    feed.publish([stored("MSFT", 2)]);
    feed.publish([stored("AAPL", 3)]);
    expect(await next).to.equal("AAPL 3");
  });

  it("ends a reader that is gone, whether it waits or not", async () => {
    const reader = watch();
    const next = reader.read();
    gone.abort();
    expect(await next).to.equal("over");
    expect(await reader.read()).to.equal("over");
    expect(await watch().read()).to.equal("over");
  });
});
