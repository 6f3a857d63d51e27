import type { TimeSpan } from "../../../domain/calendar/market-time.ts";
import { MINUTE_MS } from "../../../domain/time.ts";
import { refusalOf } from "../refusal.ts";
import type { Answer } from "./classify-answer.ts";
import { timeFromEastern } from "./eastern-time.ts";
import { parseBarSeries, type SeriesForm } from "./parse-bar-series.ts";
import type { Reading, ReadingContext, RowTime } from "./quote-collector.ts";

/** The bar lengths that the service offers. */
export type IntervalMinutes = 1 | 5 | 15 | 30 | 60;

/** So many bars of one minute never lie a whole multiple of minutes apart by chance, however seldom the symbol trades. */
const ROWS_THAT_TELL = 20;
const STAMP = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
/** The service has bars within the day from here on. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

/** Reads TIME_SERIES_INTRADAY. A bar's stamp is taken as its start, as the service has meant it since 2023. */
export function parseIntraday(
  answer: Exclude<Answer, { kind: "refusal" }>,
  context: ReadingContext,
  intervalMinutes: IntervalMinutes,
): Reading {
  return parseBarSeries(answer, context, formOf(intervalMinutes));
}

/** Reads the minute bars of a month: an answer that holds a bar of another month is none. */
export function parseIntradayMonth(
  answer: Exclude<Answer, { kind: "refusal" }>,
  context: ReadingContext,
  month: TimeSpan,
): Reading {
  const reading = parseIntraday(answer, context, 1);
  if (reading.kind === "refusal") return reading;
  const isWithin = reading.quotes.every(({ quoteTimeMs: time }) => time >= month.startMs && time < month.endMs);
  if (isWithin) return reading;
  return { kind: "refusal", refusal: refusalOf("malformed", "the answer holds bars of another month") };
}

function formOf(intervalMinutes: IntervalMinutes): SeriesForm {
  const interval = `${intervalMinutes}min`;
  return {
    name: `Time Series (${interval})`,
    fileKind: `intraday_${interval}`,
    stamp: STAMP,
    meta: { "4. Interval": interval, "6. Time Zone": "US/Eastern" },
    timeOf: (stamp) => barTime(stamp, intervalMinutes),
    stampProblem: (stamps) => intervalProblem(stamps, intervalMinutes),
  };
}

/** A bar begins on a whole multiple of its length; New York's offset is whole hours, so UTC tells too. */
function barTime(stamp: string, intervalMinutes: IntervalMinutes): RowTime {
  const periodMs = intervalMinutes * MINUTE_MS;
  const timeMs = timeFromEastern(stamp);
  const isCredible = timeMs !== null && timeMs >= EARLIEST_MS && timeMs % periodMs === 0;
  return { quoteTimeMs: isCredible ? timeMs : null, periodMs };
}

function intervalProblem(stamps: readonly string[], intervalMinutes: IntervalMinutes): string | null {
  const spacing = spacingMinutes(stamps);
  if (stamps.length < ROWS_THAT_TELL || spacing <= intervalMinutes) return null;
  return `the bars are not of ${intervalMinutes}min: their stamps lie ${spacing} minutes apart`;
}

/** The largest number of minutes of which every distance between two stamps is a multiple; 0 for fewer than two of them. */
function spacingMinutes(stamps: readonly string[]): number {
  const times = stamps.map(timeFromEastern).filter((time) => time !== null);
  const first = times[0] ?? 0;
  return times.reduce((spacing, time) => greatestDivisor(spacing, Math.abs(time - first) / MINUTE_MS), 0);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
