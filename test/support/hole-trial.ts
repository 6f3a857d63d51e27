// A fetcher that was away: what was traded meanwhile is stored and judged before anything newer, or it is told to be missing.
import { Response } from "node-fetch";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Fetch } from "../../client/sources/fetch-answer.ts";
import { RecordedLog } from "../../client/testing/recorded-log.ts";
import type { Gap } from "../../domain/gap.ts";
import { judgeAlert } from "../../domain/judging/judge.ts";
import { compareQuotes, isLive, type Quote } from "../../domain/quote.ts";
import { MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { openSqliteStore } from "../../server/sqlite/sqlite-store.ts";
import type { Bar } from "../../simulator/alpha-vantage/bar.ts";
import { planNamed } from "../../simulator/alpha-vantage/plan.ts";
import { BudgetLife } from "./budget-life.ts";
import { BudgetService } from "./budget-service.ts";
import { fractionFrom } from "./kill-trial.ts";
import { SessionMarket } from "./session-market.ts";
import { SkippingClock } from "./skipping-clock.ts";

/** What becomes of questions for the past: answered, not in the key's plan, or of no use for so many minutes. */
type Past = "told" | "refused" | { readonly outageMinutes: number };

interface HoleTrialOptions {
  readonly symbols: readonly string[];
  readonly fromMs: TimeMs;
  /** When the fetcher goes, and when it comes back. */
  readonly awayMs: readonly [TimeMs, TimeMs];
  readonly toMs: TimeMs;
  readonly past: Past;
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

/** A minute's bar as it came to the store, and its place in the order of judging. */
interface StoredBar {
  readonly close: number;
  readonly volume: number;
  readonly seq: number | null;
}

const PREMIUM = {
  Information: "Thank you! This is a premium endpoint. You may subscribe to any of the premium plans.",
};
/** A hole is declared so soon after it was found, and a minute's bar is told so soon after its end. */
const LATE_MS = 16 * MINUTE_MS;
const TOLD_MS = 90 * SECOND_MS;

/** Two lives of a fetcher with a paid key; what they handed on is stored and judged by a real store, in that order. */
export async function runHoleTrial(options: HoleTrialOptions): Promise<Record<string, number>> {
  const { symbols, fromMs, awayMs, toMs, past, seed, onViolation } = options;
  const random = fractionFrom(seed);
  const clock = new SkippingClock(fromMs);
  const market = new SessionMarket(String(seed), symbols, clock);
  const service = new BudgetService(market, planNamed("75"), clock, random);
  const settings = { key: `PAIDKEY${seed}`, plan: "75", function: "intraday", entitlement: "realtime" } as const;
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-hole-"));
  const handedOn: (readonly Quote[])[] = [];
  const gaps: Gap[] = [];
  let latestGapMs = 0;
  const start = (): BudgetLife =>
    new BudgetLife({
      ...{
        folder,
        settings,
        symbols,
        clock,
        random,
        fetch: withPast(service.fetch, past, () => clock.now() - awayMs[1]),
      },
      onQuotes: (quotes) => handedOn.push(quotes),
      onGaps: (these) => {
        gaps.push(...these);
        latestGapMs = Math.max(latestGapMs, clock.now() - awayMs[1]);
      },
      onPlan: () => undefined,
      onAnswer: () => undefined,
    });
  try {
    const first = start();
    await clock.runUntil(awayMs[0]);
    await first.kill();
    await clock.runUntil(awayMs[1]);
    const second = start();
    await clock.runUntil(toMs);
    await second.kill();
    for (const text of service.findExcesses()) onViolation(`seed ${seed}: ${text}`);
    if (latestGapMs > LATE_MS)
      onViolation(`seed ${seed}: a gap was told ${latestGapMs / SECOND_MS} s after the return`);
    const stored = await storedBars(join(folder, "server.db"), clock, handedOn);
    const window = { fromMs, toMs: toMs - TOLD_MS - MINUTE_MS, asOfMs: toMs };
    const listed = symbols.flatMap((symbol) =>
      market
        .bars(symbol, MINUTE_MS, window)
        .map((bar) => ({ symbol, bar, stored: stored.get(`${symbol} ${bar.startMs}`) })),
    );
    let missing = 0;
    for (const one of listed) {
      const isGone = gaps.some((gap) => isWithin(one.symbol, one.bar, gap));
      if (isGone) missing += 1;
      const fault = isGone ? null : faultOf(one.bar, one.stored);
      if (fault === null) continue;
      onViolation(`seed ${seed}: the bar of ${one.symbol} at ${new Date(one.bar.startMs).toISOString()} ${fault}`);
    }
    return { bars: listed.length, gaps: gaps.length, missing, requests: service.arrivals.length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function faultOf({ close, volume }: Bar, stored: StoredBar | undefined): string | null {
  if (stored === undefined) return "is not stored";
  if (stored.seq === null) return "was not judged: newer prices went on before it";
  return stored.close === Number(close) && stored.volume === Number(volume) ? null : "is not stored whole";
}

/** Of the bar that was forming when the fetcher went, the rest is missing. */
function isWithin(symbol: string, { startMs }: Bar, gap: Gap): boolean {
  return gap.symbol === symbol && startMs + MINUTE_MS > gap.startTimeMs && startMs < gap.endTimeMs;
}

/** The service, which does not tell the past as it should. */
function withPast(fetch: Fetch, past: Past, sinceReturnMs: () => number): Fetch {
  return async (url, how) => {
    if (past === "told" || !url.includes("month=")) return fetch(url, how);
    if (past === "refused")
      return new Response(JSON.stringify(PREMIUM), { headers: { "Content-Type": "application/json" } });
    if (sinceReturnMs() >= past.outageMinutes * MINUTE_MS) return fetch(url, how);
    return new Response("<title>Application Error</title>", { status: 503, headers: { "Content-Type": "text/html" } });
  };
}

/** What a server would have in the end that took each of these at once. */
async function storedBars(
  file: string,
  clock: SkippingClock,
  handedOn: readonly (readonly Quote[])[],
): Promise<ReadonlyMap<string, StoredBar>> {
  let ids = 0;
  const store = openSqliteStore({
    ...{ file, policy: "resend", clock, random: Math.random, bootId: null, log: new RecordedLog() },
    newId: () => String((ids += 1)),
  });
  for (const quotes of handedOn) await store.quotes.recordQuotes([quotes.toSorted(compareQuotes)], judgeAlert);
  await store.close();
  const db = new Database(file, { readonly: true });
  const rows = db
    .prepare("SELECT symbol, period_ms AS periodMs, quote_time AS quoteTimeMs, source, close, volume, seq FROM quotes")
    .all();
  db.close();
  const bars = (rows as (StoredBar & Quote)[]).filter(isLive);
  return new Map(bars.map(({ symbol, quoteTimeMs, ...bar }) => [`${symbol} ${quoteTimeMs}`, bar]));
}
