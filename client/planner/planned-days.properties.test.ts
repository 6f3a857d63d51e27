// Weeks of a planner's life, played with chance: what it asks keeps the limit, brings news, and never costs the round after the close.
import { expect } from "chai";
import fc from "fast-check";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { DAY_WINDOW_MS } from "../rate-limiter.ts";
import { UNKNOWN, type KnownSymbol } from "./known-symbol.ts";
import { lastNews } from "./news-times.ts";
import { paceOf, type KeyTerms } from "./pace.ts";
import { paceFor, planNext, type AskReason, type PlanInput } from "./plan-next.ts";

const LIMIT = 25;
const START = Date.parse("2026-05-11T00:00-04:00"); // a Monday
const TERMS: KeyTerms = {
  limits: { spacingMs: 1_200, perMinute: null, perDay: LIMIT },
  symbolsARequest: 1,
  lagMs: null,
  stretch: "extended",
  spreadMs: 0,
};

type Outcome = "prices" | "nothing" | "old";

interface Ask {
  readonly symbol: string;
  readonly timeMs: number;
  readonly why: AskReason;
  readonly before: KnownSymbol;
  /** When there was news last. */
  readonly newsMs: number;
}

/** A fetcher in a world where symbols come, go unanswered, or answer too late; requests take two seconds each. */
class World {
  now = START;
  readonly asks: Ask[] = [];
  readonly known = new Map<string, KnownSymbol>();
  readonly #waits = new Map<string, number>();
  readonly #symbols: string[] = [];
  readonly #alerts: ReadonlySet<string>;
  readonly #answers: (symbol: string) => Outcome;
  readonly #terms: KeyTerms;

  constructor(
    symbols: readonly string[],
    alerts: readonly string[],
    answers: (symbol: string) => Outcome,
    terms = TERMS,
  ) {
    this.#symbols.push(...symbols);
    this.#alerts = new Set(alerts);
    this.#answers = answers;
    this.#terms = terms;
  }

  add(symbol: string): void {
    this.#symbols.push(symbol);
  }

  /** Everything was answered just now. */
  begin(): void {
    for (const symbol of this.#symbols) this.#answer(symbol, this.now);
  }

  runUntil(endMs: number): void {
    for (let turns = 0; turns < 20_000; turns += 1) {
      const [first] = planNext(this.#input());
      if (first === undefined || first.timeMs >= endMs) break;
      if (first.timeMs > this.now) this.now = first.timeMs;
      else this.#ask(first.symbol, first.why);
    }
    this.now = Math.max(this.now, endMs);
  }

  #ask(symbol: string, why: AskReason): void {
    const before = this.#knownOf(symbol);
    const watched = { symbol, hasAlerts: this.#alerts.has(symbol) };
    const newsMs = lastNews({ symbol, neverCloses: false }, paceFor(watched, this.#input()), this.now)!.timeMs;
    this.asks.push({ symbol, why, before, newsMs, timeMs: this.now });
    const how = this.#answers(symbol);
    if (how === "prices") this.#answer(symbol, this.now);
    else {
      const failures = before.failures + 1;
      const answer = how === "old" ? { answerTimeMs: this.now, asOfMs: before.asOfMs ?? START - 9 * DAY_MS } : {};
      this.known.set(symbol, { ...before, ...answer, failures, failedTimeMs: this.now });
      this.#waits.set(symbol, this.now + Math.min(failures, 4) * HOUR_MS);
    }
    this.now += 2 * SECOND_MS;
  }

  #answer(symbol: string, timeMs: number): void {
    this.known.set(symbol, { ...UNKNOWN, answerTimeMs: timeMs, asOfMs: timeMs - 2 * HOUR_MS });
    this.#waits.delete(symbol);
  }

  #knownOf(symbol: string): KnownSymbol {
    const waitMs = Math.max(0, (this.#waits.get(symbol) ?? 0) - this.now);
    return { ...(this.known.get(symbol) ?? UNKNOWN), waitMs };
  }

  #input(): PlanInput {
    const counted = this.asks.map(({ timeMs }) => timeMs).filter((timeMs) => timeMs > this.now - DAY_WINDOW_MS);
    return {
      now: this.now,
      symbols: this.#symbols.map((symbol) => ({ symbol, hasAlerts: this.#alerts.has(symbol) })),
      knownOf: (symbol) => this.#knownOf(symbol),
      pace: paceOf(this.#terms, this.#symbols.length, this.#alerts.size),
      key: { day: { limit: LIMIT, windowMs: DAY_WINDOW_MS, times: counted }, heldUntilMs: null },
      refusedTimeMs: null,
      waitMs: 0,
    };
  }
}

function outcomeOf(outcomes: Iterator<Outcome, Outcome>): Outcome {
  return outcomes.next().value;
}

const names = (count: number, letter = "S"): string[] => Array.from({ length: count }, (_, at) => `${letter}${at}`);
/** 18:15 in New York on the weekdays of two weeks. */
const CLOSES = Array.from({ length: 12 }, (_, day) => START + day * DAY_MS + 18.25 * HOUR_MS).filter(
  (_, day) => ![5, 6].includes(day),
);

function checkLimit({ asks }: World): void {
  for (const [at, { timeMs }] of asks.entries()) {
    const earlier = asks[at - LIMIT];
    if (earlier !== undefined) expect(timeMs - earlier.timeMs).to.be.at.least(DAY_MS);
  }
}

describe("weeks of planNext()", () => {
  const chance = fc.infiniteStream(fc.constantFrom<Outcome[]>("prices", "nothing", "old"));
  const setup = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    alerts: fc.subarray(names(10)),
    outcomes: chance,
    additions: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
    lag: fc.constantFrom(null, 0),
  });

  it("never ask more than the limit, nor for what cannot be news, whatever comes", () => {
    fc.assert(
      fc.property(setup, ({ count, alerts, outcomes, additions, lag }) => {
        const terms = { ...TERMS, lagMs: lag };
        const world = new World(names(count), alerts, () => outcomeOf(outcomes), terms);
        for (const [at, hours] of additions.entries()) {
          world.runUntil(world.now + hours * HOUR_MS);
          world.add(`NEW${at}`);
        }
        world.runUntil(START + 9 * DAY_MS);
        checkLimit(world);
        for (const { symbol, why, before, newsMs, timeMs } of world.asks) {
          const text = `${symbol} ${why} ${new Date(timeMs).toISOString()}`;
          const isNew = before.answerTimeMs === null || before.answerTimeMs < newsMs;
          expect(isNew || before.failures > 0, text).to.equal(true);
          expect(before.waitMs === 0 || (before.failedTimeMs ?? 0) < newsMs, text).to.equal(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("ask for every symbol within minutes of its day's prices, whatever new ones and bad ones there are besides", () => {
    const world = fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      bad: fc.integer({ min: 0, max: 5 }),
      additions: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(world, ({ count, bad, additions }) => {
        const all = [...names(count), ...names(bad, "BAD")];
        const played = new World(all, [], (symbol) => (symbol.startsWith("BAD") ? "nothing" : "prices"));
        if (all.length + additions.length > 12) played.begin();
        const added: number[] = [];
        for (const [at, hours] of additions.entries()) {
          played.runUntil(played.now + hours * HOUR_MS);
          played.add(`NEW${at}`);
          added.push(played.now);
        }
        played.runUntil(START + 12 * DAY_MS);
        checkLimit(played);
        for (const closeMs of CLOSES) {
          // What was left over may have gone to bad ones before there was one more to keep a request for.
          if (bad > 0 && added.some((timeMs) => timeMs <= closeMs && timeMs > closeMs - 2 * DAY_MS)) continue;
          for (const symbol of names(count)) {
            const isIn = ({ symbol: asked, timeMs }: Ask) =>
              asked === symbol && timeMs >= closeMs && timeMs < closeMs + 10 * MINUTE_MS;
            expect(played.asks.some(isIn), `${symbol} after ${new Date(closeMs).toISOString()}`).to.equal(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("ask for those with alerts every day, and for the others in turn, where there are too many", () => {
    const all = names(40);
    const world = new World(all, names(5), () => "prices");
    world.runUntil(START + 12 * DAY_MS);
    checkLimit(world);
    const counts = new Map<string, number>();
    for (const { symbol } of world.asks) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    for (const symbol of names(5)) expect(counts.get(symbol), symbol).to.be.at.least(10);
    for (const symbol of all) expect(counts.get(symbol), symbol).to.be.at.least(4);
  });
});
