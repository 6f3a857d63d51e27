import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { DAY_WINDOW_MS } from "../rate-limiter.ts";
import { announce, announceSchedule } from "./announce.ts";
import { UNKNOWN, type KnownSymbol } from "./known-symbol.ts";
import type { Pace } from "./pace.ts";
import { planNext, type PlanInput } from "./plan-next.ts";

const at = (time: string): number => Date.parse(time);
const DAYS: Pace = { kind: "days", sessionRounds: 0, spreadMs: 0 };
const MINUTES: Pace = { kind: "minutes", stretch: "extended", everyMs: MINUTE_MS, lagMs: 0 };
/** A Friday. */
const MORNING = at("2026-05-15T10:00-04:00");
const EVENING = at("2026-05-15T18:15-04:00");
const MONDAY = at("2026-05-18T18:15-04:00");
const THURSDAY = at("2026-05-14T18:15:30-04:00");

/** Answered then, with the prices that there were. */
function answered(timeMs: number, changes: Partial<KnownSymbol> = {}): KnownSymbol {
  return { ...UNKNOWN, answerTimeMs: timeMs, asOfMs: timeMs - 2 * HOUR_MS, ...changes };
}

interface World extends Partial<Omit<PlanInput, "symbols" | "knownOf" | "key">> {
  readonly known?: Readonly<Record<string, KnownSymbol>>;
  readonly alerts?: readonly string[];
  /** Requests in the last 24 hours. */
  readonly times?: readonly number[] | null;
  readonly limit?: number;
  readonly heldUntilMs?: number;
}

function inputOf(world: World): PlanInput {
  const { known = {}, alerts = [], times = [], limit = 25, heldUntilMs = null, ...rest } = world;
  const symbols = Object.keys(known).map((symbol) => ({ symbol, hasAlerts: alerts.includes(symbol) }));
  const day = times === null ? null : { limit, windowMs: DAY_WINDOW_MS, times };
  const plain = { now: MORNING, pace: DAYS, refusedTimeMs: null, waitMs: 0, ...rest };
  return { ...plain, symbols, knownOf: (symbol) => known[symbol] ?? UNKNOWN, key: { day, heldUntilMs } };
}

/** As `AAPL first +0m` from now on. */
function planned(world: World): string[] {
  const input = inputOf(world);
  return planNext(input).map(({ symbol, why, timeMs }) => `${symbol} ${why} +${(timeMs - input.now) / MINUTE_MS}m`);
}

const many = (count: number, known: KnownSymbol): Record<string, KnownSymbol> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`S${index}`, known]));
const times = (count: number, timeMs: number): number[] =>
  Array.from({ length: count }, (_, at) => timeMs + at * 1_500);

describe("planNext() for a key with a day's limit", () => {
  it("asks for everything at once at the very first start", () => {
    expect(planned({ known: { A: UNKNOWN, B: UNKNOWN } })).to.eql(["A first +0m", "B first +0m"]);
    const twenty = planned({ known: many(20, UNKNOWN) });
    expect(twenty.filter((one) => one.endsWith("first +0m"))).to.have.length(20);
  });

  it("asks for nothing that was answered since the day's prices were told, until the next day's are", () => {
    expect(planned({ now: EVENING + HOUR_MS, known: { A: answered(EVENING + 1_000) } })).to.eql([
      `A close +${(MONDAY - EVENING) / MINUTE_MS - 60}m`,
    ]);
    expect(planned({ known: { A: answered(THURSDAY) } })).to.eql([`A close +${(EVENING - MORNING) / MINUTE_MS}m`]);
  });

  it("asks after the close, symbols with alerts first, and then whoever has waited longest", () => {
    const known = { A: answered(THURSDAY), B: answered(THURSDAY - 1), C: answered(THURSDAY + 1), D: UNKNOWN };
    const asked = planned({ now: EVENING, known, alerts: ["C"] });
    expect(asked).to.eql(["C close +0m", "D first +0m", "B close +0m", "A close +0m"]);
  });

  it("makes up for a round that was missed", () => {
    expect(planned({ now: EVENING + 3 * HOUR_MS, known: { A: answered(THURSDAY) } })).to.eql(["A close +0m"]);
  });

  it("lets more symbols than there are requests take turns, those with alerts before the others", () => {
    const known = { ...many(30, answered(THURSDAY)), X: answered(EVENING - HOUR_MS) };
    const asked = planned({ now: EVENING, known, alerts: ["X"] });
    expect(asked[0]).to.equal("X close +0m");
    expect(asked.filter((one) => one.endsWith("+0m"))).to.have.length(25);
    expect(asked.slice(25).every((one) => one.endsWith(`+${DAY_WINDOW_MS / MINUTE_MS}m`))).to.equal(true);
  });

  it("waits for requests to leave the window, one by one", () => {
    const known = many(3, answered(THURSDAY));
    const asked = planned({ now: EVENING, known, limit: 3, times: [EVENING - DAY_MS, EVENING - HOUR_MS, EVENING - 1] });
    const free = [0, 23 * HOUR_MS, DAY_MS - 1].map((ms) => (ms + DAY_WINDOW_MS - DAY_MS) / MINUTE_MS);
    expect(asked.map((one) => one.replace(/.*\+/, ""))).to.eql(free.map((minutes) => `${minutes}m`));
  });

  it("keeps the requests that the round after the close needs from new symbols and from tries again", () => {
    const failed = answered(THURSDAY - 3 * DAY_MS, { failedTimeMs: THURSDAY + HOUR_MS, failures: 2 });
    const known = { ...many(10, answered(THURSDAY)), NEW: UNKNOWN, BAD: failed };
    const used = (count: number) => ({ times: times(count, MORNING - HOUR_MS) });
    expect(planned({ known, ...used(11) }).slice(0, 2)).to.eql(["NEW first +0m", "BAD retry +0m"]);
    expect(planned({ known, ...used(12) }).slice(0, 2)).to.eql(["NEW first +0m", "BAD close +495m"]);
    expect(planned({ known, ...used(13) })[0]).to.eql("NEW close +495m");
    const long = { times: times(25, EVENING - DAY_WINDOW_MS) };
    expect(planned({ known, ...long })[0], "nothing is free now").to.match(/\+495/);
  });

  it("does not keep what is free again by then", () => {
    const saturday = at("2026-05-16T12:00-04:00");
    const known = { ...many(20, answered(EVENING + 1)), NEW: UNKNOWN };
    expect(planned({ now: saturday, known, times: times(20, EVENING) })[0]).to.equal("NEW first +0m");
  });

  it("tries again after a while what came without the day's prices, and what was refused", () => {
    const now = EVENING + HOUR_MS;
    const late = answered(EVENING + 1_000, { asOfMs: THURSDAY, failedTimeMs: EVENING + 1_000, failures: 1 });
    expect(planned({ now, known: { A: { ...late, waitMs: 20 * MINUTE_MS } } })).to.eql(["A retry +20m"]);
    const refused = answered(THURSDAY, { failedTimeMs: EVENING + 1_000, failures: 1, waitMs: 20 * MINUTE_MS });
    expect(planned({ now, known: { A: refused } })).to.eql(["A retry +20m"]);
    const before = { ...refused, failedTimeMs: EVENING - 1_000 };
    expect(planned({ now: EVENING, known: { A: before } }), "a new day's prices").to.eql(["A close +0m"]);
  });

  it("asks for nobody while the source refuses everything, and then for everybody as for a try again", () => {
    const refusedTimeMs = EVENING + 2_000;
    const world = { now: EVENING + 3_000, known: many(2, answered(THURSDAY)), refusedTimeMs, waitMs: 5 * MINUTE_MS };
    expect(planned(world)).to.eql(["S0 retry +5m", "S1 retry +5m"]);
    const before = { ...world, now: THURSDAY, refusedTimeMs: THURSDAY - 1_000 };
    const spent = { ...before, known: many(20, answered(THURSDAY - DAY_MS)), times: times(6, THURSDAY - 20_000) };
    const tries = planned(spent).filter((one) => one.includes("retry"));
    expect(tries, "only from what is left over").to.have.length(5);
  });

  it("asks for nobody while the service has said so", () => {
    const heldUntilMs = MORNING + 2 * HOUR_MS;
    expect(planned({ known: { A: UNKNOWN, B: answered(THURSDAY) }, heldUntilMs })).to.eql([
      "A first +120m",
      "B close +495m",
    ]);
  });

  it("does not take an answer that seems to come from the future for one", () => {
    expect(planned({ known: { A: answered(MORNING + DAY_MS) } })).to.eql(["A first +0m"]);
    expect(planned({ known: { A: answered(MORNING + 1_000) } })[0]).to.match(/^A close/);
  });

  it("spreads rounds over the session where its prices are told, for symbols with alerts if there are any", () => {
    const pace: Pace = { ...DAYS, sessionRounds: 1 };
    const known = { A: answered(MORNING), B: answered(MORNING) };
    expect(planned({ pace, known })).to.eql(["A session +165m", "B session +165m"]);
    expect(planned({ pace, known, alerts: ["B"] })).to.eql(["B session +165m", "A close +495m"]);
    const tight = { times: times(23, MORNING - HOUR_MS) };
    expect(planned({ pace, known, ...tight }), "the round after the close comes first").to.eql([
      "A close +495m",
      "B close +495m",
    ]);
  });
});

describe("planNext() for a key with requests to spare", () => {
  const world: World = { pace: MINUTES, times: null };

  it("asks every minute while the market trades, all symbols in one round", () => {
    const known = { A: answered(MORNING - 58_000), B: answered(MORNING - 57_000) };
    expect(planned({ ...world, now: MORNING + 2_000, known })).to.eql(["A minute +0m", "B minute +0m"]);
    expect(planned({ ...world, now: MORNING + 3_000, known: { A: answered(MORNING + 2_500) } })[0]).to.match(
      /^A minute/,
    );
  });

  it("asks once more after the close, and then for nothing until the market trades again", () => {
    const closed = at("2026-05-15T20:00:02-04:00");
    expect(planned({ ...world, now: closed, known: { A: answered(closed - MINUTE_MS) } })).to.eql(["A close +0m"]);
    const known = { A: answered(closed + 1_000) };
    const opens = at("2026-05-18T04:01:02-04:00");
    expect(planned({ ...world, now: closed + HOUR_MS, known })).to.eql([
      `A minute +${(opens - closed - HOUR_MS) / MINUTE_MS}m`,
    ]);
  });

  it("leaves a symbol alone for a while that it asks for in vain", () => {
    const known = { A: { ...UNKNOWN, failures: 3, failedTimeMs: MORNING, waitMs: 15 * MINUTE_MS } };
    expect(planned({ ...world, known })).to.eql(["A retry +15m"]);
  });
});

describe("announce()", () => {
  const announced = (world: World) => {
    const input = inputOf(world);
    return announce(input, planNext(input))[0];
  };

  it("says of a free key: once a day, next after the close, blind until then", () => {
    expect(announced({ known: { A: answered(THURSDAY) } })).to.eql({
      symbol: "A",
      cadenceMs: DAY_MS,
      nextTimeMs: EVENING,
      blindUntilMs: EVENING,
    });
    expect(announced({ known: many(30, answered(THURSDAY)) })?.cadenceMs, "taking turns").to.equal(2 * DAY_MS);
    const pace: Pace = { ...DAYS, sessionRounds: 1 };
    expect(announced({ pace, known: { A: answered(MORNING) } })?.cadenceMs).to.equal(3.25 * HOUR_MS);
  });

  it("says of a paid key: every minute, and of the night that nothing is missed", () => {
    const world: World = { pace: MINUTES, times: null };
    const night = at("2026-05-15T22:00-04:00");
    expect(announced({ ...world, known: { A: answered(MORNING) } })?.blindUntilMs).to.equal(null);
    const closed = announced({ ...world, now: night, known: { A: answered(night - HOUR_MS) } });
    expect(closed).to.include({
      cadenceMs: MINUTE_MS,
      nextTimeMs: at("2026-05-18T04:01:02-04:00"),
      blindUntilMs: null,
    });
    const held = announced({ ...world, known: { A: answered(MORNING) }, heldUntilMs: MORNING + HOUR_MS });
    expect(held?.blindUntilMs).to.equal(MORNING + HOUR_MS);
  });

  it("says of a schedule when its next round comes, as far as the key's limit lets it", () => {
    const { now, symbols, knownOf, key } = inputOf({ known: { A: UNKNOWN, B: UNKNOWN }, times: times(24, MORNING) });
    const plans = announceSchedule({ now, symbols, knownOf, key }, MORNING + MINUTE_MS, MINUTE_MS);
    expect(plans).to.eql([
      { symbol: "A", cadenceMs: MINUTE_MS, nextTimeMs: MORNING + MINUTE_MS, blindUntilMs: null },
      {
        symbol: "B",
        cadenceMs: MINUTE_MS,
        nextTimeMs: MORNING + DAY_WINDOW_MS,
        blindUntilMs: MORNING + DAY_WINDOW_MS,
      },
    ]);
  });
});
