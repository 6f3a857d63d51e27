import { MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { TradeTape } from "./trade-tape.ts";

const LIMIT = 500;
const LIMIT_MAX = 1_000;

export interface KlinesWorld {
  readonly tapes: ReadonlyMap<string, TradeTape>;
  /** Minutes that are left out. */
  readonly withheld: ReadonlySet<TimeMs>;
  readonly now: TimeMs;
}

/** `GET /api/v3/klines`: minute bars from `startTime` on, or the newest; the last may still be forming. */
export function answerKlines(query: URLSearchParams, world: KlinesWorld): { status: number; body: unknown } {
  const tape = world.tapes.get(query.get("symbol") ?? "");
  if (tape === undefined) return { status: 400, body: { code: -1121, msg: "Invalid symbol." } };
  if (query.get("interval") !== "1m") return { status: 400, body: { code: -1120, msg: "Invalid interval." } };
  const limit = Math.min(LIMIT_MAX, numberIn(query, "limit") ?? LIMIT);
  const endMs = Math.min(numberIn(query, "endTime") ?? world.now, world.now);
  const newestFrom = Math.floor(endMs / MINUTE_MS) * MINUTE_MS - (limit - 1) * MINUTE_MS;
  const startMs = Math.ceil((numberIn(query, "startTime") ?? newestFrom) / MINUTE_MS) * MINUTE_MS;
  const rows: unknown[] = [];
  for (let at = startMs; at <= endMs && rows.length < limit; at += MINUTE_MS) {
    const row = world.withheld.has(at) ? null : rowOf(tape, at, world.now);
    if (row !== null) rows.push(row);
  }
  return { status: 200, body: rows };
}

function rowOf(tape: TradeTape, startMs: TimeMs, now: TimeMs): unknown[] | null {
  const bar = tape.bar(startMs, now);
  if (bar === null) return null;
  const { open, high, low, close, volume, trades } = bar;
  const zero = "0.00000000";
  return [startMs, open, high, low, close, volume, startMs + MINUTE_MS - 1, zero, trades, zero, zero, "0"];
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
