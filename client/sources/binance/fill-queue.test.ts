import { expect } from "chai";
import { MINUTE_MS, SECOND_MS } from "../../../domain/time.ts";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { makeBar, OPENING_MS } from "../../testing/make-quote.ts";
import type { StreamResult } from "../source.ts";
import { FillQueue, WAITING_MAX } from "./fill-queue.ts";
import type { Klines } from "./klines.ts";

const ANSWER: Klines = { kind: "bars", bars: [], refusedRows: 0, roundedPrices: 0, isSimulated: false, fetchTimeMs: 0 };
const WANTED = { fromMs: 0, untilMs: MINUTE_MS };

function quotes(count: number): StreamResult {
  const one = makeBar("BTCUSDT", 0);
  return { kind: "quotes", symbol: "BTCUSDT", quotes: Array.from({ length: count }, () => one), refusedRows: 0, roundedPrices: 0 }; // prettier-ignore
}

describe("FillQueue", () => {
  let clock: FakeClock;
  let asked: string[];
  let queue: FillQueue;
  beforeEach(() => {
    clock = new FakeClock(OPENING_MS);
    asked = [];
    const ask = (symbol: string, _: unknown, signal: AbortSignal): Promise<Klines> => {
      asked.push(symbol);
      return signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve(ANSWER);
    };
    queue = new FillQueue({ klines: { ask }, clock });
  });
  const ask = (symbol: string, signal = new AbortController().signal) => queue.ask(symbol, WANTED, signal);
  /** All that goes on without waiting for anything has done so. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("hands on in order, and asks as long as there is room", async () => {
    queue.push(quotes(WAITING_MAX - 1));
    expect(await ask("BTCUSDT")).to.equal(ANSWER);
    queue.push(quotes(2));
    const [first, second] = [queue.shift(), queue.shift()];
    expect([first, second].map((one) => one?.kind === "quotes" && one.quotes.length)).to.eql([WAITING_MAX - 1, 2]);
    expect(queue.shift()).to.equal(undefined);
  });

  it("asks nothing while there is none, of however many symbols, and one after the other when there is again", async () => {
    queue.push(quotes(10));
    queue.push(quotes(WAITING_MAX - 10));
    const answers = [ask("BTCUSDT"), ask("ETHUSDT").finally(() => queue.push(quotes(10))), ask("SOLUSDT")];
    await settled();
    expect(asked).to.eql([]);
    queue.shift();
    await Promise.all(answers.slice(0, 2));
    await settled();
    expect(asked).to.eql(["BTCUSDT", "ETHUSDT"]);
    queue.shift();
    await Promise.all(answers);
    expect(asked).to.eql(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
  });

  it("waits for room no longer than whoever asks", async () => {
    queue.push(quotes(WAITING_MAX));
    const stop = new AbortController();
    const [ended, other] = [ask("BTCUSDT", stop.signal).catch((error: unknown) => error), ask("ETHUSDT")];
    await settled();
    stop.abort(new Error("it is over"));
    expect(await ended).to.equal(stop.signal.reason);
    queue.shift();
    expect(await other).to.equal(ANSWER);
  });

  it("knows until when there was no room, and counts what is no price too", () => {
    expect(queue.fullUntil).to.equal(-Infinity);
    const refusal = { class: "outage", message: "none", retryAfterMs: null } as const;
    for (let count = 0; count < WAITING_MAX; count += 1) queue.push({ kind: "refusal", symbol: "BTCUSDT", refusal });
    clock.advance(SECOND_MS);
    expect(queue.fullUntil).to.equal(clock.monotonic());
    queue.shift();
    const freeAt = clock.monotonic();
    clock.advance(SECOND_MS);
    expect(queue.fullUntil).to.equal(freeAt);
  });
});
