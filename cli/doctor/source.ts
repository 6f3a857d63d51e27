import { SourceState, type FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { FetcherStatus, SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { sourceMend, sourceStateText } from "../actions/source-state-text.ts";
import { isStarting, nameOf, sinceMs } from "../actions/status-view.ts";
import { renderAge } from "../render/age.ts";
import { renderCount } from "../render/count.ts";
import { renderTime } from "../render/time.ts";
import type { ServerAnswer } from "./ask-server.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";
import { judgeMissing } from "./missing-process.ts";

/** So many symbols are named in a sentence. */
const NAMES_MAX = 5;

/** The fetchers, what their sources say, what their keys may still ask, and the symbols that nobody fetches. */
export function judgeSources({ status, symbols }: ServerAnswer): Finding[] {
  const { fetchers } = status;
  if (fetchers.length === 0) return [judgeMissing(status, "fetcher", "no prices come")];
  const found = fetchers.flatMap((fetcher) => judgeFetcher(fetcher, status));
  const lonely = (symbols ?? []).filter(({ isFetched }) => !isFetched).map(({ symbol }) => symbol);
  const isTold = symbols !== null && fetchers.every(({ report }) => report !== undefined);
  if (!isTold || isStarting(status)) return found;
  return [...found, judgeLonely(lonely, symbols.length)];
}

function judgeFetcher({ certificate, report }: FetcherStatus, status: SystemStatus): Finding[] {
  const name = `fetcher ${nameOf(certificate?.uri)}`;
  if (report === undefined) return [ok(name, "connected; it does not tell of its source")];
  return [judgeSource(name, report, status), ...judgeBudget(name, report)];
}

function judgeSource(name: string, report: FetcherReport, { serverTime }: SystemStatus): Finding {
  const { source, sourceState, sourceStateTime, sourceDetail } = report;
  const since = renderAge(sinceMs(sourceStateTime, serverTime));
  if (sourceState === SourceState.SILENT) {
    const why = sourceDetail === "" ? "" : `: ${sourceDetail}`;
    return fail(name, `${source} has brought no price for ${since}${why}`, sourceMend(report));
  }
  const asked = sourceState === SourceState.ANSWERING ? sourceStateText(report, since) : "was not asked yet";
  return ok(name, `${source} ${asked}, ${renderCount(report.symbols.length, "symbol")}${leftText(report)}`);
}

function leftText({ budget }: FetcherReport): string {
  return budget === undefined
    ? ""
    : `, ${Math.max(0, budget.limit - budget.used)} of ${renderCount(budget.limit, "request")} left`;
}

function judgeBudget(name: string, { budget }: FetcherReport): Finding[] {
  if (budget === undefined || budget.used < budget.limit) return [];
  const free = budget.freeTime === undefined ? "" : `; the next is free at ${renderTime(budget.freeTime)}`;
  const mend = "wait, or get a plan with more: BELL_ALPHA_VANTAGE_PLAN";
  return [warn(name, `all ${renderCount(budget.limit, "request")} of the key are used up${free}`, mend)];
}

function judgeLonely(lonely: readonly string[], all: number): Finding {
  if (lonely.length === 0)
    return ok("symbols", `${all === 1 ? "the one" : `all ${all}`} on the list ${all === 1 ? "is" : "are"} fetched`);
  const left = lonely.length - NAMES_MAX;
  const names = `${lonely.slice(0, NAMES_MAX).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  const mend = `a fetcher with BELL_SYMBOLS keeps to those: unset it there, or ./bell symbols remove ${lonely[0] ?? ""}`;
  return warn("symbols", `no fetcher asks for ${names}, on the list`, mend);
}
