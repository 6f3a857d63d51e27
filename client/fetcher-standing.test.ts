import { expect } from "chai";
import packageFile from "../package.json" with { type: "json" };
import { FetcherReport, SourceState } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { FetcherStanding, HICCUP_MS } from "./fetcher-standing.ts";
import type { KeyState } from "./rate-limiter.ts";
import type { FetchResult, RefusalClass } from "./sources/source.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { makeBar, OPENING_MS } from "./testing/make-quote.ts";

const EMPTY = { size: 0, capacity: 1_000, oldestFetchTimeMs: null, refusedCount: 0 };

function open(
  state = EMPTY as { size: number; oldestFetchTimeMs: number | null; capacity: number; refusedCount: number },
) {
  const clock = new FakeClock(OPENING_MS);
  const key: { state: KeyState } = { state: { day: null, heldUntilMs: null } };
  const keyState = () => key.state;
  const log = new RecordedLog();
  const options = {
    clock,
    log,
    sourceName: "scripted",
    symbols: () => ["AAPL", "IBM"],
    followsServer: true,
    canSearch: true,
    spool: { state },
    keyState,
  };
  return { clock, key, log, standing: new FetcherStanding(options) };
}

function prices(count: number, source = "scripted"): FetchResult {
  const quotes = Array.from({ length: count }, (_, minute) => makeBar("AAPL", minute, { source }));
  return { kind: "quotes", symbol: "AAPL", quotes, refusedRows: 0, roundedPrices: 0 };
}

function refusal(message: string, refusalClass: RefusalClass = "throttle"): FetchResult {
  return { kind: "refusal", symbol: "IBM", refusal: { class: refusalClass, message, retryAfterMs: null } };
}

const at = (ms: number): Date => new Date(OPENING_MS + ms);

describe("FetcherStanding", () => {
  it("knows at the start who it is, and of the source nothing", () => {
    expect(open().standing.report()).to.eql({
      version: packageFile.version,
      source: "scripted",
      symbols: ["AAPL", "IBM"],
      sourceState: SourceState.UNSPECIFIED,
      sourceStateTime: at(0),
      sourceDetail: "",
      lastPriceTime: undefined,
      nextRoundTime: undefined,
      spooledCount: 0,
      spoolCapacity: 1_000,
      oldestSpooledTime: undefined,
      refusedCount: 0,
      plans: [],
      budget: undefined,
      refusalClass: "",
      followsServer: true,
      canSearch: true,
    });
  });

  it("calls the source what its prices say it is, once one has come", () => {
    const { log, standing } = open();
    standing.noteRoundBegin();
    standing.noteResult(prices(0, "alpha-vantage"));
    expect(standing.report().source).to.equal("scripted");
    standing.noteResult(prices(1, "alpha-vantage"));
    expect(standing.report().source).to.equal("alpha-vantage");
    standing.noteRoundEnd(null);
    standing.noteRoundBegin();
    standing.noteResult(refusal("too many"));
    standing.noteRoundEnd(null);
    expect(log.lines.at(-1)?.fields["source"]).to.equal("alpha-vantage");
  });

  it("says that the source answers, since when, and when a price came last", () => {
    const { clock, standing } = open();
    for (const ms of [1_000, 2_000]) {
      clock.advance(1_000);
      standing.noteRoundBegin();
      standing.noteResult(prices(1));
      standing.noteRoundEnd(null);
      expect(standing.report().lastPriceTime).to.eql(at(ms));
    }
    clock.advance(1_000);
    standing.noteResult(prices(0));
    standing.noteRoundEnd(null);
    const expected = { sourceState: SourceState.ANSWERING, sourceStateTime: at(1_000), lastPriceTime: at(2_000) };
    expect(standing.report()).to.deep.include(expected);
  });

  it("says that the source is silent only when a whole round brought nothing, and with what words", () => {
    const { clock, standing } = open();
    standing.noteRoundBegin();
    standing.noteResult(refusal("too fast"));
    standing.noteResult(prices(1));
    standing.noteResult(refusal("too fast"));
    standing.noteRoundEnd(null);
    expect(standing.report()).to.include({ sourceState: SourceState.ANSWERING, sourceDetail: "" });
    clock.advance(1_000);
    standing.noteRoundBegin();
    clock.advance(3_000);
    standing.noteResult(refusal("too fast"));
    expect(standing.report()).to.include({ sourceState: SourceState.ANSWERING });
    standing.noteRoundEnd(null);
    const expected = { sourceState: SourceState.SILENT, sourceDetail: "IBM: too fast", sourceStateTime: at(1_000) };
    expect(standing.report()).to.deep.include({ ...expected, refusalClass: "throttle" });
    standing.noteResult(prices(1));
    expect(standing.report(), "at the first answer").to.include({
      sourceState: SourceState.ANSWERING,
      sourceDetail: "",
    });
  });

  const hangs = (words = "no answer") => ({ class: "outage" as const, message: words, retryAfterMs: null });

  it("says that the source is silent while a round is under way, since it was asked in vain", () => {
    const { clock, standing } = open();
    standing.noteRoundBegin();
    standing.noteResult(prices(1));
    standing.noteTaken();
    standing.noteRoundEnd(null);
    clock.advance(60_000);
    standing.noteRoundBegin();
    clock.advance(HICCUP_MS - 1);
    standing.noteFailedTry(hangs("a hiccup"));
    expect(standing.report()).to.include({ sourceState: SourceState.ANSWERING });
    clock.advance(1);
    standing.noteFailedTry(hangs());
    const silent = { sourceState: SourceState.SILENT, sourceDetail: "no answer", sourceStateTime: at(60_000) };
    expect(standing.report()).to.deep.include(silent);
    standing.noteRoundEnd(null);
    clock.advance(60_000);
    standing.noteRoundBegin();
    standing.noteRoundEnd(null);
    expect(standing.report(), "rounds later").to.deep.include(silent);
  });

  it("says so too when the source answers for some symbols and then no more, however long the spool had no room", () => {
    const { clock, standing } = open();
    standing.noteRoundBegin();
    standing.noteResult(prices(1));
    clock.advance(600_000);
    standing.noteFailedTry(hangs());
    standing.noteTaken();
    standing.noteFailedTry(hangs());
    expect(standing.report()).to.include({ sourceState: SourceState.ANSWERING });
    clock.advance(HICCUP_MS);
    standing.noteFailedTry({ ...hangs(), class: "throttle" });
    expect(standing.report(), "a pause is none").to.include({ sourceState: SourceState.ANSWERING });
    standing.noteFailedTry(hangs());
    standing.noteRoundEnd(null);
    const silent = { sourceState: SourceState.SILENT, sourceStateTime: at(600_000) };
    expect(standing.report()).to.deep.include(silent);
  });

  it("says why a source that is listened to lets nobody listen", () => {
    const { clock, standing } = open();
    standing.noteRoundBegin();
    clock.advance(HICCUP_MS);
    standing.noteFailedTry({ ...hangs("not in this part of the world"), class: "not_entitled" });
    const silent = { sourceState: SourceState.SILENT, refusalClass: "not_entitled" };
    expect(standing.report()).to.include({ ...silent, sourceDetail: "not in this part of the world" });
  });

  it("logs each change of state in one line: the class, since when, and after what", () => {
    const { clock, log, standing } = open();
    const round = (...results: FetchResult[]): void => {
      standing.noteRoundBegin();
      clock.advance(1_000);
      for (const result of results) standing.noteResult(result);
      standing.noteRoundEnd(null);
      clock.advance(59_000);
    };
    for (let count = 0; count < 3; count += 1) round(prices(1));
    for (let count = 0; count < 3; count += 1) round(refusal("no answer", "outage"), refusal("no answer", "outage"));
    for (let count = 0; count < 3; count += 1) round(refusal("too fast"));
    for (let count = 0; count < 3; count += 1) round(refusal("too fast"), prices(0));
    const since = at(180_000).toISOString();
    const source = "scripted";
    const [answers, silent, again] = ["the source answers", "the source gives no prices", "the source answers again"];
    expect(log.lines).to.eql([
      { level: "info", message: answers, fields: { source } },
      { level: "warn", message: silent, fields: { source, class: "outage", since, detail: "IBM: no answer" } },
      { level: "warn", message: silent, fields: { source, class: "throttle", since, detail: "IBM: too fast" } },
      { level: "info", message: again, fields: { source, after: "throttle", silent_since: since, silent_s: 361 } },
    ]);
  });

  it("logs silence while the round is under way, and none at the end of one that broke or was stopped", () => {
    const { clock, log, standing } = open();
    standing.noteRoundBegin();
    clock.advance(HICCUP_MS);
    for (let count = 0; count < 3; count += 1) standing.noteFailedTry(hangs());
    expect(log.messages).to.eql(["the source gives no prices"]);
    standing.noteResult(prices(1));
    standing.noteRoundBegin();
    standing.noteRoundEnd("the fetcher is stopping");
    expect(log.messages).to.eql(["the source gives no prices", "the source answers again"]);
  });

  it("takes a source that does not know a symbol for silent only if it has never answered", () => {
    const { standing } = open();
    const round = () => {
      standing.noteRoundBegin();
      standing.noteResult(refusal("no such symbol", "bad_request"));
      standing.noteRoundEnd(null);
      return standing.report();
    };
    expect(round()).to.include({ sourceState: SourceState.SILENT, refusalClass: "bad_request" });
    standing.noteResult(prices(1));
    expect(round()).to.include({ sourceState: SourceState.ANSWERING, refusalClass: "" });
  });

  it("tells when prices come and what the key may still ask, over the wire and back", () => {
    const { key, standing } = open();
    key.state = {
      day: { limit: 25, windowMs: 86_415_000, times: [OPENING_MS, OPENING_MS + 2_000] },
      heldUntilMs: null,
    };
    const [minute, day] = [60_000, 86_400_000];
    standing.notePlan(
      [
        { symbol: "AAPL", cadenceMs: day, nextTimeMs: OPENING_MS + minute, blindUntilMs: OPENING_MS + minute },
        { symbol: "IBM", cadenceMs: 1_500, nextTimeMs: OPENING_MS + minute, blindUntilMs: null },
      ],
      OPENING_MS + minute,
    );
    const report = FetcherReport.decode(FetcherReport.encode(standing.report()).finish());
    expect(report.plans).to.eql([
      { symbol: "AAPL", cadence: { seconds: 86_400, nanos: 0 }, nextTime: at(minute), blindUntil: at(minute) },
      { symbol: "IBM", cadence: { seconds: 1, nanos: 500_000_000 }, nextTime: undefined, blindUntil: undefined },
    ]);
    const window = { seconds: 86_400, nanos: 0 };
    expect(report.budget).to.eql({ used: 2, limit: 25, window, freeTime: at(86_415_000) });
  });

  it("takes a round that broke for silence", () => {
    const { standing } = open();
    standing.noteRoundEnd("no such market");
    expect(standing.report()).to.include({ sourceState: SourceState.SILENT, sourceDetail: "no such market" });
  });

  it("keeps within the contract's limits", () => {
    const { standing } = open();
    standing.noteResult(refusal("x".repeat(900)));
    standing.noteRoundEnd(null);
    expect(standing.report().sourceDetail).to.have.length(500);
  });

  it("tells of the spool and of the next round, over the wire and back", () => {
    const { standing } = open({ size: 7, capacity: 9, oldestFetchTimeMs: OPENING_MS + 60_000, refusedCount: 3 });
    standing.notePlan([], OPENING_MS + 30_000);
    const report = FetcherReport.decode(FetcherReport.encode(standing.report()).finish());
    expect(report).to.deep.include({
      spooledCount: 7,
      spoolCapacity: 9,
      oldestSpooledTime: at(60_000),
      refusedCount: 3,
      nextRoundTime: at(30_000),
    });
    standing.noteRoundBegin();
    expect(standing.report().nextRoundTime, "under way").to.eql(at(0));
    standing.notePlan([], null);
    expect(standing.report().nextRoundTime).to.equal(undefined);
  });
});
