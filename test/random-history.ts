// Random histories of quotes and alerts, from a seed, on a grid of prices so coarse that a price often is a level, a re-arm
// level or the price before.
import type { Alert } from "../domain/alert.ts";
import type { Condition } from "../domain/condition.ts";
import { hasRoomToBeBack } from "../domain/judging/firing.ts";
import { ALERT_SESSIONS } from "../domain/judging/hears-session.ts";
import { SESSION_CLASSES, type Quote, type SessionClass } from "../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { above, below, crosses, EXAMPLE_START_MS, exampleAlert, inside, outside } from "./examples.ts";

/** A whole number from 0 up to, but not including, `below`. */
export type Random = (below: number) => number;

/** mulberry32: the same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** One of these. */
export const pick = <T>(random: Random, choices: readonly T[]): T => choices[random(choices.length)]!;

/** Levels are round; prices are levels, their re-arm levels at 0.5 and 1 percent, and some between. */
const LEVELS = [98, 99, 100, 101, 102];
export const PRICES = LEVELS.flatMap((level) => [
  level,
  level + 0.5,
  level * 0.995,
  level * 1.005,
  level * 0.99,
  level * 1.01,
])
  .map((price) => Number(price.toFixed(4)))
  .concat(95, 105);

/** What its owner wants to be told after a fire; reminders come sooner than anybody may wish. */
export function tellingOf(random: Random, { kind }: Condition): Pick<Alert, "remindEveryMs" | "tellsWhenBack"> {
  const remindEveryMs = pick(random, [0, 0, MINUTE_MS, 2 * MINUTE_MS]);
  return { remindEveryMs: kind === "crosses" ? 0 : remindEveryMs, tellsWhenBack: random(2) === 0 };
}

/** An alert of any kind and with any options, at round levels. */
export function randomAlert(random: Random, id: string): Alert {
  const condition = randomCondition(random);
  const alert = exampleAlert(condition, {
    id,
    repeat: pick(random, ["once", "every", "every"] as const),
    maxFires: pick(random, [0, 0, 1, 2, 3]),
    alreadyTrue: pick(random, ["wait", "fire"] as const),
    bandPercent: pick(random, ["0", "0.5", "1"]),
    rearmForMs: pick(random, [0, 0, MINUTE_MS, 2 * MINUTE_MS]),
    confirm: condition.kind === "crosses" ? 1 : pick(random, [1, 1, 2, 3]),
    session: pick(random, ALERT_SESSIONS),
    ...tellingOf(random, condition),
    expireTimeMs: random(5) === 0 ? EXAMPLE_START_MS + random(20) * MINUTE_MS : null,
  });
  return hasRoomToBeBack(alert) ? alert : { ...alert, bandPercent: "0" };
}

function randomCondition(random: Random): Condition {
  const forMs = pick(random, [0, 0, MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS]);
  const level = pick(random, LEVELS);
  const lower = pick(random, LEVELS.slice(0, -1));
  const upper = pick(
    random,
    LEVELS.filter((other) => other > lower),
  );
  return pick(random, [
    above(level, forMs),
    below(level, forMs),
    crosses(level, pick(random, ["up", "down", "either"] as const)),
    inside(lower, upper, forMs),
    outside(lower, upper, forMs),
  ]);
}

/** How far one quote begins after another: mostly at once, at times after a hole, which may be one that nothing is counted over. */
const STEPS = [1, 1, 1, 1, 1, 1, 2, 2, 5];
const LONG_HOLES_MS = [20 * MINUTE_MS, HOUR_MS, DAY_MS, 5 * DAY_MS];

/**
 * A stream of ticks, or of minute bars of which some are seen while forming; with holes, latecomers and repeats. The part of the
 * day that they belong to changes now and then, whatever the clock says.
 */
export function randomQuotes(random: Random, count: number): Quote[] {
  const periodMs = random(3) === 0 ? 0 : MINUTE_MS;
  const stepMs = periodMs === 0 ? pick(random, [SECOND_MS, 30 * SECOND_MS, MINUTE_MS]) : MINUTE_MS;
  const quotes: Quote[] = [];
  let sessionClass = pick(random, SESSION_CLASSES);
  let startMs = EXAMPLE_START_MS;
  while (quotes.length < count) {
    startMs += random(30) === 0 ? pick(random, LONG_HOLES_MS) : pick(random, STEPS) * stepMs;
    if (random(5) === 0) sessionClass = pick(random, SESSION_CLASSES);
    const versions = periodMs === 0 ? 1 : 1 + random(3);
    for (let version = 1; version <= versions; version++) {
      const fetchTimeMs = startMs + (version * MINUTE_MS) / versions + pick(random, [0, 0, SECOND_MS]);
      quotes.push(randomQuote(random, { periodMs, quoteTimeMs: startMs, fetchTimeMs, sessionClass }));
    }
    if (random(5) === 0) quotes.push(pick(random, quotes));
  }
  return quotes;
}

/** When a quote is of. */
interface When {
  /** 0 makes it a tick. */
  readonly periodMs: number;
  readonly quoteTimeMs: number;
  readonly fetchTimeMs: number;
  readonly sessionClass: SessionClass;
}

/** A quote with any prices of the grid. */
function randomQuote(random: Random, when: When): Quote {
  const close = pick(random, PRICES);
  const open = when.periodMs === 0 ? close : pick(random, PRICES);
  const spread = when.periodMs === 0 ? [close] : [open, close, pick(random, PRICES), pick(random, PRICES)];
  const [high, low] = [Math.max(...spread), Math.min(...spread)];
  return { symbol: "AAPL", source: "example", open, high, low, close, volume: 1, ...when };
}
