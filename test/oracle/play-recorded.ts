// Recorded bars, played in the engine and in the oracle.
import { isDeepStrictEqual } from "node:util";
import { readFileSync } from "node:fs";
import type { Alert, AlreadyTrue } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { hasRoomToBeBack } from "../../domain/judging/firing.ts";
import { parsePrice } from "../../domain/price.ts";
import type { Quote } from "../../domain/quote.ts";
import { above, below, crosses, exampleAlert, inside, outside } from "../examples.ts";
import { momentOf } from "./heard.ts";
import { EnginePlayer } from "./play-engine.ts";
import { OraclePlayer } from "./play-oracle.ts";
import type { Outcome } from "./symbol-oracle.ts";
import { newYork, partOfDay } from "./trading-days.ts";

const MINUTE = 60_000;

/** How a file of bars is to be read. */
interface Reading {
  readonly symbol: string;
  readonly periodMs: number;
  /** How long before its stamp a bar began. */
  readonly stampedAfterMs?: number;
  /** Its first row is the newest. */
  readonly newestFirst?: boolean;
  /** It knows no sessions, and its stamps begin with a day. */
  readonly isAlways?: boolean;
}

/** The bars of a csv file in the order of time: stamp, open, high, low, close in the first columns; stamps are New York's. */
export function readBars(path: string, reading: Reading): Quote[] {
  const rows = readFileSync(path, "utf8").trim().split(/\r?\n/).slice(1);
  const quotes = rows.map((row) => barOf(row.split(","), reading));
  return reading.newestFirst === true ? quotes.reverse() : quotes;
}

function barOf([stamp = "", ...texts]: readonly string[], reading: Reading): Quote {
  const { symbol, periodMs, stampedAfterMs = 0, isAlways = false } = reading;
  const [open = 0, high = 0, low = 0, close = 0] = texts.slice(0, 4).map((text) => parsePrice(text).price);
  const told = newYork(stamp.slice(0, 10), isAlways ? "00:00" : stamp.slice(11, 16)) - stampedAfterMs;
  // The hour from nine o'clock has half an hour of trading.
  const isFirstHour = periodMs === 60 * MINUTE && stamp.slice(11, 16) === "09:00";
  const quoteTimeMs = isFirstHour ? told + 30 * MINUTE : told;
  const sessionClass = isAlways ? "always" : partOfDay(quoteTimeMs);
  const prices = { open, high: Math.max(open, high, low, close), low: Math.min(open, high, low, close), close };
  return {
    symbol,
    source: "recording",
    periodMs,
    quoteTimeMs,
    ...prices,
    volume: 1,
    sessionClass,
    fetchTimeMs: told + periodMs,
  };
}

/** An alert of every kind at these levels, each with some of the options; `alreadyTrue` of those that hear extended hours. */
export function alertsAt(symbol: string, levels: readonly number[], alreadyTrue: AlreadyTrue): Alert[] {
  const conditions = levels.flatMap((level, at): Condition[] => {
    const next = levels[at + 1];
    const single = [above(level), below(level), above(level, 10 * MINUTE), below(level, 10 * MINUTE)];
    const events = (["up", "down", "either"] as const).map((direction) => crosses(level, direction));
    const bands =
      next === undefined
        ? []
        : [
            inside(level, next),
            outside(level, next),
            inside(level, next, 10 * MINUTE),
            outside(level, next, 10 * MINUTE),
          ];
    return [...single, ...events, ...bands];
  });
  const variants: readonly Partial<Alert>[] = [
    {},
    { repeat: "every" },
    { repeat: "every", alreadyTrue, bandPercent: "0.1", rearmForMs: 5 * MINUTE, session: "extended" },
    { repeat: "every", confirm: 3, maxFires: 5, bandPercent: "0", session: "any" },
  ];
  const alerts = conditions.flatMap((condition) =>
    variants.map((options) =>
      exampleAlert(condition, { symbol, ...options, ...(condition.kind === "crosses" ? { confirm: 1 } : {}) }),
    ),
  );
  return alerts.filter(hasRoomToBeBack).map((alert, at) => ({ ...alert, id: `alert-${at}` }));
}

/** What came of recorded bars. */
export interface Played {
  /** The first difference between engine and oracle; null if there is none. */
  readonly difference: string | null;
  readonly fired: readonly { readonly alert: Alert; readonly outcome: Outcome; readonly quote: Quote }[];
  /** How many bars were judged. */
  readonly judged: number;
  /** Whether the symbol was on HOLD at any time, and is at the end. */
  readonly wasHeld: boolean;
  readonly isHeld: boolean;
}

/** Makes the alerts at the first bar and plays the others one by one. */
export function playRecorded(quotes: readonly Quote[], alerts: readonly Alert[]): Played {
  const [oracle, engine] = [new OraclePlayer(), new EnginePlayer()];
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  const fired: { alert: Alert; outcome: Outcome; quote: Quote }[] = [];
  const judged = new Set<number>();
  let difference: string | null = null;
  let wasHeld = false;
  for (const [place, quote] of quotes.entries()) {
    const [expected, found] = [oracle.commit([quote]), engine.commit([quote])].map((outcomes) =>
      [...outcomes].sort((a, b) => a.alertId.localeCompare(b.alertId)),
    ) as [Outcome[], Outcome[]];
    if (!isDeepStrictEqual(expected, found)) difference ??= `bar ${place} of ${quote.symbol}: oracle and engine differ`;
    for (const outcome of found) {
      judged.add(outcome.seq);
      if (outcome.trigger !== null) fired.push({ alert: byId.get(outcome.alertId)!, outcome, quote });
    }
    wasHeld ||= engine.isHeld;
    if (oracle.isHeld !== engine.isHeld) difference ??= `bar ${place} of ${quote.symbol}: only one of them holds it`;
    if (place === 0) {
      for (const [at, alert] of alerts.entries()) {
        const step = { kind: "arm", at, alert, nowMs: momentOf(quote) } as const;
        for (const player of [oracle, engine]) player.act(step);
      }
    }
  }
  return { difference, fired, judged: judged.size, wasHeld, isHeld: engine.isHeld };
}

/** So many levels from one price to another, both included, with four decimals. */
export function levelsBetween(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Number((low + ((high - low) * at) / (count - 1)).toFixed(4)));
}
