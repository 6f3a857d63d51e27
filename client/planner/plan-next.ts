// What to ask next, and when: a pure function of the time, the symbols, what is known of each, and what the key may still ask. Nothing is
// asked that cannot bring news; where a day's limit is tight, the round after the close comes first, and in it symbols with alerts.
import { HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { DayBudget, KeyState } from "../rate-limiter.ts";
import type { KnownSymbol } from "./known-symbol.ts";
import { isBehind, lastNews, nextClose, nextNews, type Market, type News } from "./news-times.ts";
import type { Pace } from "./pace.ts";

/** A symbol that is watched. */
export interface WatchedSymbol {
  readonly symbol: string;
  /** Whether somebody waits for its price. */
  readonly hasAlerts: boolean;
}

/**
 * Why a symbol is asked for: it never was answered for (`first`); a minute of trading, a part of the session or the day has ended since
 * (`minute`, `session`, `close`); or it was asked for in vain (`retry`).
 */
export type AskReason = "first" | "retry" | News["kind"];

/** When a symbol is asked for next. */
export interface PlannedAsk {
  readonly symbol: string;
  /** Not before now. */
  readonly timeMs: TimeMs;
  readonly why: AskReason;
}

export interface PlanInput {
  readonly now: TimeMs;
  readonly symbols: readonly WatchedSymbol[];
  readonly knownOf: (symbol: string) => KnownSymbol;
  readonly pace: Pace;
  readonly key: KeyState;
  /** When the source last refused what was asked, whatever the symbol, and has not answered since; null: it answers. */
  readonly refusedTimeMs: TimeMs | null;
  /** How long nothing is to be asked because of that, in milliseconds. */
  readonly waitMs: number;
}

/** An answer that seems to come from the future was dated by a clock that has been set back since: it counts as none. */
const FUTURE_MS = MINUTE_MS;
/** The round after the close may take so long: whatever has left the window by then is free for it. */
const ROUND_MS = 5 * MINUTE_MS;

/** The first start is over so long after the first answer. */
const FIRST_START_MS = HOUR_MS;

/** A symbol's wish, before the limit has its say. */
interface Wish extends PlannedAsk {
  readonly market: Market;
  readonly rank: readonly [alerts: number, answered: number, place: number];
}

/** Every symbol's next request, the earliest first; what is never to be asked for is left out. */
export function planNext(input: PlanInput): PlannedAsk[] {
  const { key, now } = input;
  const wishes = input.symbols.flatMap((symbol, place) => wishOf(input, symbol, place));
  const notBefore = Math.max(now, key.heldUntilMs ?? now);
  const allowed = key.day === null ? wishes : withinReserve(wishes, key.day, notBefore, input);
  const sorted = allowed.toSorted((a, b) => a.timeMs - b.timeMs || compareRanks(a, b));
  return slotted(sorted, key.day, notBefore);
}

function wishOf(input: PlanInput, watched: WatchedSymbol, place: number): Wish[] {
  const { now, knownOf } = input;
  const { symbol, hasAlerts } = watched;
  const known = knownOf(symbol);
  const market = { symbol, neverCloses: known.neverCloses };
  const next = nextNews(market, paceFor(watched, input), now);
  const last = lastNews(market, paceFor(watched, input), now);
  const answered = answeredTime(known, now);
  const failedMs = lastFailure(known, input);
  const why = reasonNow(answered, last, failedMs, last !== null && isBehind(market, known, last));
  if (why === null && next === null) return [];
  const wishedMs = wishedTime({ why, known, isNews: failedMs < (last?.timeMs ?? Infinity), next }, input);
  const rank = [hasAlerts ? 0 : 1, answered ?? -Infinity, place] as const;
  return [{ symbol, timeMs: Math.max(wishedMs, now + input.waitMs), why: why ?? next?.kind ?? "first", market, rank }];
}

/** When it was last asked for in vain, or anything was, since it was answered. */
function lastFailure({ failedTimeMs }: KnownSymbol, { refusedTimeMs }: PlanInput): TimeMs {
  return Math.max(failedTimeMs ?? -Infinity, refusedTimeMs ?? -Infinity);
}

/** Null: never, as far as can be told. */
function answeredTime({ answerTimeMs }: KnownSymbol, now: TimeMs): TimeMs | null {
  return answerTimeMs !== null && answerTimeMs <= now + FUTURE_MS ? answerTimeMs : null;
}

interface Wanted {
  readonly why: AskReason | null;
  readonly known: KnownSymbol;
  /** There was news since it was last asked for in vain. */
  readonly isNews: boolean;
  readonly next: News | null;
}

/** Where a day has few rounds, none is left out because an earlier one failed; where there is one each minute, what failed waits. */
function wishedTime({ why, known, isNews, next }: Wanted, { now, pace }: PlanInput): TimeMs {
  const nextMs = next?.timeMs ?? Infinity;
  if (pace.kind === "minutes") return Math.max(now + known.waitMs, why === null ? nextMs : now);
  return why === null ? nextMs : Math.min(now + (isNews ? 0 : known.waitMs), nextMs);
}

/** Rounds within the session are for symbols with alerts, if there are any. */
export function paceFor({ hasAlerts }: WatchedSymbol, { pace, symbols }: Pick<PlanInput, "pace" | "symbols">): Pace {
  if (pace.kind === "minutes" || hasAlerts || !symbols.some((one) => one.hasAlerts)) return pace;
  return { ...pace, sessionRounds: 0 };
}

/** Why a symbol is to be asked for as soon as may be; null: it can wait for the next news. `isLate`: its newest price is not of the last. */
function reasonNow(answered: TimeMs | null, last: News | null, failedMs: TimeMs, isLate: boolean): AskReason | null {
  const isAgain = failedMs >= (last?.timeMs ?? 0);
  if (answered === null) return isAgain ? "retry" : "first";
  if (last === null) return null;
  if (answered >= last.timeMs) return isLate ? "retry" : null;
  return isAgain ? "retry" : last.kind;
}

/**
 * Puts off until the round after the close what would take a request away from it. What was never answered for may, with
 * the others of a round that is not at its end yet, and each once at the very first start: whoever has just begun wants to see prices.
 */
function withinReserve(wishes: readonly Wish[], day: DayBudget, notBefore: TimeMs, { pace, now }: PlanInput): Wish[] {
  const closes = new Map(wishes.map(({ symbol, market }) => [symbol, nextClose(market, pace, now)]));
  const roundMs = Math.min(...[...closes.values()].map((close) => close?.timeMs ?? Infinity));
  const isFreed = (timeMs: TimeMs): boolean => timeMs + day.windowMs <= roundMs + ROUND_MS;
  const reserved = Math.min(day.limit, wishes.length);
  const isFirstStart = wishes.every(
    ({ rank: [, answered] }) => answered === -Infinity || now - answered < FIRST_START_MS,
  );
  const isRoundOpen = wishes.some(({ why, timeMs }) => why === "close" && timeMs <= notBefore);
  let used = day.times.length;
  let left = day.limit - day.times.filter((timeMs) => !isFreed(timeMs)).length;
  const decide = (wish: Wish): Wish => {
    if (wish.why === "close" || isFreed(Math.max(wish.timeMs, notBefore))) return wish;
    const isInRound = isRoundOpen && wish.timeMs <= notBefore;
    const mayTake = wish.why === "first" && (isInRound || (isFirstStart && used < wishes.length));
    if (!mayTake && left - 1 < reserved) return putOff(wish, closes.get(wish.symbol) ?? null);
    used += 1;
    left -= 1;
    return wish;
  };
  return wishes.toSorted(compareRanks).map(decide);
}

function putOff(wish: Wish, close: News | null): Wish {
  return close === null ? wish : { ...wish, timeMs: Math.max(wish.timeMs, close.timeMs), why: close.kind };
}

/** Gives each its time, in their order: none before the key is free again. */
export function slotted(wishes: readonly PlannedAsk[], day: DayBudget | null, notBefore: TimeMs): PlannedAsk[] {
  const times = day === null ? [] : [...day.times];
  return wishes.map(({ symbol, timeMs, why }) => {
    const freeMs = day === null ? -Infinity : (times.at(-day.limit) ?? -Infinity) + day.windowMs;
    const slotMs = Math.max(timeMs, notBefore, freeMs);
    times.push(slotMs);
    return { symbol, timeMs: slotMs, why };
  });
}

function compareRanks(a: Wish, b: Wish): number {
  return a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2];
}
