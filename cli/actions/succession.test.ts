import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { readInSuccession } from "./succession.ts";

const OVER = new AppError("UNAUTHENTICATED", "SESSION_ENDED", "over");

/** A stream that brings what it is told to. */
class FakeStream implements AsyncIterator<string> {
  isClosed = false;
  readonly #items: (string | Error)[] = [];
  #wake: () => void = () => undefined;

  put(...items: (string | Error)[]): void {
    this.#items.push(...items);
    this.#wake();
  }

  async next(): Promise<IteratorResult<string>> {
    while (this.#items.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    const item = this.#items.shift();
    if (item instanceof Error) throw item;
    return item === undefined || item === "END" ? { done: true, value: undefined } : { done: false, value: item };
  }

  return(): Promise<IteratorResult<string>> {
    this.isClosed = true;
    this.put("END");
    return Promise.resolve({ done: true, value: undefined });
  }
}

describe("readInSuccession()", () => {
  let clock: FakeClock;
  let streams: FakeStream[];
  let told: string[];
  let end: AbortController;
  let prepare: () => Promise<void>;
  let turnMs: number;
  beforeEach(() => {
    clock = new FakeClock(0);
    streams = [];
    told = [];
    end = new AbortController();
    prepare = () => Promise.resolve();
    turnMs = 14 * MINUTE_MS;
  });

  const read = async () => {
    const open = () => {
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    };
    const turns = { open, idOf: (item: string) => item, turnInMs: () => turnMs, prepare: () => prepare() };
    for await (const item of readInSuccession(turns, clock, end.signal)) told.push(item);
  };
  const turns = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (ms: number) => {
    clock.advance(ms);
    await turns();
  };

  it("opens the next before the first ends, and tells what both bring once, losing nothing", async () => {
    const reading = read();
    streams[0]?.put("a", "b");
    await pass(14 * MINUTE_MS);
    expect(streams).to.have.length(2);
    streams[1]?.put("c", "d");
    await turns();
    streams[0]?.put("c", "d", "e");
    await turns();
    streams[1]?.put("e", "f");
    streams[0]?.put(OVER);
    await turns();
    streams[1]?.put("g", "END");
    await reading;
    expect(told).to.deep.equal(["a", "b", "c", "d", "e", "f", "g"]);
  });

  it("does so again and again, with two open at most", async () => {
    const reading = read();
    await pass(14 * MINUTE_MS);
    await pass(14 * MINUTE_MS);
    expect(streams).to.have.length(2);
    streams[0]?.put("END");
    await turns();
    await pass(14 * MINUTE_MS);
    expect(streams).to.have.length(3);
    streams[1]?.put("END");
    streams[2]?.put("x", "END");
    await reading;
    expect(told).to.deep.equal(["x"]);
  });

  it("ends as the last does, with its error", async () => {
    const reading = read();
    streams[0]?.put("a", OVER);
    const error = await reading.catch((failure: unknown) => failure);
    expect([error, told]).to.deep.equal([OVER, ["a"]]);
    expect(clock.sleeping).to.equal(0);
  });

  it("goes on with the first when the next is refused", async () => {
    const reading = read();
    await pass(14 * MINUTE_MS);
    streams[1]?.put(new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", "5 are open already"));
    await turns();
    streams[0]?.put("a", "END");
    await reading;
    expect(told).to.deep.equal(["a"]);
  });

  it("tries again soon when it could not make ready, and no more often than every 5 seconds", async () => {
    let tries = 0;
    prepare = () => (++tries < 3 ? Promise.reject(new Error("away")) : Promise.resolve());
    turnMs = -1;
    const reading = read();
    for (let at = 0; at < 14; at += 1) await pass(SECOND_MS);
    expect([tries, streams.length]).to.deep.equal([2, 1]);
    await pass(SECOND_MS);
    expect([tries, streams.length]).to.deep.equal([3, 2]);
    for (const stream of streams) stream.put("END");
    await reading;
  });

  it("closes what is open when nobody reads on", async () => {
    const open = () => {
      const stream = new FakeStream();
      streams.push(stream);
      stream.put("a");
      return stream;
    };
    const items = readInSuccession({ open, idOf: String, turnInMs: () => turnMs, prepare }, clock, end.signal);
    await items.next();
    await items.return(undefined);
    expect([streams[0]?.isClosed, clock.sleeping]).to.deep.equal([true, 0]);
  });
});
