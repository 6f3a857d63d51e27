import { expect } from "chai";
import type { Quote } from "../domain/quote.ts";
import { FetchRound } from "./fetch-round.ts";
import type { FetchResult, Refusal, RefusalClass, Source } from "./sources/source.ts";
import { makeBar } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";

const NEVER = new AbortController().signal;
const SYMBOLS = ["AAPL", "IBM"];

function prices(symbol: string, quotes: readonly Quote[] = [makeBar(symbol, 0)]): FetchResult {
  return { kind: "quotes", symbol, quotes, refusedRows: 2, roundedPrices: 1 };
}

function refusal(symbol: string, refusalClass: RefusalClass): FetchResult {
  return { kind: "refusal", symbol, refusal: { class: refusalClass, message: "the words of it", retryAfterMs: null } };
}

/** A source that answers each round with the next of these. */
function sourceOf(rounds: FetchResult[][]): Source & { asked: (readonly string[])[]; options: unknown[] } {
  const asked: (readonly string[])[] = [];
  const options: unknown[] = [];
  return {
    name: "scripted",
    asked,
    options,
    async *fetch(symbols, signal, how) {
      asked.push(symbols);
      options.push(how);
      for (const result of rounds.shift() ?? []) {
        signal.throwIfAborted();
        yield await Promise.resolve(result);
      }
    },
  };
}

function open(rounds: FetchResult[][], put: (quotes: readonly Quote[]) => Promise<void> = () => Promise.resolve()) {
  const log = new RecordedLog();
  const taken: Quote[] = [];
  const sink = {
    put: async (quotes: readonly Quote[]) => {
      await put(quotes);
      taken.push(...quotes);
    },
  };
  const source = sourceOf(rounds);
  return { log, taken, source, round: new FetchRound({ source, sink, log }) };
}

describe("FetchRound", () => {
  it("asks for every symbol and hands on what comes, answer by answer", async () => {
    const { round, taken, source } = open([[prices("AAPL"), prices("IBM", [makeBar("IBM", 0), makeBar("IBM", 1)])]]);
    expect(await round.run(SYMBOLS, NEVER)).to.eql({ quotes: 3, refusals: 0 });
    expect(source.asked).to.eql([SYMBOLS]);
    expect(taken).to.eql([makeBar("AAPL", 0), makeBar("IBM", 0), makeBar("IBM", 1)]);
  });

  it("asks for some symbols only, as it is told to, until a refusal that ends the round", async () => {
    const { round, taken, source } = open([[prices("IBM"), refusal("AAPL", "outage"), prices("V")]]);
    const ends = ({ class: refused }: Refusal): boolean => refused === "outage";
    expect(await round.run(["IBM", "AAPL", "V"], NEVER, { ends, tries: 1 })).to.eql({ quotes: 1, refusals: 1 });
    expect(source.asked).to.eql([["IBM", "AAPL", "V"]]);
    expect(source.options[0]).to.include({ tries: 1 });
    expect(taken).to.eql([makeBar("IBM", 0)]);
  });

  it("goes on with the other symbols after a refusal", async () => {
    const { round, taken } = open([[refusal("AAPL", "no_data"), prices("IBM")]]);
    expect(await round.run(SYMBOLS, NEVER)).to.eql({ quotes: 1, refusals: 1 });
    expect(taken).to.eql([makeBar("IBM", 0)]);
  });

  it("says each change of what a symbol gets once, not every round", async () => {
    const { round, log } = open([
      [refusal("AAPL", "throttle"), prices("IBM")],
      [refusal("AAPL", "throttle"), prices("IBM")],
      [refusal("AAPL", "daily_quota"), prices("IBM", [])],
      [prices("AAPL"), prices("IBM")],
      [prices("AAPL"), refusal("IBM", "outage")],
    ]);
    for (let count = 0; count < 5; count += 1) await round.run(SYMBOLS, NEVER);
    const said = log.lines.filter(({ level }) => level !== "debug");
    expect(said.map(({ level, fields }) => ({ level, ...fields }))).to.eql([
      { level: "info", symbol: "IBM" },
      { level: "warn", symbol: "AAPL", refusal: "throttle", detail: "the words of it" },
      { level: "warn", symbol: "AAPL", refusal: "daily_quota", detail: "the words of it" },
      { level: "info", symbol: "AAPL", after: "daily_quota" },
      { level: "warn", symbol: "IBM", refusal: "outage", detail: "the words of it" },
    ]);
  });

  it("says nothing of each symbol when the source answers nobody: that is told of the source", async () => {
    const { round, log } = open([
      [prices("AAPL"), prices("IBM")],
      [refusal("AAPL", "outage"), refusal("IBM", "outage")],
      [refusal("AAPL", "throttle"), refusal("IBM", "daily_quota")],
      [prices("AAPL"), prices("IBM")],
      [refusal("AAPL", "outage"), refusal("IBM", "no_data")],
    ]);
    const said: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      await round.run(SYMBOLS, NEVER);
      said.push(log.messages.length);
    }
    expect(said).to.eql([2, 2, 2, 2, 4]);
  });

  it("logs each parsed answer at debug, with its newest quote, before it is handed on", async () => {
    const { round, log } = open([[prices("AAPL", [makeBar("AAPL", 0), makeBar("AAPL", 1, { close: 101.5 })])]], () => {
      expect(log.lines.at(-1)).to.eql({
        level: "debug",
        message: "answer parsed",
        fields: {
          symbol: "AAPL",
          quotes: 2,
          refused_rows: 2,
          rounded_prices: 1,
          quote_time: "2026-05-15T13:31:00.000Z",
          close: 101.5,
        },
      });
      return Promise.resolve();
    });
    expect(await round.run(SYMBOLS, NEVER)).to.eql({ quotes: 2, refusals: 0 });
  });

  it("takes the next answer only when the sink has room", async () => {
    const room = Promise.withResolvers<undefined>();
    const { round, log } = open([[prices("AAPL"), prices("IBM")]], () => room.promise);
    const running = round.run(SYMBOLS, NEVER);
    await new Promise(setImmediate);
    expect(log.lines.filter(({ message }) => message === "answer parsed")).to.have.length(1);
    room.resolve(undefined);
    expect(await running).to.eql({ quotes: 2, refusals: 0 });
  });

  it("tells its watcher of each answer, when that is taken in, and of failed tries", async () => {
    const said: string[] = [];
    const source: Source = {
      name: "scripted",
      async *fetch(_symbols, _signal, { onFailedTry } = {}) {
        onFailedTry?.({ class: "outage", message: "no answer", retryAfterMs: null });
        yield await Promise.resolve(refusal("AAPL", "outage"));
        yield prices("IBM");
      },
    };
    const watcher = {
      noteResult: ({ symbol }: FetchResult) => void said.push(symbol),
      noteTaken: () => void said.push("taken"),
      noteFailedTry: ({ message }: Refusal) => void said.push(message),
    };
    const sink = { put: () => Promise.resolve(void said.push("put")) };
    await new FetchRound({ source, sink, log: new RecordedLog(), watcher }).run(SYMBOLS, NEVER);
    expect(said).to.eql(["no answer", "AAPL", "IBM", "put", "taken"]);
  });

  it("throws the signal's reason when it is stopped", async () => {
    const stop = new AbortController();
    const { round, taken } = open([[prices("AAPL"), prices("IBM")]], () => {
      stop.abort(new Error("stopping"));
      return Promise.resolve();
    });
    const outcome = await round.run(SYMBOLS, stop.signal).catch((error: unknown) => error);
    expect(outcome).to.have.property("message", "stopping");
    expect(taken).to.eql([makeBar("AAPL", 0)]);
  });
});
