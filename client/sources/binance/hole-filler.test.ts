import { expect } from "chai";
import { HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../../domain/time.ts";
import { SkippingClock } from "../../../test/support/skipping-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { refusalOf } from "../refusal.ts";
import type { Hole, StreamResult } from "../source.ts";
import { HoleFiller } from "./hole-filler.ts";
import type { Klines, KlinesWanted } from "./klines.ts";
import type { MinuteBar } from "./minute-bar.ts";
import { SymbolFeed } from "./symbol-feed.ts";

const NOW = Date.UTC(2026, 4, 12, 10, 0, 20);
const MINUTE = Math.floor(NOW / MINUTE_MS) * MINUTE_MS;

function barsOf({ fromMs, untilMs }: { fromMs: TimeMs; untilMs: TimeMs }, limit: number, now: TimeMs): MinuteBar[] {
  const bars: MinuteBar[] = [];
  for (let startMs = fromMs; startMs < Math.min(untilMs, now) && bars.length < limit; startMs += MINUTE_MS) {
    bars.push({ startMs, open: 100, high: 120, low: 90, close: 110, volume: { units: 5n, scale: 0 } });
  }
  return bars;
}

/** One symbol's filler, and an exchange that answers a question after so long with so many bars at most; null: never. */
class World {
  readonly clock = new SkippingClock(NOW);
  readonly feed = new SymbolFeed("BTCUSDT", { id: 1, timeMs: MINUTE - HOUR_MS });
  readonly results: StreamResult[] = [];
  readonly asked: KlinesWanted[] = [];
  limit = 1_000;
  answerMs: number | null = 100;
  /** Until when there was no room for an answer; null: there is none. */
  fullUntil: number | null = -Infinity;
  isRefused = false;
  isSimulated = false;
  /** So many answers have their last bar only, and rows that are none. */
  spoilt = 0;
  /** What the line is known as so far. */
  source = "binance";
  readonly filler: HoleFiller;

  constructor() {
    const { clock, feed } = this;
    const onResult = (result: StreamResult): void => void this.results.push(result);
    const parts = { clock, log: new RecordedLog(), random: () => 0.5, source: () => this.source };
    const ask = (_: string, wanted: KlinesWanted, signal: AbortSignal) => this.#answer(wanted, signal);
    const fullUntil = () => this.fullUntil ?? clock.monotonic();
    const klines = {
      ask,
      get fullUntil() {
        return fullUntil();
      },
    };
    this.filler = new HoleFiller({ ...parts, feed, klines, onResult, onSimulated: () => (this.source = "simulator") });
  }

  get minutes(): number[] {
    return this.results.flatMap((result) => (result.kind === "quotes" ? result.quotes : [])).map(({ quoteTimeMs }) => (quoteTimeMs - MINUTE) / MINUTE_MS); // prettier-ignore
  }

  get holes(): Hole[] {
    return this.results.flatMap((result) => (result.kind === "hole" ? [result.hole] : []));
  }

  /** Whether what is heard now is handed on. */
  goesOn(): boolean {
    const { feed, clock } = this;
    feed.take({ symbol: "BTCUSDT", id: (feed.last?.id ?? 0) + 1, timeMs: clock.now(), price: 1, rounded: false, quantity: { units: 1n, scale: 0 } }); // prettier-ignore
    return feed.takeDue(clock.monotonic(), "binance", clock.now()) !== null;
  }

  async pass(ms: number): Promise<void> {
    await this.clock.runUntil(this.clock.now() + ms);
  }

  async #answer(wanted: KlinesWanted, signal: AbortSignal): Promise<Klines> {
    const { clock } = this;
    this.asked.push(wanted);
    await clock.sleep(this.answerMs ?? Infinity, signal);
    if (this.isRefused || "newest" in wanted) return { kind: "refusal", refusal: refusalOf("outage", "none") };
    const all = barsOf(wanted, this.limit, clock.now());
    const isSpoilt = (this.spoilt -= 1) >= 0;
    const bars = isSpoilt ? all.slice(-1) : all;
    return {
      kind: "bars",
      bars,
      refusedRows: all.length - bars.length,
      roundedPrices: 0,
      isSimulated: this.isSimulated,
      fetchTimeMs: clock.now(),
    };
  }
}

describe("HoleFiller", () => {
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => world.filler.close());

  it("asks on where answers end early, before anything newer goes on", async () => {
    world.limit = 7;
    world.filler.begin(MINUTE - HOUR_MS);
    await world.pass(SECOND_MS / 2);
    expect(world.goesOn()).to.equal(false);
    await world.pass(2 * SECOND_MS);
    expect([...new Set(world.minutes)]).to.eql(Array.from({ length: 60 }, (_, at) => at - 60));
    expect(world.goesOn()).to.equal(true);
    await world.pass(5 * MINUTE_MS);
    expect(world.holes).to.eql([]);
  });

  it("calls the bars of a simulated exchange so, though no trade has shown yet that it is one", async () => {
    world.isSimulated = true;
    world.filler.begin(MINUTE - HOUR_MS);
    await world.pass(SECOND_MS);
    const quotes = world.results.flatMap((result) => (result.kind === "quotes" ? result.quotes : []));
    expect(quotes).to.have.length(60);
    expect(new Set(quotes.map(({ source }) => source))).to.eql(new Set(["simulator"]));
  });

  it("tells nothing to be missing that answers bring one after the other, however late it is", async () => {
    world.isRefused = true;
    world.filler.begin(MINUTE - HOUR_MS);
    await world.pass(3 * MINUTE_MS);
    expect(world.holes).to.have.length(1);
    [world.isRefused, world.limit] = [false, 7];
    await world.pass(6 * MINUTE_MS);
    expect(new Set(world.minutes).size).to.equal(62);
    expect(world.holes).to.have.length(1);
  });

  it("lets newer prices wait a minute for an answer that does not come, and no longer", async () => {
    world.answerMs = null;
    world.filler.begin(MINUTE - HOUR_MS);
    await world.pass(MINUTE_MS - 1);
    expect(world.goesOn()).to.equal(false);
    await world.pass(1);
    expect(world.goesOn()).to.equal(true);
    expect(world.holes).to.have.length(1);
  });

  it("lets them wait on while there is no room for older ones, and for a minute from then on", async () => {
    [world.answerMs, world.fullUntil] = [null, null];
    world.filler.begin(MINUTE - HOUR_MS);
    await world.pass(HOUR_MS);
    expect([world.goesOn(), world.holes]).to.eql([false, []]);
    world.fullUntil = world.clock.monotonic();
    await world.pass(MINUTE_MS - 1);
    expect(world.goesOn()).to.equal(false);
    await world.pass(1);
    expect([world.goesOn(), world.holes.length]).to.eql([true, 1]);
  });

  it("lets the first prices of all wait no longer either", async () => {
    world.answerMs = null;
    world.filler.begin(null);
    await world.pass(MINUTE_MS);
    expect(world.goesOn()).to.equal(true);
    expect(world.holes).to.eql([]);
  });

  it("lets them wait on as long as older ones come", async () => {
    [world.limit, world.answerMs] = [20, 40 * SECOND_MS];
    world.filler.begin(MINUTE - HOUR_MS);
    await world.pass(100 * SECOND_MS);
    expect(world.goesOn()).to.equal(false);
    await world.pass(MINUTE_MS);
    expect(world.goesOn()).to.equal(true);
    expect(world.holes).to.eql([]);
  });

  it("lets them wait no longer because it begins again and again", async () => {
    world.isRefused = true;
    for (let at = 0; at < 7; at += 1) {
      world.filler.begin(MINUTE - HOUR_MS + at);
      await world.pass(9 * SECOND_MS);
    }
    expect(world.goesOn()).to.equal(true);
    const told = world.holes.length;
    world.filler.begin(MINUTE);
    await world.pass(SECOND_MS);
    expect(world.goesOn(), "nothing has come since").to.equal(true);
    expect(world.holes.length).to.equal(told + 1);
    world.isRefused = false;
    await world.pass(10 * MINUTE_MS);
    world.answerMs = null;
    world.filler.begin(MINUTE + MINUTE_MS);
    await world.pass(SECOND_MS);
    expect(world.goesOn(), "the exchange answers again").to.equal(false);
  });

  it("asks again where an answer has rows that are none, twice, before it tells what is missing", async () => {
    world.spoilt = 2;
    world.filler.begin(MINUTE - HOUR_MS);
    await world.pass(5 * SECOND_MS);
    expect(world.holes).to.eql([]);
    expect(new Set(world.minutes).size).to.equal(60);
    world.spoilt = 3;
    world.filler.begin(MINUTE - HOUR_MS);
    await world.pass(5 * SECOND_MS);
    expect(world.holes).to.have.length(1);
    expect(world.goesOn()).to.equal(true);
  });

  it("asks for the minute before, too, where listening begins with a minute", async () => {
    await world.clock.runUntil(MINUTE + MINUTE_MS + SECOND_MS);
    world.filler.begin(null);
    await world.pass(SECOND_MS);
    expect(world.asked[0]).to.deep.include({ fromMs: MINUTE });
  });
});
