// The story that a traced store lives through, and what must be true of it after any power loss: one user's alert on each of
// four symbols fires at every second batch, and what fired is mailed.
import type Database from "better-sqlite3";
import type { Quote } from "../../../domain/quote.ts";
import { EXAMPLE_START_MS, exampleTick } from "../../examples.ts";

export const STORY_SYMBOLS: readonly string[] = ["AAPL", "MSFT", "NVDA", "TSLA"];
export const STORY_LEVEL = 200;
const SECOND_MS = 1_000;

/** The quotes of batch number `at`, from 0: below the level when that is even, above it when it is odd. */
export function storyBatch(at: number): Quote[] {
  const price = at % 2 === 0 ? 190 : 201;
  return STORY_SYMBOLS.map((symbol) => exampleTick(at * SECOND_MS, price, { symbol }));
}

/** What the store has promised by some moment. */
export interface Promised {
  /** The last batch that was acknowledged; -1 before the first. */
  batch: number;
  /** The notifications of which it was written down that they were taken. */
  readonly sent: string[];
}

/** Reads one line of the writer's: `batch 7`, `sent ID`. */
export function hearPromise(promised: Promised, line: string): void {
  const [word, value = ""] = line.split(" ");
  if (word === "batch") promised.batch = Number(value);
  if (word === "sent") promised.sent.push(value);
}

/** What is wrong with a database after a power loss; empty when nothing is. */
export function storyFaults(db: Database.Database, promised: Promised): string[] {
  const check = db.pragma("integrity_check", { simple: true });
  if (check !== "ok") return [`the database is corrupt: ${String(check)}`];
  const faults: string[] = [];
  const batches = db
    .prepare("SELECT quote_time AS time, count(*) AS count FROM judged_quotes GROUP BY quote_time ORDER BY quote_time")
    .all() as { time: number; count: number }[];
  if (batches.length - 1 < promised.batch) {
    faults.push(`${promised.batch + 1 - batches.length} acknowledged batches are lost`);
  }
  batches.forEach(({ time, count }, at) => {
    if (time !== EXAMPLE_START_MS + at * SECOND_MS || count !== STORY_SYMBOLS.length)
      faults.push(`batch ${at} is torn`);
  });
  return [...faults, ...triggerFaults(db, Math.floor(batches.length / 2)), ...sentFaults(db, promised.sent)];
}

/** Quotes and what they caused are one transaction: `firings` of each symbol, each in a notification. */
function triggerFaults(db: Database.Database, firings: number): string[] {
  const count = db.prepare("SELECT count(*) FROM triggers WHERE symbol = ?").pluck();
  const faults = STORY_SYMBOLS.filter((symbol) => count.get(symbol) !== firings).map(
    (symbol) => `${symbol} has ${String(count.get(symbol))} triggers where its quotes make ${firings}`,
  );
  const lost = "SELECT count(*) FROM triggers WHERE notification_id NOT IN (SELECT id FROM notifications)";
  if (db.prepare(lost).pluck().get() !== 0) faults.push("a trigger is in no notification");
  return faults;
}

function sentFaults(db: Database.Database, sent: readonly string[]): string[] {
  const state = db.prepare("SELECT state FROM notifications WHERE id = ?").pluck();
  return sent.filter((id) => state.get(id) !== "SENT").map((id) => `notification ${id} is no longer SENT`);
}
