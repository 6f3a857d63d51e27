// In words: when prices come, and what the key may still ask.
import { NEW_YORK } from "../../domain/calendar/new-york.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { FetcherReport, SymbolPlan } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { renderAge } from "../render/age.ts";
import { renderCount } from "../render/count.ts";

/** So many symbols are named. */
const NAMED = 5;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `once a day, next price 18:15 New York (in 3h), blind until then`; null where they come at every minute, as one expects. */
export function cadenceText({ plans }: FetcherReport, now: Date | undefined): string | null {
  const [first] = plans.toSorted((a, b) => timeOf(a) - timeOf(b));
  if (first === undefined || now === undefined) return null;
  const cadenceMs = Math.min(...plans.map(cadenceMsOf));
  if (cadenceMs < MINUTE_MS || (cadenceMs === MINUTE_MS && timeOf(first) - now.getTime() <= MINUTE_MS)) return null;
  const parts = [everyText(cadenceMs), nextText(first, now), blindText(plans, first, now)];
  return parts.filter((part) => part !== "").join(", ");
}

/** Whether prices come as they are made, with nothing asked for: no schedule is as dense as that. */
export function isListening({ plans }: FetcherReport): boolean {
  return plans.length > 0 && plans.every((plan) => cadenceMsOf(plan) < SECOND_MS);
}

/**
 * `AAPL is read once a day (25 requests a day for 10 symbols); an alert can be that late.`: one line for all symbols that are read as often; none for
 * those that are read every minute, or by nobody that has told.
 */
export function latenessTexts(symbols: readonly string[], reports: readonly FetcherReport[]): string[] {
  const told = symbols.flatMap((symbol) => {
    const rhythm = rhythmOf(symbol, reports);
    return rhythm === null ? [] : [{ symbol, rhythm }];
  });
  return [...Map.groupBy(told, ({ rhythm }) => rhythm)].map(([rhythm, read]) => {
    const names = read.slice(0, NAMED).map(({ symbol }) => symbol);
    const more = read.length > NAMED ? ` and ${read.length - NAMED} more` : "";
    return `${names.join(", ")}${more} ${read.length === 1 ? "is" : "are"} read ${rhythm}; an alert can be that late.`;
  });
}

/** How often the quickest fetcher reads a symbol, and within which limit. */
function rhythmOf(symbol: string, reports: readonly FetcherReport[]): string | null {
  const plans = reports.flatMap((report) => {
    const plan = report.plans.find((one) => one.symbol === symbol);
    return plan === undefined ? [] : [{ report, cadenceMs: cadenceMsOf(plan) }];
  });
  const [quickest] = plans.toSorted((a, b) => a.cadenceMs - b.cadenceMs);
  if (quickest === undefined || quickest.cadenceMs <= MINUTE_MS) return null;
  const { report, cadenceMs } = quickest;
  const about = cadenceMs < DAY_MS ? "about " : "";
  return `${about}${everyText(cadenceMs)}${limitText(report)}`;
}

/** What makes it so seldom. */
function limitText({ budget, plans }: FetcherReport): string {
  if (budget === undefined) return "";
  return ` (${budget.limit} requests a day for ${renderCount(plans.length, "symbol")})`;
}

/** `requests 12 of 25 in 24 h, next free at 18:15 New York`; null where no limit holds for a day. */
export function budgetText({ budget }: FetcherReport, now: Date | undefined): string | null {
  if (budget === undefined) return null;
  const { used, limit, window, freeTime } = budget;
  const span = window === undefined ? "" : ` in ${Math.round((window.seconds * SECOND_MS) / HOUR_MS)} h`;
  const free = freeTime === undefined || now === undefined ? "" : `, next free at ${newYorkText(freeTime, now)}`;
  return `requests ${used} of ${limit}${span}${free}`;
}

/** `18:15 New York`, on another day there `Mon 18:15 New York`, a week away and more `2026-05-18 18:15 New York`. */
export function newYorkText(time: Date, now: Date): string {
  const wall = new Date(NEW_YORK.wallAt(time.getTime()));
  const days = Math.floor(wall.getTime() / DAY_MS) - Math.floor(NEW_YORK.wallAt(now.getTime()) / DAY_MS);
  const text = wall.toISOString();
  const day = days === 0 ? "" : Math.abs(days) < 7 ? `${WEEKDAYS[wall.getUTCDay()] ?? ""} ` : `${text.slice(0, 10)} `;
  return `${day}${text.slice(11, 16)} New York`;
}

function everyText(cadenceMs: number): string {
  if (cadenceMs === DAY_MS) return "once a day";
  return cadenceMs <= MINUTE_MS ? "every minute" : `every ${renderAge(cadenceMs)}`;
}

function nextText({ nextTime }: SymbolPlan, now: Date): string {
  if (nextTime === undefined) return "none planned";
  const ms = nextTime.getTime() - now.getTime();
  return ms <= 0 ? "next price now" : `next price ${newYorkText(nextTime, now)} (in ${renderAge(ms)})`;
}

/** What is said of all symbols, or of how many. */
function blindText(plans: readonly SymbolPlan[], first: SymbolPlan, now: Date): string {
  const blind = plans.filter(({ blindUntil }) => blindUntil !== undefined);
  const latest = Math.max(...blind.map(({ blindUntil }) => blindUntil?.getTime() ?? 0));
  if (blind.length === 0) return "";
  const until = latest - timeOf(first) < MINUTE_MS ? "then" : newYorkText(new Date(latest), now);
  return `blind until ${until}${blind.length < plans.length ? ` for ${blind.length} of ${plans.length} symbols` : ""}`;
}

function timeOf({ nextTime }: SymbolPlan): TimeMs {
  return nextTime?.getTime() ?? Infinity;
}

/** From one price to the next; a fetcher that tells none reads every minute. */
export function cadenceMsOf({ cadence }: SymbolPlan): number {
  return cadence === undefined ? MINUTE_MS : cadence.seconds * SECOND_MS + cadence.nanos / 1_000_000;
}
