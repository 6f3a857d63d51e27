// What a key may ask, and what it is told when: days of a fetcher's life on a clock that skips, against the simulated service.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SymbolPlan } from "../../client/planner/announce.ts";
import { keyTermsOf, type KeySettings } from "../../client/planner/key-terms.ts";
import { calendarOf } from "../../domain/calendar/calendars.ts";
import { compareQuotes, type Quote } from "../../domain/quote.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { planNamed } from "../../simulator/alpha-vantage/plan.ts";
import { BudgetLife } from "./budget-life.ts";
import { BudgetService } from "./budget-service.ts";
import { fractionFrom } from "./kill-trial.ts";
import { SessionMarket } from "./session-market.ts";
import { SkippingClock } from "./skipping-clock.ts";

export const TEN_SYMBOLS = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "JPM", "V", "IBM"];

/** What was announced may be late by this much. */
const LATE_MS = MINUTE_MS;
/** A minute's bar is stored so soon after its end. */
const STORED_WITHIN_MS = 90 * SECOND_MS;
const KILL_EVERY_MS = 10 * MINUTE_MS;
/** So long a round of ten takes. */
const ROUND_MS = 15 * SECOND_MS;

interface TrialOptions {
  readonly symbols: readonly string[];
  readonly fromMs: TimeMs;
  readonly toMs: TimeMs;
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

/** Watches what is announced: what was said after one answer, the next one keeps. */
class Promises {
  readonly #promised = new Map<string, TimeMs>();
  readonly #clock: SkippingClock;
  readonly #onViolation: (text: string) => void;
  answers = 0;

  constructor(clock: SkippingClock, onViolation: (text: string) => void) {
    this.#clock = clock;
    this.#onViolation = onViolation;
  }

  notePlans(plans: readonly SymbolPlan[]): void {
    for (const { symbol, nextTimeMs } of plans) {
      if (nextTimeMs !== null && !this.#promised.has(symbol)) this.#promised.set(symbol, nextTimeMs);
    }
  }

  noteAnswer(symbol: string): void {
    this.answers += 1;
    this.#check(symbol);
    this.#promised.delete(symbol);
  }

  checkAll(): void {
    for (const symbol of this.#promised.keys()) this.#check(symbol);
  }

  #check(symbol: string): void {
    const now = this.#clock.now();
    const lateMs = now - (this.#promised.get(symbol) ?? now);
    if (lateMs <= LATE_MS) return;
    const late = `${Math.round(lateMs / SECOND_MS)} s late`;
    this.#onViolation(`${symbol} at ${new Date(now).toISOString()}: ${late} by what was announced`);
  }
}

/** A free key whose fetcher is killed every ten minutes. */
export async function runFreeTrial(options: TrialOptions): Promise<Record<string, number>> {
  const { symbols, fromMs, toMs, seed, onViolation } = options;
  const random = fractionFrom(seed);
  const clock = new SkippingClock(fromMs);
  const market = new SessionMarket(String(seed), symbols, clock);
  const service = new BudgetService(market, planNamed("free"), clock, random);
  const promises = new Promises(clock, onViolation);
  const settings = { key: `FREEKEY${seed}`, plan: "free", function: "auto", entitlement: "none" } as const;
  let lives = 0;
  await withFolder(async (folder) => {
    const start = (): BudgetLife => {
      lives += 1;
      return new BudgetLife({
        ...{ folder, settings, symbols, clock, random, fetch: service.fetch },
        onQuotes: () => undefined,
        onPlan: (plans) => promises.notePlans(plans),
        onAnswer: (symbol) => promises.noteAnswer(symbol),
      });
    };
    let life = start();
    for (let at = firstKill(settings, options, random); at < toMs; at += KILL_EVERY_MS) {
      await clock.runUntil(Math.floor(at));
      await life.kill();
      await clock.runUntil(Math.floor(at + 5 * SECOND_MS * random())); // whoever starts it again takes his time
      life = start();
    }
    await clock.runUntil(toMs);
    promises.checkAll();
    await life.kill();
  });
  for (const text of service.findExcesses()) onViolation(`seed ${seed}: ${text}`);
  return { lives, requests: service.arrivals.length, answers: promises.answers };
}

/** A free key whose requests somebody else has used up, its fetcher killed every ten minutes: the hours from one try to the next. */
export async function runSpentTrial({ symbols, fromMs, toMs, seed }: TrialOptions): Promise<number[]> {
  const random = fractionFrom(seed);
  const clock = new SkippingClock(fromMs);
  const service = new BudgetService(new SessionMarket(String(seed), symbols, clock), planNamed("free"), clock, random);
  const settings = { key: `SPENTKEY${seed}`, plan: "free", function: "auto", entitlement: "none" } as const;
  service.use(settings.key, 25);
  await withFolder(async (folder) => {
    const nobody = { onQuotes: () => undefined, onPlan: () => undefined, onAnswer: () => undefined };
    for (let at = fromMs; at < toMs; at += KILL_EVERY_MS) {
      const life = new BudgetLife({ folder, settings, symbols, clock, random, fetch: service.fetch, ...nobody });
      await clock.runUntil(at + KILL_EVERY_MS);
      await life.kill();
    }
  });
  return service.arrivals.slice(1).map((timeMs, at) => (timeMs - (service.arrivals[at] ?? 0)) / HOUR_MS);
}

/** Anywhere; with an odd seed so that one of the kills of each day falls into its round, which begins at a quarter past the hour. */
function firstKill(settings: KeySettings, { fromMs, seed }: TrialOptions, random: () => number): TimeMs {
  const quarter = Math.ceil(fromMs / HOUR_MS) * HOUR_MS + 15 * MINUTE_MS;
  const roundMs = quarter + keyTermsOf(settings).spreadMs + ROUND_MS * random();
  const inRoundMs = fromMs + ((roundMs - fromMs) % KILL_EVERY_MS);
  return seed % 2 === 1 ? inRoundMs : fromMs + KILL_EVERY_MS * random();
}

/** A paid key over some time of trading: each minute's bar of each symbol comes soon. */
export async function runPaidTrial(options: TrialOptions): Promise<Record<string, number>> {
  const { symbols, fromMs, toMs, seed, onViolation } = options;
  const random = fractionFrom(seed);
  const clock = new SkippingClock(fromMs);
  const market = new SessionMarket(String(seed), symbols, clock);
  const service = new BudgetService(market, planNamed("75"), clock, random);
  const promises = new Promises(clock, onViolation);
  const settings = { key: `PAIDKEY${seed}`, plan: "75", function: "intraday", entitlement: "realtime" } as const;
  const stored = new Map<string, Quote[]>();
  await withFolder(async (folder) => {
    const life = new BudgetLife({
      ...{ folder, settings, symbols, clock, random, fetch: service.fetch },
      onQuotes: (quotes) => quotes.forEach((quote) => keep(stored, quote)),
      onPlan: (plans) => promises.notePlans(plans),
      onAnswer: (symbol) => promises.noteAnswer(symbol),
    });
    await clock.runUntil(toMs);
    promises.checkAll();
    await life.kill();
  });
  for (const text of service.findExcesses()) onViolation(`seed ${seed}: ${text}`);
  const ended = { fromMs, toMs: toMs - STORED_WITHIN_MS - MINUTE_MS, asOfMs: toMs };
  const listed = symbols.flatMap((symbol) => market.bars(symbol, MINUTE_MS, ended).map((bar) => ({ symbol, bar })));
  let latestMs = 0;
  for (const { symbol, bar } of listed) {
    const whole = stored
      .get(keyOf(symbol, bar.startMs))
      ?.toSorted(compareQuotes)
      .find((quote) => quote.close === Number(bar.close) && quote.volume === Number(bar.volume));
    const lateMs = whole === undefined ? Infinity : whole.fetchTimeMs - bar.startMs - MINUTE_MS;
    latestMs = Math.max(latestMs, lateMs);
    if (lateMs <= STORED_WITHIN_MS) continue;
    const late = whole === undefined ? "not stored" : `stored ${Math.round(lateMs / SECOND_MS)} s after its end`;
    onViolation(`seed ${seed}: the bar of ${symbol} at ${new Date(bar.startMs).toISOString()} is ${late}`);
  }
  const longest = { "longest wait, s": Math.round(latestMs / 100) / 10 };
  return { bars: listed.length, requests: service.arrivals.length, ...longest };
}

/** Ten in the morning of a Monday in New York, `week` weeks after the one of 11 May 2026. */
export function mondayMorning(week: number): TimeMs {
  const day = Date.UTC(2026, 4, 11) / (24 * HOUR_MS) + 7 * week;
  return (calendarOf("")?.hoursOn(day) ?? calendarOf("")?.hoursOn(day + 1))!.openMs + HOUR_MS / 2;
}

function keep(stored: Map<string, Quote[]>, quote: Quote): void {
  const key = keyOf(quote.symbol, quote.quoteTimeMs);
  const versions = stored.get(key);
  if (versions === undefined) stored.set(key, [quote]);
  else versions.push(quote);
}

function keyOf(symbol: string, startMs: TimeMs): string {
  return `${symbol} ${startMs}`;
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-budget-"));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
