// What the plan means for whoever waits for a price: how often it comes, when it comes next, and until when nobody sees what the market does.
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { KnownSymbol } from "./known-symbol.ts";
import { tradingMsBetween } from "./news-times.ts";
import type { Pace } from "./pace.ts";
import { paceFor, slotted, type PlanInput, type PlannedAsk } from "./plan-next.ts";

/** When a symbol's price can be had. */
export interface SymbolPlan {
  readonly symbol: string;
  /** From one price to the next while its market trades. */
  readonly cadenceMs: number;
  /** When it is asked for next; null: not planned. */
  readonly nextTimeMs: TimeMs | null;
  /** Until then the market trades and no price tells of it; null: prices come at their cadence, or nothing trades before the next. */
  readonly blindUntilMs: TimeMs | null;
}

/** So much trading passes unseen between two prices anyway: twice their cadence, and at least this. */
const SEEN_MS = 2 * MINUTE_MS;
/** The regular session of most exchanges, over which a day's rounds are spread. */
const SESSION_MS = 6.5 * 60 * MINUTE_MS;

/** One for each symbol, in their order. */
export function announce(input: PlanInput, asks: readonly PlannedAsk[]): SymbolPlan[] {
  const times = new Map(asks.map(({ symbol, timeMs }) => [symbol, timeMs]));
  const days = daysARound(input);
  return input.symbols.map((watched) => {
    const { symbol } = watched;
    const cadenceMs = cadenceOf(paceFor(watched, input), days);
    const nextTimeMs = times.get(symbol) ?? null;
    return { symbol, cadenceMs, nextTimeMs, blindUntilMs: blindUntil(symbol, input, nextTimeMs) };
  });
}

/** The same where rounds come by a schedule of the user's, the next one at `timeMs` and then every `cadenceMs`, within the key's limit. */
export function announceSchedule(
  input: Omit<PlanInput, "pace" | "refusedTimeMs" | "waitMs">,
  timeMs: TimeMs | null,
  cadenceMs: number,
): SymbolPlan[] {
  const { now, key, symbols } = input;
  const pace: Pace = { kind: "minutes", stretch: "extended", everyMs: cadenceMs, lagMs: 0 };
  const wishes = timeMs === null ? [] : symbols.map(({ symbol }): PlannedAsk => ({ symbol, timeMs, why: "minute" }));
  const asks = slotted(wishes, key.day, Math.max(now, key.heldUntilMs ?? now));
  return announce({ ...input, pace, refusedTimeMs: null, waitMs: 0 }, asks);
}

/** More symbols than a day has requests take turns. */
function daysARound({ key, symbols }: PlanInput): number {
  return key.day === null ? 1 : Math.max(1, Math.ceil(symbols.length / key.day.limit));
}

function cadenceOf(pace: Pace, days: number): number {
  if (pace.kind === "minutes") return pace.everyMs;
  return pace.sessionRounds === 0 ? days * DAY_MS : Math.round(SESSION_MS / (pace.sessionRounds + 1));
}

function blindUntil(symbol: string, { now, knownOf, pace }: PlanInput, nextTimeMs: TimeMs | null): TimeMs | null {
  if (nextTimeMs === null) return null;
  const { neverCloses }: KnownSymbol = knownOf(symbol);
  const unseenMs = tradingMsBetween({ symbol, neverCloses }, now, nextTimeMs);
  const usualMs = pace.kind === "minutes" ? Math.max(SEEN_MS, 2 * pace.everyMs) : 0;
  return unseenMs > usualMs ? nextTimeMs : null;
}
