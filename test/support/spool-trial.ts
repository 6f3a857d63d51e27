// The server is away while prices come at full rate: they wait on disk, over restarts of the fetcher, and then arrive once, in their order.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { QuoteStream } from "../../client/quote-stream.ts";
import { openSpool, type OpenSpool } from "../../client/spool/open-spool.ts";
import { RecordedLog } from "../../client/testing/recorded-log.ts";
import type { Quote } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { TEN_SYMBOLS } from "./budget-trial.ts";
import { eventually } from "./eventually.ts";
import { TestServer } from "./test-server.ts";

/** From one price of a symbol to the next. */
const EVERY_MS = 250;
/** So many are taken in at once: a second's. */
const PUT = 40;
const SPOOL_MAX = 2_000_000;
const DRAIN_LIMIT_MS = 600_000;

interface SpoolTrialOptions {
  readonly quotes: number;
  /** How often the fetcher is started anew while there is no server. */
  readonly restarts: number;
  readonly onViolation: (text: string) => void;
}

/** One fetcher's spool and one server. Throws when what waits does not arrive at all. */
export async function runSpoolTrial({
  quotes,
  restarts,
  onViolation,
}: SpoolTrialOptions): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-away-"));
  const server = await new TestServer({}).start();
  const opening = { file: join(folder, "spool.db"), quotesMax: SPOOL_MAX, clock: systemClock, log: new RecordedLog() };
  let spool = openSpool(opening);
  try {
    const firstMs = systemClock.now() - Math.ceil(quotes / TEN_SYMBOLS.length) * EVERY_MS - EVERY_MS;
    const filledAt = performance.now();
    for (let at = 0, restarted = 0; at < quotes; at += PUT) {
      if (at * restarts >= (restarted + 1) * quotes) {
        spool.close();
        spool = openSpool(opening);
        restarted += 1;
      }
      const second = Array.from({ length: Math.min(PUT, quotes - at) }, (_, place) => quoteAt(at + place, firstMs));
      await spool.spool.put(second, new AbortController().signal);
    }
    const waited = spool.spool.size;
    if (waited !== quotes) onViolation(`${waited} of ${quotes} quotes wait on disk`);
    const drainedAt = performance.now();
    await drain(server, spool, quotes / 2); // the fetcher is started anew in the middle of it
    spool.close();
    spool = openSpool(opening);
    await drain(server, spool, 0);
    const endedAt = performance.now();
    for (const fault of faultsIn(server.databaseFile, quotes, firstMs)) onViolation(fault);
    const seconds = (fromMs: number, toMs: number): number => Math.round((toMs - fromMs) / 100) / 10;
    return { "filled in, s": seconds(filledAt, drainedAt), "arrived in, s": seconds(drainedAt, endedAt) };
  } finally {
    spool.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Sends until no more than so many wait. */
async function drain(server: TestServer, { spool, supply }: OpenSpool, left: number): Promise<void> {
  const client = await server.connect(QuoteServiceClient, "fetcher");
  const stream = new QuoteStream({ client, supply, clock: systemClock, log: new RecordedLog() });
  try {
    await eventually("the spool has emptied", () => spool.size <= left, DRAIN_LIMIT_MS);
  } finally {
    await stream.close();
  }
}

function quoteAt(place: number, firstMs: TimeMs): Quote {
  const round = Math.floor(place / TEN_SYMBOLS.length);
  const quoteTimeMs = firstMs + round * EVERY_MS;
  const price = priceIn(round);
  const walk = { open: price, high: price, low: price, close: price, volume: 1 };
  const symbol = TEN_SYMBOLS[place % TEN_SYMBOLS.length] ?? "";
  return {
    symbol,
    source: "simulator",
    periodMs: 0,
    quoteTimeMs,
    ...walk,
    sessionClass: "always",
    fetchTimeMs: quoteTimeMs,
  };
}

/** Up and down by a cent. */
function priceIn(round: number): number {
  const phase = round % 2_000;
  return (10_000 + (phase < 1_000 ? phase : 2_000 - phase)) / 100;
}

function faultsIn(file: string, quotes: number, firstMs: TimeMs): string[] {
  const db = new Database(file, { readonly: true });
  const count = (sql: string): number => db.prepare(sql).pluck().get() as number;
  const stored = count("SELECT count(*) FROM quotes");
  const superseded = count("SELECT count(*) FROM superseded_quotes");
  const unjudged = count("SELECT count(*) FROM quotes WHERE seq IS NULL");
  const swapped = count(
    `SELECT count(*) FROM (SELECT quote_time, lag(quote_time) OVER (PARTITION BY symbol ORDER BY seq) AS before FROM quotes)
     WHERE before >= quote_time`,
  );
  let wrong = 0;
  for (const row of db.prepare("SELECT quote_time AS timeMs, close FROM quotes").iterate()) {
    const { timeMs, close } = row as { timeMs: number; close: number };
    if (close !== priceIn((timeMs - firstMs) / EVERY_MS)) wrong += 1;
  }
  db.close();
  const faults: [number, string][] = [
    [quotes - stored, "quotes are not stored"],
    [superseded, "quotes came in two versions"],
    [unjudged, "quotes came after newer ones"],
    [swapped, "quotes were judged before earlier ones"],
    [wrong, "quotes have another price"],
  ];
  return faults.filter(([found]) => found !== 0).map(([found, what]) => `${found} of ${quotes} ${what}`);
}
