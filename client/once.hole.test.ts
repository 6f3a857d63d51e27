import { expect } from "chai";
import { MINUTE_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { BackfillMemory } from "./backfill/backfill-memory.ts";
import { fetchOnce } from "./once.ts";
import type { KeyTerms } from "./planner/pace.ts";
import { limitsOfPlan, RateLimiter } from "./rate-limiter.ts";
import { reachOf } from "./sources/reach-of.ts";
import type { FetchResult, HistorySource } from "./sources/source.ts";
import { acknowledgeAll, FakeQuoteServer } from "./testing/fake-quote-server.ts";
import { makeBar, makeBars, OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { SpoolFolder } from "./testing/spool-folder.ts";

const PAID = limitsOfPlan("75");
const TERMS: KeyTerms = { limits: PAID, symbolsARequest: 1, lagMs: 0, stretch: "extended", spreadMs: 0 };
const SERIES = { symbol: "AAPL", source: "alpha-vantage", periodMs: MINUTE_MS };

describe("fetchOnce() after a while", () => {
  it("brings what was missed in between, asked for once, and tells of it as usual", async () => {
    const folder = new SpoolFolder();
    const server = await FakeQuoteServer.start({ onBatch: acknowledgeAll });
    try {
      const live = [makeBar("AAPL", 9)];
      const asked: string[] = [];
      const result = (quotes: typeof live): FetchResult => {
        const reach = reachOf(quotes);
        return { kind: "quotes", symbol: "AAPL", quotes, refusedRows: 0, roundedPrices: 0, ...(reach && { reach }) };
      };
      const source: HistorySource = {
        name: "scripted",
        async *fetch() {
          yield await Promise.resolve(result(live));
        },
        fetchDaily: () => Promise.reject(new Error("nobody asks for days here")),
        fetchIntradayMonth: (_symbol, month) => {
          asked.push(month);
          return Promise.resolve(result(makeBars("AAPL", 12)));
        },
      };
      const clock = new FakeClock(OPENING_MS + 12 * MINUTE_MS);
      const backfill = new BackfillMemory();
      backfill.noteHandedOn(SERIES, OPENING_MS + 3 * MINUTE_MS);
      const requests = { answers: { noteAnswer: () => undefined }, limiter: new RateLimiter(PAID, clock), backfill };
      const config = { symbols: ["AAPL"], followsServer: false, sourceName: "simulator" as const };
      const { outcomes } = await fetchOnce(
        { ...config, spoolFile: folder.file(), spoolQuotesMax: 1_000 },
        { clock, log: new RecordedLog(), source, client: server.client(), requests, terms: TERMS },
        new AbortController().signal,
      );
      const brought = server.batches.flatMap(({ quotes }) => quotes).map(({ quoteTimeMs }) => quoteTimeMs);
      expect(brought.map((time) => (time - OPENING_MS) / MINUTE_MS)).to.deep.equal([3, 4, 5, 6, 7, 8, 9]);
      expect(asked).to.deep.equal(["2026-05"]);
      expect(outcomes).to.deep.equal([{ symbol: "AAPL", result: "stored", quotes: 1, message: "" }]);
    } finally {
      server.close();
      folder.remove();
    }
  });
});
