import type { Clock } from "../../runtime/clock/clock.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { parseBars } from "./bars-file.ts";
import type { Market } from "./market.ts";
import { PLANS, type Plan } from "./plan.ts";
import { QueryDoor } from "./query-door.ts";
import { Quota } from "./quota.ts";
import { RandomMarket } from "./random-market.ts";
import { ReplayMarket } from "./replay-market.ts";

/** Friday 2026-05-15, 15:56:30 in New York. */
export const FRIDAY_AFTERNOON = Date.parse("2026-05-15T15:56:30-04:00");

/** What tests of the doors start from: a market, a plan for the key `key`, a clock that stands still. */
export interface TestWorld {
  readonly clock: FakeClock;
  readonly market: Market;
  /** The body of an answer to `/query?apikey=key&` and this. */
  readonly ask: (query: string) => string;
  /** Asks for a quote so many times without a pause, and tells the last answer. */
  readonly askTimes: (times: number) => string;
}

export interface TestWorldOptions {
  readonly plan?: Plan;
  readonly market?: Market;
  readonly clock?: FakeClock;
  readonly premiumFunctions?: readonly string[];
}

/** Builds one; without options: a random market with AAPL, MSFT and IBM, and no limits. */
export function createTestWorld(options: TestWorldOptions = {}): TestWorld {
  const clock = options.clock ?? new FakeClock(FRIDAY_AFTERNOON);
  const market = options.market ?? randomMarket(clock);
  const door = new QueryDoor({
    market,
    quota: new Quota(clock),
    keys: new Map([["demo", PLANS.unlimited]]),
    defaultPlan: options.plan ?? PLANS.unlimited,
    premiumFunctions: new Set(options.premiumFunctions),
  });
  const ask = (query: string): string => door.answer(new URLSearchParams(`apikey=key&${query}`)).body;
  const askTimes = (times: number): string =>
    Array.from({ length: times }, () => ask("function=GLOBAL_QUOTE&symbol=IBM")).at(-1) ?? "";
  return { clock, market, ask, askTimes };
}

/** A random market of three symbols. */
export function randomMarket(clock: Clock, seed = "1"): RandomMarket {
  return new RandomMarket(seed, ["AAPL", "MSFT", "IBM"], clock);
}

/** A replay of CSV rows without their header, by symbol. */
export function replayMarket(rows: Readonly<Record<string, readonly string[]>>): ReplayMarket {
  const files = Object.entries(rows).map(([symbol, lines]) => {
    const text = ["timestamp,open,high,low,close,volume", ...lines].join("\n");
    return [symbol, parseBars(text, `${symbol}.csv`)] as const;
  });
  return new ReplayMarket(new Map(files));
}
