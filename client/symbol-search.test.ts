import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import type { SymbolsFound } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import type { KeyState } from "./rate-limiter.ts";
import type { SearchingSource, SearchResult, Source } from "./sources/source.ts";
import { isSearching, SymbolSearch } from "./symbol-search.ts";
import { OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";

const FREE: KeyState = { day: null, heldUntilMs: null };
const APPLE = { symbol: "AAPL", name: "Apple Inc", type: "Equity", region: "United States", currency: "USD", score: 1 };
const fetch: Source["fetch"] = async function* () {
  await Promise.resolve();
};

/** Searches once; what the server hears. */
function open(search: SearchingSource["search"] | null, keyState: KeyState = FREE) {
  const clock = new FakeClock(OPENING_MS);
  const log = new RecordedLog();
  const stopping = new AbortController();
  const found: SymbolsFound[] = [];
  const source: Source = { name: "scripted", fetch, ...(search === null ? {} : { search }) };
  const onFound = (one: SymbolsFound): void => void found.push(one);
  const { signal } = stopping;
  const symbolSearch = new SymbolSearch({ source, keyState: () => keyState, clock, log, signal, onFound });
  return { clock, log, stopping, found, source, symbolSearch };
}

describe("SymbolSearch", () => {
  it("answers with what the source found, asked once", async () => {
    const asked: unknown[] = [];
    const { symbolSearch, found } = open((text, _signal, options) => {
      asked.push([text, options?.tries]);
      return Promise.resolve({ kind: "found", matches: [APPLE] });
    });
    symbolSearch.ask({ id: "1", text: "apple" });
    await symbolSearch.ended();
    expect(asked).to.deep.equal([["apple", 1]]);
    const matches = [{ ...APPLE, isTracked: false }];
    expect(found).to.deep.equal([{ id: "1", matches, refusalClass: "", refusalMessage: "" }]);
  });

  it("passes a refusal on, with its class", async () => {
    const refusal = { class: "not_entitled", message: "premium only", retryAfterMs: null } as const;
    const { symbolSearch, found, log } = open(() => Promise.resolve({ kind: "refusal", refusal }));
    symbolSearch.ask({ id: "2", text: "apple" });
    await symbolSearch.ended();
    expect(found).to.deep.equal([
      { id: "2", matches: [], refusalClass: "not_entitled", refusalMessage: "premium only" },
    ]);
    expect(log.messages).to.deep.equal(["the source was not searched"]);
  });

  const spent = (count: number): KeyState => {
    const times = Array.from({ length: count }, (_none, at) => OPENING_MS - HOUR_MS + at * MINUTE_MS);
    return { day: { limit: 25, windowMs: 24 * HOUR_MS, times }, heldUntilMs: null };
  };
  const cases: readonly (readonly [title: string, keyState: KeyState, says: RegExp | null])[] = [
    ["when the day's requests are used up", spent(25), /25 requests in 24 hours are used up; the next is free at 20/],
    ["when a smaller limit than was used holds now", spent(26), /the next is free at/],
    ["when one request is left", spent(24), null],
    [
      "while the service takes none",
      { day: null, heldUntilMs: OPENING_MS + HOUR_MS },
      /takes no requests of this key before/,
    ],
    ["when it takes some again in a moment", { day: null, heldUntilMs: OPENING_MS + 2_000 }, null],
  ];
  for (const [title, keyState, says] of cases) {
    it(`${says === null ? "asks" : "does not ask, and says why,"} ${title}`, async () => {
      let asked = 0;
      const { symbolSearch, found } = open(() => {
        asked += 1;
        return Promise.resolve({ kind: "found", matches: [] });
      }, keyState);
      symbolSearch.ask({ id: "3", text: "apple" });
      await symbolSearch.ended();
      expect([asked, found[0]?.refusalClass]).to.deep.equal(says === null ? [1, ""] : [0, "daily_quota"]);
      if (says !== null) expect(found[0]?.refusalMessage).to.match(says);
    });
  }

  it("gives up when it takes too long, and ends with the fetcher", async () => {
    const endless: SearchingSource["search"] = (_text, signal) =>
      new Promise<SearchResult>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    const late = open(endless);
    late.symbolSearch.ask({ id: "4", text: "apple" });
    late.clock.advance(8_000);
    await late.symbolSearch.ended();
    expect(late.found[0]).to.include({ refusalClass: "throttle" });
    const stopped = open(endless);
    stopped.symbolSearch.ask({ id: "5", text: "apple" });
    stopped.stopping.abort(new Error("stopping"));
    await stopped.symbolSearch.ended();
    expect([stopped.found, stopped.clock.sleeping]).to.deep.equal([[], 0]);
  });

  it("answers also when the source breaks, or cannot search", async () => {
    const broken = open(() => Promise.reject(new Error("a defect")));
    broken.symbolSearch.ask({ id: "6", text: "apple" });
    await broken.symbolSearch.ended();
    expect(broken.found[0]).to.include({ refusalClass: "outage", refusalMessage: "a defect" });
    const unable = open(null);
    expect([isSearching(unable.source), isSearching(broken.source)]).to.deep.equal([false, true]);
    unable.symbolSearch.ask({ id: "7", text: "apple" });
    await unable.symbolSearch.ended();
    expect(unable.found[0]).to.include({ id: "7", refusalClass: "bad_request" });
  });
});
