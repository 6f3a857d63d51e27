import { expect } from "chai";
import type { Gap } from "../domain/gap.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { FetchRound } from "./fetch-round.ts";
import type { FetchResult, Refusal, StreamingSource, StreamResult } from "./sources/source.ts";
import { makeBar, OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";

const SYMBOLS = ["BTCUSDT"];
const QUOTES = [makeBar("BTCUSDT", 0)];
const PRICES: FetchResult = { kind: "quotes", symbol: "BTCUSDT", quotes: QUOTES, refusedRows: 0, roundedPrices: 0 };
const GAP: Gap = {
  ...{ symbol: "BTCUSDT", source: "binance", periodMs: MINUTE_MS, reason: "the exchange has no bars of that time" },
  ...{ startTimeMs: OPENING_MS, endTimeMs: OPENING_MS + MINUTE_MS },
};

/** A source that tells these and then ends. */
function sourceOf(results: readonly StreamResult[], failedTry?: Refusal): StreamingSource {
  return {
    name: "scripted",
    cadenceMs: 250,
    async *fetch() {
      yield* await Promise.resolve([]);
    },
    async *stream(symbols, signal, { onFailedTry } = {}) {
      expect(symbols).to.eql(SYMBOLS);
      if (failedTry !== undefined) onFailedTry?.(failedTry);
      for (const result of results) {
        signal.throwIfAborted();
        yield await Promise.resolve(result);
      }
    },
  };
}

describe("FetchRound.listen()", () => {
  it("hands on what comes, in its order, gaps among it, and says each change once", async () => {
    const said: unknown[] = [];
    const log = new RecordedLog();
    const source = sourceOf([PRICES, { kind: "hole", symbol: "BTCUSDT", hole: GAP }, PRICES], {
      ...{ class: "outage", message: "no line", retryAfterMs: null },
    });
    const round = new FetchRound({
      ...{ source, log },
      sink: { put: (quotes) => Promise.resolve(void said.push(quotes)) },
      gaps: { putGaps: (gaps) => Promise.resolve(void said.push(gaps)) },
      watcher: {
        noteResult: ({ kind }) => void said.push(kind),
        noteTaken: (symbol) => void said.push(`taken ${symbol}`),
        noteFailedTry: ({ message }) => void said.push(message),
      },
    });
    await round.listen(source, SYMBOLS, new AbortController().signal);
    const once = ["quotes", QUOTES, "taken BTCUSDT"];
    expect(said).to.eql(["no line", ...once, [GAP], ...once]);
    expect(log.messages).to.eql(["prices arrive", "prices are missing for good"]);
  });

  it("throws the signal's reason", async () => {
    const stop = new AbortController();
    const source = sourceOf([PRICES, PRICES]);
    const sink = {
      put: (): Promise<void> => {
        stop.abort(new Error("stopping"));
        return Promise.resolve();
      },
    };
    const listening = new FetchRound({ source, log: new RecordedLog(), sink }).listen(source, SYMBOLS, stop.signal);
    expect(await listening.catch((error: unknown) => error)).to.have.property("message", "stopping");
  });
});
