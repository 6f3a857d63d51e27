import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { fetchOnce } from "./once.ts";
import type { FetchOptions, FetchResult, RefusalClass, Source } from "./sources/source.ts";
import { acknowledgeAll, FakeQuoteServer, type FakeQuoteServerOptions } from "./testing/fake-quote-server.ts";
import { makeBar, makeBars, OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { SpoolFolder } from "./testing/spool-folder.ts";
import { until } from "./testing/until.ts";

const NEVER = new AbortController().signal;

const prices = (symbol: string, count = 1): FetchResult => {
  return { kind: "quotes", symbol, quotes: makeBars(symbol, count), refusedRows: 0, roundedPrices: 0 };
};
const refusal = (symbol: string, why: RefusalClass): FetchResult => {
  return { kind: "refusal", symbol, refusal: { class: why, message: `the words of ${why}`, retryAfterMs: null } };
};

/** The fetcher was told its symbols. */
const PINNED = { followsServer: false, sourceName: "simulator" as const };

describe("fetchOnce()", () => {
  let folder: SpoolFolder;
  let server: FakeQuoteServer;
  let clock: FakeClock;
  beforeEach(async () => {
    folder = new SpoolFolder();
    clock = new FakeClock(OPENING_MS + 500);
    server = await FakeQuoteServer.start({ onBatch: acknowledgeAll });
  });
  afterEach(() => {
    server.close();
    folder.remove();
  });

  async function serve(onBatch: FakeQuoteServerOptions["onBatch"]) {
    server.close();
    server = await FakeQuoteServer.start({ onBatch });
  }

  interface Run {
    readonly symbols?: readonly string[];
    readonly diagnose?: AppError;
    /** From when on time goes on. */
    readonly timeGoesOn?: (log: RecordedLog) => boolean;
  }

  async function run(results: FetchResult[], { symbols, diagnose, timeGoesOn = () => false }: Run = {}) {
    const asked: FetchOptions[] = [];
    const source: Source = {
      name: "scripted",
      async *fetch(_symbols, _signal, options = {}) {
        asked.push(options);
        yield* await Promise.resolve(results);
      },
    };
    const config = {
      symbols: symbols ?? results.map(({ symbol }) => symbol),
      ...PINNED,
      spoolFile: folder.file(),
      spoolQuotesMax: 1_000,
    };
    const log = new RecordedLog();
    const why = diagnose === undefined ? {} : { diagnose: () => Promise.resolve(diagnose) };
    const progress = { isDone: false };
    const answered: string[] = [];
    const requests = { answers: { noteAnswer: (symbol: string) => void answered.push(symbol) } };
    const once = fetchOnce(config, { clock, log, source, client: server.client(), requests, ...why }, NEVER);
    const done = once.finally(() => (progress.isDone = true));
    await until(() => {
      if (timeGoesOn(log)) clock.advance(50);
      return progress.isDone;
    });
    return { ...(await done), asked, answered };
  }

  const onceLost = (log: RecordedLog): boolean => log.messages.some((message) => message.startsWith("no connection"));

  it("says stored of what the server has, in the order of the symbols, and asks each question once", async () => {
    const { outcomes, failure, asked } = await run([prices("IBM", 3), prices("AAPL")], {
      symbols: ["AAPL", "IBM"],
    });
    expect(outcomes).to.deep.equal([
      { symbol: "AAPL", result: "stored", quotes: 1, message: "" },
      { symbol: "IBM", result: "stored", quotes: 3, message: "" },
    ]);
    expect([failure, server.quotes.length, asked[0]?.tries]).to.deep.equal([null, 4, 1]);
    expect(folder.open().spool.size).to.equal(0);
  });

  it("remembers for the next fetcher who was answered for", async () => {
    const { answered } = await run([prices("IBM"), refusal("AAPL", "no_data")]);
    expect(answered).to.deep.equal(["IBM"]);
  });

  it("says of the others what the source said", async () => {
    const classes = ["throttle", "daily_quota", "not_entitled", "bad_key", "no_data", "outage"] as const;
    const { outcomes, failure } = await run(classes.map((why, at) => refusal(`S${at}`, why)));
    expect(outcomes.map(({ result, quotes, message }) => [result, quotes, message])).to.deep.equal(
      classes.map((why) => [why, 0, `the words of ${why}`]),
    );
    expect(failure).to.equal(null);
  });

  it("says that there is nothing yet where an answer holds no price that has begun", async () => {
    const { outcomes } = await run([prices("AAPL", 0)]);
    expect(outcomes[0]).to.include({ result: "no_data", quotes: 0 });
  });

  it("says what the server refused", async () => {
    await serve((batch, stream) => stream.acknowledge(batch.sequence, [{ index: 0, reason: "QUOTE_INVALID" }]));
    const { outcomes, failure } = await run([prices("AAPL"), prices("IBM", 2)]);
    expect(outcomes.map(({ result }) => result).sort()).to.deep.equal(["refused", "stored"]);
    const refused = outcomes.find(({ result }) => result === "refused");
    expect(refused?.message).to.equal("the server refused 1: QUOTE_INVALID no");
    expect(failure).to.equal(null);
  });

  it("leaves in the spool what an absent server did not take, and says why", async () => {
    server.stop();
    const why = new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "nobody listens", { hint: "./bell up" });
    const { outcomes, failure } = await run([prices("AAPL", 2), refusal("IBM", "no_data")], {
      diagnose: why,
      timeGoesOn: onceLost,
    });
    expect(outcomes.map(({ result }) => result)).to.deep.equal(["spooled", "no_data"]);
    expect(outcomes[0]?.message).to.equal("2 of them wait in the spool: the server has not taken them");
    expect(failure).to.include({
      code: "UNAVAILABLE",
      reason: "SERVER_UNREACHABLE",
      message: "nobody listens: 2 quotes wait in the spool; the next fetcher sends what waits",
      hint: "./bell up",
    });
    expect(folder.open().spool.size).to.equal(2);
  });

  it("does not call the server away when there was nothing to send", async () => {
    server.stop();
    const { outcomes, failure } = await run([refusal("IBM", "no_data")], { timeGoesOn: () => true });
    expect([outcomes[0]?.result, failure]).to.deep.equal(["no_data", null]);
  });

  it("says that a clock is behind when the server puts quotes off", async () => {
    await serve((batch, stream) => stream.acknowledge(batch.sequence, [{ index: 0, reason: "CLOCK_BEHIND" }]));
    const { outcomes, failure } = await run([prices("AAPL")]);
    expect([outcomes[0]?.result, failure?.reason]).to.deep.equal(["spooled", "CLOCK_BEHIND"]);
  });

  it("gives up a server that never acknowledges", async () => {
    await serve(() => undefined);
    const { outcomes, failure } = await run([prices("AAPL")], { timeGoesOn: () => server.batches.length > 0 });
    expect([outcomes[0]?.result, failure?.code]).to.deep.equal(["spooled", "DEADLINE_EXCEEDED"]);
  });

  it("sends what an earlier fetcher left, too", async () => {
    const left = folder.open();
    await left.spool.put([makeBar("V", 0)], NEVER);
    left.close();
    await run([prices("AAPL")]);
    expect(server.quotes.map(({ symbol }) => symbol).sort()).to.deep.equal(["AAPL", "V"]);
  });

  it("ends with the signal's reason, and keeps what it had", async () => {
    const stop = new AbortController();
    const source: Source = {
      name: "scripted",
      async *fetch(_symbols, signal) {
        yield await Promise.resolve(prices("AAPL"));
        stop.abort(new Error("stop"));
        signal.throwIfAborted();
      },
    };
    server.stop();
    const config = { symbols: ["AAPL"], ...PINNED, spoolFile: folder.file(), spoolQuotesMax: 1_000 };
    const deps = { clock, log: new RecordedLog(), source, client: server.client() };
    const progress = { isDone: false };
    const once = fetchOnce(config, deps, stop.signal)
      .catch((error: unknown) => error)
      .finally(() => (progress.isDone = true));
    await until(() => {
      clock.advance(100);
      return progress.isDone;
    });
    expect(await once)
      .to.be.instanceOf(Error)
      .with.property("message", "stop");
    expect(folder.open().spool.size).to.equal(1);
  });
});
