import { AppError } from "../../domain/error.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { padPrice, type Bar } from "./bar.ts";
import { easternTimeOfDay, fromWall } from "./eastern.ts";

const TIME_NAMES = ["timestamp", "datetime", "time", "date"];
const STAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?(Z|[+-]\d\d:\d\d)?$/;
const DECIMAL = /^\d{1,20}(\.\d{1,19})?$/;
/** Times of day at which no bar begins, but the last one of a session ends. */
const SESSION_ENDS = [16 * HOUR_MS, 20 * HOUR_MS];

/** Recorded bars of one symbol, oldest first, with the stamp of their start. */
export interface RecordedBars {
  readonly periodMs: number;
  readonly bars: readonly Bar[];
}

/** Longest first. */
const USUAL_PERIODS = [60, 30, 15, 5, 1].map((minutes) => minutes * MINUTE_MS);

type Column = "time" | "open" | "high" | "low" | "close" | "volume";
type Columns = Readonly<Record<Column, number>>;

/**
 * Reads a CSV of bars: a header with a time column (timestamp, datetime, time or date), open, high, low, close and volume,
 * any others besides; rows in either order; stamps in Eastern wall-clock time, or with an offset of their own. The period
 * follows from the steps between bars. Where the latest wall-clock time of day is exactly 16:00 or 20:00, stamps tell the
 * END of a bar: all are moved back by one period. Values stay the decimal texts that they are. Throws INVALID_ARGUMENT
 * naming file, line and field.
 */
export function parseBars(text: string, file: string): RecordedBars {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = readHeader(lines[0] ?? "", file);
  const bars = lines.flatMap((line, at) =>
    at === 0 || line.trim() === "" ? [] : [readRow(line.split(","), columns, { file, line: at + 1 })],
  );
  if (bars.length === 0) throw badFile(file, 2, "time", "there is no bar");
  const { dateOnly: dated, withOffset } = stampForm(lines, columns);
  const sorted = bars.sort((a, b) => a.bar.startMs - b.bar.startMs);
  const periodMs = dated ? DAY_MS : periodOf(sorted, file);
  const latest = Math.max(...sorted.map(({ bar }) => easternTimeOfDay(bar.startMs)));
  const shiftMs = !dated && !withOffset && SESSION_ENDS.includes(latest) ? periodMs : 0;
  return { periodMs, bars: sorted.map(({ bar }) => ({ ...bar, startMs: bar.startMs - shiftMs })) };
}

/** An INVALID_ARGUMENT for one place in a file of bars. */
export function badFile(file: string, line: number, field: string, message: string): AppError {
  const hint = "mend or remove the file: a header with time, open, high, low, close and volume, then a bar a line";
  return AppError.invalidField(`${file}:${line}: ${field}`, "CONFIG_INVALID", message, hint);
}

interface Place {
  readonly file: string;
  readonly line: number;
}

interface PlacedBar extends Place {
  readonly bar: Bar;
}

function readHeader(line: string, file: string): Columns {
  const names = line.split(",").map((name) => name.trim().toLowerCase());
  const at = (field: Column, accepted: readonly string[]): number => {
    const found = names.findIndex((name) => accepted.includes(name));
    if (found === -1) throw badFile(file, 1, field, `the header has no column ${accepted.join(" or ")}`);
    return found;
  };
  return {
    time: at("time", TIME_NAMES),
    open: at("open", ["open"]),
    high: at("high", ["high"]),
    low: at("low", ["low"]),
    close: at("close", ["close"]),
    volume: at("volume", ["volume"]),
  };
}

function readRow(fields: readonly string[], columns: Columns, place: Place): PlacedBar {
  const text = (column: Column): string => (fields[columns[column]] ?? "").trim();
  const bad = (column: Column, message: string): AppError =>
    badFile(place.file, place.line, column, `"${text(column).slice(0, 40)}" ${message}`);
  const startMs = parseStamp(text("time"));
  if (startMs === undefined) throw bad("time", "is not a time like 2019-02-15 15:59:00");
  for (const column of ["open", "high", "low", "close"] as const) {
    if (!DECIMAL.test(text(column)) || Number(text(column)) === 0) throw bad(column, "is not a positive number");
  }
  if (!DECIMAL.test(text("volume"))) throw bad("volume", "is not a number");
  if (Number(text("high")) < Number(text("low"))) throw bad("high", `is less than the low, ${text("low")}`);
  return {
    ...place,
    bar: {
      startMs,
      open: padPrice(text("open")),
      high: padPrice(text("high")),
      low: padPrice(text("low")),
      close: padPrice(text("close")),
      volume: text("volume"),
    },
  };
}

/** How the first row writes its time; the other rows are taken to do the same. */
function stampForm(lines: readonly string[], columns: Columns): { dateOnly: boolean; withOffset: boolean } {
  const first = lines.find((line, at) => at > 0 && line.trim() !== "") ?? "";
  const match = STAMP.exec((first.split(",")[columns.time] ?? "").trim());
  return { dateOnly: match?.[4] === undefined, withOffset: match?.[7] !== undefined };
}

/** The instant of a stamp; undefined when it is none. */
function parseStamp(text: string): TimeMs | undefined {
  const match = STAMP.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wall);
  const exists =
    back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) return undefined;
  const offset = match[7];
  return offset === undefined ? fromWall(wall) : wall - offsetOf(offset);
}

function offsetOf(text: string): number {
  if (text === "Z") return 0;
  const size = Number(text.slice(1, 3)) * HOUR_MS + Number(text.slice(4, 6)) * MINUTE_MS;
  return text.startsWith("-") ? -size : size;
}

/**
 * The period of bars sorted by time: the longest usual one that every step is a multiple of, so that missing bars do not
 * matter; a minute for a single bar. Throws for a time that comes twice.
 */
function periodOf(sorted: readonly PlacedBar[], file: string): number {
  let common = 0;
  for (let at = 1; at < sorted.length; at++) {
    const [before, after] = [sorted[at - 1], sorted[at]];
    if (before === undefined || after === undefined) continue;
    const step = after.bar.startMs - before.bar.startMs;
    if (step === 0)
      throw badFile(file, Math.max(before.line, after.line), "time", "the same time came in an earlier line");
    common = greatestCommonDivisor(common, step);
  }
  if (common === 0) return MINUTE_MS;
  return USUAL_PERIODS.find((period) => common % period === 0) ?? common;
}

function greatestCommonDivisor(a: number, b: number): number {
  return a === 0 ? b : greatestCommonDivisor(b % a, a);
}
