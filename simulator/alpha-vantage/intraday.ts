import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { csvAnswer, jsonAnswer, type Answer } from "./answer.ts";
import type { Bar } from "./bar.ts";
import { easternStamp, fromWall } from "./eastern.ts";
import type { Entitlement, Market } from "./market.ts";
import { BadParameter, entitlementOf, type Parameters, type Question } from "./question.ts";

const COMPACT_BARS = 100;
const FULL_MS = 30 * DAY_MS;
/** The first month that there are bars of. */
const FIRST_YEAR = 2000;
const INTERVALS = ["1min", "5min", "15min", "30min", "60min"] as const;
type Interval = (typeof INTERVALS)[number];

interface Asked {
  readonly typed: string;
  readonly symbol: string;
  readonly interval: Interval;
  readonly full: boolean;
  readonly format: "json" | "csv";
  readonly month: { readonly fromMs: TimeMs; readonly toMs: TimeMs } | undefined;
  readonly regularOnly: boolean;
  readonly entitlement: Entitlement;
}

/** TIME_SERIES_INTRADAY: bars with the stamp of their start, newest first; throws BadParameter. */
export function answerIntraday(question: Question): Answer {
  const asked = readAsked(question);
  question.market.noteAsked(question.functionName, asked.symbol);
  const bars = barsFor(asked, question.market).reverse();
  if (asked.format === "csv") return csvOf(asked, bars);
  return jsonAnswer(seriesOf(asked, bars, bars[0]?.startMs ?? question.market.now()));
}

function readAsked(question: Question): Asked {
  const { parameters, market } = question;
  const named = parameters.symbol(market);
  const interval = INTERVALS.find((one) => one === parameters.text("interval"));
  // Bars cannot be cut into shorter ones.
  if (interval === undefined || periodOf(interval) % market.basePeriodMs(named.symbol) !== 0) {
    throw new BadParameter("interval");
  }
  parameters.choice("adjusted", ["true", "false"]); // there are no splits here: both are the same
  return {
    ...named,
    interval,
    full: parameters.choice("outputsize", ["compact", "full"]) === "full",
    format: parameters.choice("datatype", ["json", "csv"]),
    month: monthOf(parameters),
    regularOnly: parameters.choice("extended_hours", ["true", "false"]) === "false",
    entitlement: entitlementOf(question),
  };
}

function barsFor(asked: Asked, market: Market): Bar[] {
  const asOfMs = market.visibleUntil(asked.entitlement);
  const month = asked.month ?? { fromMs: asked.full ? asOfMs - FULL_MS : -Infinity, toMs: Infinity };
  const newest = asked.full ? {} : { newest: COMPACT_BARS };
  const window = { ...month, asOfMs, regularOnly: asked.regularOnly, ...newest };
  return market.bars(asked.symbol, periodOf(asked.interval), window);
}

function seriesOf(asked: Asked, bars: readonly Bar[], refreshedMs: TimeMs): object {
  return {
    "Meta Data": {
      "1. Information": `Intraday (${asked.interval}) open, high, low, close prices and volume`,
      "2. Symbol": asked.typed,
      "3. Last Refreshed": easternStamp(refreshedMs),
      "4. Interval": asked.interval,
      "5. Output Size": asked.full ? "Full size" : "Compact",
      "6. Time Zone": "US/Eastern",
    },
    [`Time Series (${asked.interval})`]: Object.fromEntries(
      bars.map((bar) => [
        easternStamp(bar.startMs),
        { "1. open": bar.open, "2. high": bar.high, "3. low": bar.low, "4. close": bar.close, "5. volume": bar.volume },
      ]),
    ),
  };
}

function csvOf(asked: Asked, bars: readonly Bar[]): Answer {
  const rows = bars.map((bar) => [easternStamp(bar.startMs), bar.open, bar.high, bar.low, bar.close, bar.volume]);
  const header = ["timestamp", "open", "high", "low", "close", "volume"];
  return csvAnswer(`intraday_${asked.interval}_${asked.symbol}.csv`, [header, ...rows]);
}

function periodOf(interval: Interval): number {
  return Number.parseInt(interval, 10) * MINUTE_MS;
}

/** The Eastern bounds of `month=YYYY-MM`; undefined when none was asked. */
function monthOf(parameters: Parameters): Asked["month"] {
  const text = parameters.text("month");
  if (text === "") return undefined;
  const [, year = 0, month = 0] = (/^(\d{4})-(\d\d)$/.exec(text) ?? []).map(Number);
  if (year < FIRST_YEAR || month < 1 || month > 12) throw new BadParameter("month");
  return { fromMs: fromWall(Date.UTC(year, month - 1)), toMs: fromWall(Date.UTC(year, month)) };
}
