import type { TimeMs } from "../../domain/time.ts";
import { renderAge } from "../render/age.ts";
import { neutralise } from "../render/neutralise.ts";
import { renderTable, type Column } from "../render/table.ts";
import { isSimulated, priceText } from "./quote-text.ts";
import { asOfMs, type WatchedPrice, type WatchLogLine, type WatchState } from "./watch-state.ts";

const PRICE_COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "PRICE", align: "right" },
  { title: "" },
  { title: "AGE", align: "right" },
  { title: "CHANGE", align: "right" },
];
const ALERT_COLUMNS: readonly Column[] = [
  { title: "TO GO", align: "right" },
  { title: "NEAREST ALERT", shrinks: true },
];
/** So many lines of the log are shown, if there is room. */
const LOG_LINES = 8;
/** What stands around the prices: the state, a blank line and the titles. */
const LINES_AROUND = 3;

/** A screen. */
export interface WatchScreen {
  readonly columns: number;
  /** What does not fit is left out, the oldest of the log first; null: all fits. */
  readonly rows: number | null;
}

/** The screen at a moment, line by line, none wider than it. */
export function renderWatch(state: WatchState, now: TimeMs, { columns, rows }: WatchScreen): string[] {
  const { prices } = state;
  const room = rows === null ? Infinity : Math.max(rows - LINES_AROUND - 1, 1);
  const shown = prices.length <= room ? prices : prices.slice(0, Math.max(room - 1, 0));
  const left = prices.length - shown.length;
  const lines = [stateLine(state, now), "", ...priceLines(state, shown, now, columns)];
  if (left > 0) lines.push(`and ${left} more: name those that you want to see`);
  const logRoom = Math.min(LOG_LINES, rows === null ? LOG_LINES : rows - 1 - lines.length - 1);
  const log = logRoom > 0 ? state.log.slice(-logRoom) : [];
  if (log.length > 0) lines.push("", ...log.map(logLine));
  return lines.map((line) => cut(line, columns));
}

/** One event of the log on one line. */
export function logLine({ time, text }: WatchLogLine): string {
  return neutralise(`${time?.toISOString().slice(11, 19) ?? "--:--:--"}Z  ${text}`);
}

function stateLine({ server, away, user, prices }: WatchState, now: TimeMs): string {
  const simulated = prices.some(({ quote }) => isSimulated(quote)) ? "  * SIMULATED" : "";
  if (away !== null) return `AWAY for ${renderAge(now - away.sinceMs)}, trying again: ${neutralise(away.message)}`;
  const alerts = user === "out" ? "  your alerts: ./bell login EMAIL" : "";
  return `live at ${server}${simulated}${alerts}`;
}

function priceLines(state: WatchState, prices: readonly WatchedPrice[], now: TimeMs, columns: number): string[] {
  if (prices.length === 0) return ["No prices yet: the fetcher brings them. ./bell status says whether one runs."];
  const hasAlerts = state.user === "in";
  const rows = prices.map((price) => [...priceCells(price, now), ...(hasAlerts ? alertCells(state, price) : [])]);
  const table = renderTable(hasAlerts ? [...PRICE_COLUMNS, ...ALERT_COLUMNS] : PRICE_COLUMNS, rows, columns);
  return table.split("\n");
}

function priceCells({ quote, firstPrice }: WatchedPrice, now: TimeMs): string[] {
  return [
    `${quote.symbol}${isSimulated(quote) ? "*" : ""}`,
    priceText(quote.close),
    quote.currency,
    renderAge(now - asOfMs(quote)),
    percentText(((quote.close - firstPrice) / firstPrice) * 100),
  ];
}

function alertCells(state: WatchState, { quote }: WatchedPrice): string[] {
  const nearest = state.nearestAlert(quote.symbol, quote.close);
  if (nearest === null) return ["", ""];
  const { sentence, symbol } = nearest.alert;
  const words = sentence.startsWith(`${symbol} `) ? sentence.slice(symbol.length + 1) : sentence;
  return [percentText(nearest.percent), words];
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
