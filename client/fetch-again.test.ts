import { expect } from "chai";
import { setImmediate } from "node:timers/promises";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { FetchAgain, FETCH_AGAIN_AFTER_MS } from "./fetch-again.ts";
import { OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";

function open(onRound: () => Promise<void> = () => Promise.resolve()) {
  const clock = new FakeClock(OPENING_MS);
  const stopping = new AbortController();
  const rounds: [afterMs: number, symbols: readonly string[]][] = [];
  const again = new FetchAgain({
    symbols: () => ["AAPL", "IBM"],
    clock,
    log: new RecordedLog(),
    signal: stopping.signal,
    onRound: (symbols) => {
      rounds.push([clock.now() - OPENING_MS, symbols]);
      return onRound();
    },
  });
  const advance = async (ms: number) => {
    clock.advance(ms);
    await setImmediate();
  };
  return { again, rounds, advance, stopping };
}

describe("FetchAgain", () => {
  it("asks a second later, once for all that were wanted by then", async () => {
    const { again, rounds, advance } = open();
    again.want(["AAPL", "IBM", "AAPL"]);
    await advance(FETCH_AGAIN_AFTER_MS - 1);
    expect(rounds).to.deep.equal([]);
    await advance(1);
    expect(rounds).to.deep.equal([[1_000, ["AAPL", "IBM"]]]);
    await again.ended();
    await advance(60_000);
    expect(rounds).to.have.length(1);
  });

  it("gives what is wanted meanwhile a second of its own", async () => {
    const { again, rounds, advance } = open();
    again.want(["AAPL"]);
    await advance(600);
    again.want(["IBM"]);
    await advance(400);
    expect(rounds).to.deep.equal([[1_000, ["AAPL"]]]);
    await advance(1_000);
    expect(rounds[1]).to.deep.equal([2_000, ["IBM"]]);
    again.want(["IBM"]);
    await advance(1_000);
    expect(rounds[2]).to.deep.equal([3_000, ["IBM"]]);
  });

  it("asks for nothing that is not fetched at all", async () => {
    const { again, rounds, advance } = open();
    again.want(["MSFT"]);
    await advance(5_000);
    expect(rounds).to.deep.equal([]);
  });

  it("ends with the fetcher, also in the middle of its wait, and takes no more", async () => {
    const { again, rounds, advance, stopping } = open();
    again.want(["AAPL"]);
    stopping.abort();
    await again.ended();
    again.want(["IBM"]);
    await advance(5_000);
    expect(rounds).to.deep.equal([]);
  });
});
