// A source that fails all day long, in every way: what it can still tell afterwards is stored, each price once, and what it cannot is marked.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { RecordedLog } from "../../client/testing/recorded-log.ts";
import type { Gap } from "../../domain/gap.ts";
import { judgeAlert } from "../../domain/judging/judge.ts";
import { compareQuotes, type Quote } from "../../domain/quote.ts";
import { MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { openSqliteStore } from "../../server/sqlite/sqlite-store.ts";
import type { Bar } from "../../simulator/alpha-vantage/bar.ts";
import { planNamed } from "../../simulator/alpha-vantage/plan.ts";
import { BudgetLife } from "./budget-life.ts";
import { BudgetService } from "./budget-service.ts";
import { failing, outagesBetween, type Failure } from "./failing-service.ts";
import { fractionFrom } from "./kill-trial.ts";
import { SessionMarket } from "./session-market.ts";
import { SkippingClock } from "./skipping-clock.ts";

interface SourceTrialOptions {
  readonly symbols: readonly string[];
  readonly fromMs: TimeMs;
  /** After that it fails no more. */
  readonly failsUntilMs: TimeMs;
  readonly toMs: TimeMs;
  /** When the source is away for three hours; null: it never is for so long. */
  readonly longOutageMs: TimeMs | null;
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

/** Of the requests outside outages so many fail. */
const FAILING_SHARE = 0.03;
/** A price is told so soon after its minute. */
const TOLD_MS = 2 * MINUTE_MS;

interface StoredBar {
  readonly close: number;
  readonly volume: number;
}

/** One fetcher with a paid key; what it hands on is stored by a real store, in that order. */
export async function runSourceTrial(options: SourceTrialOptions): Promise<Record<string, number>> {
  const { symbols, fromMs, failsUntilMs, toMs, longOutageMs, seed, onViolation } = options;
  const random = fractionFrom(seed);
  const clock = new SkippingClock(fromMs);
  const market = new SessionMarket(String(seed), symbols, clock);
  const service = new BudgetService(market, planNamed("75"), clock, random);
  const outages = outagesBetween(fromMs + MINUTE_MS, failsUntilMs, longOutageMs, random);
  const failures = new Map<Failure, number>();
  const share = () => (clock.now() < failsUntilMs ? FAILING_SHARE : 0);
  const handedOn: (readonly Quote[])[] = [];
  const gaps: Gap[] = [];
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-source-"));
  try {
    const life = new BudgetLife({
      ...{ folder, symbols, clock, random },
      settings: { key: `PAIDKEY${seed}`, plan: "75", function: "intraday", entitlement: "realtime" },
      fetch: failing(service.fetch, { outages, share, clock, random }, failures),
      onQuotes: (quotes) => handedOn.push(quotes),
      onGaps: (these) => gaps.push(...these),
      onPlan: () => undefined,
      onAnswer: () => undefined,
    });
    await clock.runUntil(toMs);
    await life.kill();
    const { stored, doubles } = await store(join(folder, "server.db"), clock, handedOn);
    if (doubles > 0) onViolation(`seed ${seed}: ${doubles} versions of prices were judged twice`);
    const listed = symbols.flatMap((symbol) =>
      market.bars(symbol, MINUTE_MS, { fromMs, toMs: toMs - TOLD_MS, asOfMs: toMs }).map((bar) => ({ symbol, bar })),
    );
    let missing = 0;
    for (const { symbol, bar } of listed) {
      const isMarked = gaps.some((gap) => isWithin(symbol, bar, gap));
      const fault = faultOf(bar, stored.get(`${symbol} ${bar.startMs}`));
      if (fault !== null && isMarked) missing += 1;
      if (fault === null || isMarked) continue;
      onViolation(`seed ${seed}: the bar of ${symbol} at ${new Date(bar.startMs).toISOString()} ${fault}`);
    }
    const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
    const requests = service.arrivals.length;
    return { bars: listed.length, outages: outages.length, failed, requests, gaps: gaps.length, missing };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function faultOf({ close, volume }: Bar, stored: StoredBar | undefined): string | null {
  if (stored === undefined) return "is not stored";
  return stored.close === Number(close) && stored.volume === Number(volume) ? null : "is not stored whole";
}

function isWithin(symbol: string, { startMs }: Bar, gap: Gap): boolean {
  return gap.symbol === symbol && startMs + MINUTE_MS > gap.startTimeMs && startMs < gap.endTimeMs;
}

/** What a server would have in the end that took each of these at once. */
async function store(
  file: string,
  clock: SkippingClock,
  handedOn: readonly (readonly Quote[])[],
): Promise<{ stored: ReadonlyMap<string, StoredBar>; doubles: number }> {
  let ids = 0;
  const opened = openSqliteStore({
    ...{ file, policy: "resend", clock, random: Math.random, bootId: null, log: new RecordedLog() },
    newId: () => String((ids += 1)),
  });
  for (const quotes of handedOn) await opened.quotes.recordQuotes([quotes.toSorted(compareQuotes)], judgeAlert);
  await opened.close();
  const db = new Database(file, { readonly: true });
  const rows = db
    .prepare("SELECT symbol, quote_time AS quoteTimeMs, close, volume FROM quotes WHERE period_ms = 60000")
    .all() as (StoredBar & { symbol: string; quoteTimeMs: number })[];
  const key = "symbol, source, period_ms, quote_time, open, high, low, close, volume";
  const twice = `SELECT count(*) FROM (SELECT 1 FROM judged_quotes GROUP BY ${key} HAVING count(*) > 1)`;
  const doubles = db.prepare(twice).pluck().get() as number;
  db.close();
  return { stored: new Map(rows.map(({ symbol, quoteTimeMs, ...bar }) => [`${symbol} ${quoteTimeMs}`, bar])), doubles };
}
