import type { TimeMs } from "../../domain/time.ts";
import type { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { renderAge } from "../render/age.ts";
import { neutralise } from "../render/neutralise.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderShortTime } from "../render/time.ts";
import { wrapText } from "../render/wrapped-fields.ts";
import { namedSentence, ruleText } from "./alert-words.ts";
import { doubtLines } from "./doubt-text.ts";
import { ageCell } from "./price-age-text.ts";
import { priceText } from "./price-text.ts";
import { isSimulated, priceLine } from "./quote-text.ts";
import type { WatchedPrice, WatchLogLine, WatchState } from "./watch-state.ts";

const PRICE_COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "PRICE", align: "right" },
  { title: "" },
  { title: "AGE", align: "right" },
];
const CHANGE_COLUMN: Column = { title: "SINCE START", align: "right" };
const ALERT_COLUMNS: readonly Column[] = [{ title: "TO GO", align: "right" }, { title: "NEAREST ALERT" }];
/** So many lines of the log are shown, if there is room. */
const LOG_LINES = 8;
/** What stands around the prices: the state, a blank line and the titles. */
const LINES_AROUND = 3;
/** Of so many symbols without a price it is said why. */
const ABSENCES_SHOWN = 3;
/** Of so many symbols it is said that their price is doubted. */
const DOUBTS_SHOWN = 3;

/** A screen. */
export interface WatchScreen {
  readonly columns: number;
  /** What does not fit is left out, the oldest of the log first; null: all fits. */
  readonly rows: number | null;
}

/** The screen at a moment, line by line, none wider than it. */
export function renderWatch(state: WatchState, now: TimeMs, { columns, rows }: WatchScreen): string[] {
  const { prices } = state;
  const age = renderAge(now - state.startMs);
  const absences = absenceLines(state, (symbol) => `waiting ${age} for ${symbol ?? "prices"}`, columns);
  const waiting = [...doubtedLines(prices, now, columns), ...absences];
  const room = rows === null ? Infinity : Math.max(rows - LINES_AROUND - 1 - waiting.length, 1);
  const shown = prices.length <= room ? prices : prices.slice(0, Math.max(room - 1, 0));
  const left = prices.length - shown.length;
  const lines = [stateLine(state, now), "", ...priceTable(state, shown, now, true)];
  if (left > 0) lines.push(`and ${left} more: name those that you want to see`);
  lines.push(...waiting);
  const logRoom = Math.min(LOG_LINES, rows === null ? LOG_LINES : rows - 1 - lines.length - 1);
  const log = logRoom > 0 ? state.log.slice(-logRoom) : [];
  if (log.length > 0) lines.push("", ...log.map(logLine));
  return lines.slice(0, rows === null ? undefined : rows - 1).map((line) => cut(line, columns));
}

/** How things stand at a moment, for one look at them; null: as wide as they are. */
export function renderLook(state: WatchState, now: TimeMs, columns: number | null): string[] {
  const { prices } = state;
  const absences = absenceLines(state, (symbol) => (symbol === null ? "no prices" : `no price of ${symbol}`), columns);
  const lines = [...priceTable(state, prices, now, false), ...doubtedLines(prices, now, columns), ...absences];
  if (prices.some(({ quote }) => isSimulated(quote))) lines.push("* SIMULATED");
  return columns === null ? lines : lines.map((line) => cut(line, columns));
}

/** What a pipe is told of a symbol that is waited for; null: of any price. */
export function waitingNote(state: WatchState, symbol: string | null): string {
  return `WAITING  for ${symbol ?? "prices"}: ${state.absence(symbol)}`;
}

/** One event of the log on one line. */
function logLine({ time, text }: WatchLogLine): string {
  return neutralise(`${time?.toISOString().slice(11, 19) ?? "--:--:--"} UTC  ${text}`);
}

/** A trigger on a line of its own, in the columns of a price. */
export function triggerLine(trigger: Trigger): string {
  const { symbol, price, quote, fireTime, note } = trigger;
  const words = `${namedSentence(trigger)}${note === "" ? "" : ` (${note})`}`;
  return priceLine(fireTime ?? new Date(0), { symbol, currency: quote?.currency ?? "" }, price, words);
}

function stateLine({ server, away, user, prices }: WatchState, now: TimeMs): string {
  const simulated = prices.some(({ quote }) => isSimulated(quote)) ? "  * SIMULATED" : "";
  if (away !== null) return `AWAY for ${renderAge(now - away.sinceMs)}, trying again: ${neutralise(away.message)}`;
  const alerts = user === "out" ? "  your alerts: ./bell login EMAIL" : "";
  return `live at ${server}${simulated}${alerts}`;
}

function priceTable(state: WatchState, prices: readonly WatchedPrice[], now: TimeMs, hasChange: boolean): string[] {
  if (prices.length === 0) return [];
  const hasAlerts = state.user === "in";
  const columns = [...PRICE_COLUMNS, ...(hasChange ? [CHANGE_COLUMN] : []), ...(hasAlerts ? ALERT_COLUMNS : [])];
  const rows = prices.map((price) => [
    ...priceCells(price, now),
    ...(hasChange ? [changeText(price)] : []),
    ...(hasAlerts ? alertCells(state, price) : []),
  ]);
  return renderTable(columns, rows, null).split("\n");
}

/** Of which symbols the price is doubted, and so nothing is judged, a few lines. */
function doubtedLines(prices: readonly WatchedPrice[], now: TimeMs, columns: number | null): string[] {
  const doubted = prices.map(({ newest }) => newest).filter(({ doubt }) => doubt !== undefined);
  const lines = doubtLines(doubted.slice(0, DOUBTS_SHOWN), columns, (time) => renderShortTime(time, now));
  const left = doubted.length - DOUBTS_SHOWN;
  return left > 0 ? [...lines, `and ${left} more whose price is doubted`] : lines;
}

/** Why what is missing is missing, a few lines. */
function absenceLines(
  state: WatchState,
  beginning: (symbol: string | null) => string,
  columns: number | null,
): string[] {
  const { awaited } = state;
  const lines = awaited
    .slice(0, ABSENCES_SHOWN)
    .flatMap((symbol) => wrapText(`${beginning(symbol)}: ${state.absence(symbol)}`, columns));
  const left = awaited.length - ABSENCES_SHOWN;
  return left > 0 ? [...lines, `and ${left} more without a price`] : lines;
}

function priceCells({ quote }: WatchedPrice, now: TimeMs): string[] {
  return [
    `${quote.symbol}${isSimulated(quote) ? "*" : ""}`,
    priceText(quote.close),
    quote.currency,
    ageCell(quote, now),
  ];
}

function changeText({ quote, firstPrice }: WatchedPrice): string {
  return percentText(((quote.close - firstPrice) / firstPrice) * 100);
}

function alertCells(state: WatchState, { quote }: WatchedPrice): string[] {
  const nearest = state.nearestAlert(quote.symbol, quote.close);
  if (nearest === null) return ["", ""];
  return [nearest.percent === null ? "PENDING" : percentText(nearest.percent), ruleText(nearest.alert)];
}

/** With its sign, to a hundredth: `+1.25 %`; what rounds to nothing has none. */
function percentText(percent: number): string {
  const digits = percent.toFixed(2);
  if (Number(digits) === 0) return "0.00 %";
  return `${percent > 0 ? "+" : ""}${digits} %`;
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(columns - 1, 0))}…`;
}
