import { SECOND_MS } from "../../domain/time.ts";
import {
  HistoryOrder,
  type PreviewAlertResponse,
  type PreviewedFire,
  type SymbolPreview,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { renderAge } from "../render/age.ts";
import { renderCount } from "../render/count.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderTime } from "../render/time.ts";
import { wrapFields } from "../render/wrapped-fields.ts";
import { priceText } from "./price-text.ts";
import { isSimulated } from "./quote-text.ts";

const FIRE_COLUMNS: readonly Column[] = [
  { title: "FIRED" },
  { title: "SYMBOL" },
  { title: "PRICE", align: "right" },
  { title: "LEVEL", align: "right" },
  { title: "MAIL" },
];
/** So many fires are shown where they are not what was asked for. */
const FEW_FIRES = 5;

/** An alert that is not made yet: its sentence, and for each symbol where the price stands and what would have been. */
export function previewText({ sentence, symbols }: PreviewAlertResponse, width: number | null): string {
  return [sentence, previewFields(symbols, width), fireTable(symbols, FEW_FIRES, width)].filter(isSaid).join("\n\n");
}

/** The same with every fire that was told. */
export function backtestText({ sentence, symbols }: PreviewAlertResponse, width: number | null): string {
  return [sentence, previewFields(symbols, width), fireTable(symbols, Infinity, width)].filter(isSaid).join("\n\n");
}

/** Where the price of each symbol stands, and what would have been, two lines each. */
export function previewFields(symbols: readonly SymbolPreview[], width: number | null): string {
  const fields = symbols.flatMap((preview): [string, string][] => [
    [preview.symbol, standingText(preview)],
    ["", pastText(preview)],
  ]);
  return fields.length === 0 ? "" : wrapFields(fields, width);
}

/** How far it is from a price to a level: "2.56 % up". */
export function distanceText(percent: number): string {
  if (percent === 0) return "where the price is";
  return `${Math.abs(percent).toFixed(2)} % ${percent > 0 ? "up" : "down"}`;
}

function standingText({ lastQuote, nearestLevel, distancePercent, alreadyTrue }: SymbolPreview): string {
  if (lastQuote === undefined) return "no price yet; the first one is where it would start from";
  const simulated = isSimulated(lastQuote) ? ", SIMULATED" : "";
  const price = `${priceText(lastQuote.close)} ${lastQuote.currency} (${renderTime(lastQuote.quoteTime)}${simulated})`;
  const level = `${priceText(nearestLevel)} is ${distanceText(distancePercent)}`;
  return `${price}; ${level}${alreadyTrue ? "; ALREADY TRUE" : ""}`;
}

function pastText(preview: SymbolPreview): string {
  const { fireCount, mailCount, quoteCount, startTime, endTime, order } = preview;
  if (startTime === undefined || endTime === undefined) return "no stored price of that time to try it on";
  const fired =
    fireCount === 0
      ? "would not have fired"
      : `would have fired ${timesText(fireCount)}${sinceText(preview)}, ${mailText(mailCount)}`;
  const unjudged = order === HistoryOrder.TIME ? "; by time, among them some that were never judged" : "";
  const spanMs = endTime.getTime() - startTime.getTime();
  const span = spanMs < SECOND_MS ? "" : ` over ${renderAge(spanMs)}`;
  return `${fired}: ${renderCount(quoteCount, "price")}${span}, from ${renderTime(startTime)}${unjudged}`;
}

function fireTable(symbols: readonly SymbolPreview[], most: number, width: number | null): string {
  const fires = symbols.flatMap((preview) => preview.fires.map((fire) => ({ ...fire, symbol: preview.symbol })));
  const inOrder = fires.toSorted((a, b) => timeOf(a) - timeOf(b));
  const shown = inOrder.slice(Math.max(0, inOrder.length - most));
  if (shown.length === 0) return "";
  const rows = shown.map((fire) => [
    renderTime(fire.fireTime),
    fire.symbol,
    priceText(fire.price),
    priceText(fire.level),
    fire.isMailed ? "at once" : "with the next",
  ]);
  const table = renderTable(FIRE_COLUMNS, rows, width);
  const total = symbols.reduce((sum, { fireCount }) => sum + fireCount, 0);
  return total > shown.length ? `${table}\n(the newest ${shown.length} of ${total})` : table;
}

function timesText(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

/** What would have been told after the fires. */
function sinceText({ reminderCount, backCount }: SymbolPreview): string {
  const reminders = reminderCount === 0 ? "" : `, reminded ${timesText(reminderCount)}`;
  return `${reminders}${backCount === 0 ? "" : `, been back ${timesText(backCount)}`}`;
}

function mailText(count: number): string {
  return `${count} ${count === 1 ? "mail" : "mails"}`;
}

function timeOf({ fireTime }: PreviewedFire): number {
  return fireTime?.getTime() ?? 0;
}

function isSaid(text: string): boolean {
  return text !== "";
}
