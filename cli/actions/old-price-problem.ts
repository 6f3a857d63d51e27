// Prices that are old although their source answers: whoever trusts in alerts must be told of it, not only whoever lists prices.
import { calendarOf } from "../../domain/calendar/calendars.ts";
import { isOldPrice, tradingMsSince, type AgingPrice } from "../../domain/calendar/price-age.ts";
import { DAY_MS, HOUR_MS, type TimeMs } from "../../domain/time.ts";
import { SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { agingPrice, namesOf, tradedText } from "./price-age-text.ts";
import { cadenceMsOf } from "./price-plan-text.ts";
import { isStarting, type StatusProblem, type StatusView } from "./status-view.ts";

/** A trading day of an exchange whose hours are known. */
const SESSION_MS = 6.5 * HOUR_MS;
const MEND =
  "./bell quotes list shows each; the source answers with nothing newer, and the fetcher's log says with what (recorded bars are judged with BELL_CLOCK=data)";

/**
 * One problem for all prices that are older than their fetcher's plan explains: on a free key each comes once a day and is old until the
 * next, which nothing mends. A silent source is a problem by itself.
 */
export function oldPriceProblems({ now, prices = [] }: StatusView, status: SystemStatus): StatusProblem[] {
  if (isStarting(status)) return []; // nothing may have been fetched since
  const cadences = cadencesOf(status);
  const old = prices
    .map(agingPrice)
    .filter((price) => isOldPrice(price, now) && isLate(price, cadences.get(price.symbol), now))
    .toSorted((a, b) => tradingMsSince(a, now) - tradingMsSince(b, now));
  const [least, most] = [old[0], old.at(-1)];
  if (least === undefined || most === undefined) return [];
  const [from, to] = [tradedText(least, now), tradedText(most, now)];
  const since = `${from === to ? "" : "up to "}${to} since ${old.length === 1 ? "this price" : "these prices"}`;
  return [{ message: `OLD ${namesOf(old.map(({ symbol }) => symbol).sort())}: ${since}`, mend: MEND }];
}

/** By symbol that a source which answers is asked for: how often its quickest fetcher reads it. */
function cadencesOf({ fetchers }: SystemStatus): ReadonlyMap<string, number> {
  const cadences = new Map<string, number>();
  for (const { report } of fetchers) {
    if (report?.sourceState !== SourceState.ANSWERING) continue;
    const planned = new Map(report.plans.map((plan) => [plan.symbol, cadenceMsOf(plan)]));
    for (const symbol of report.symbols) {
      cadences.set(symbol, Math.min(planned.get(symbol) ?? 0, cadences.get(symbol) ?? Infinity));
    }
  }
  return cadences;
}

/** Whether more of its market's time has passed than between two prices, twice; what nobody reads is not late. */
function isLate(price: AgingPrice, cadenceMs: number | undefined, now: TimeMs): boolean {
  if (cadenceMs === undefined) return false;
  const hasSessions = price.sessionClass !== "always" && calendarOf(price.symbol) !== null;
  const tradedMs = cadenceMs >= DAY_MS && hasSessions ? (cadenceMs / DAY_MS) * SESSION_MS : cadenceMs;
  return tradingMsSince(price, now) > 2 * tradedMs;
}
