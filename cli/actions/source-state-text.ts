// How a source stands, in the words of whoever looks at it: the classes of refusals are the fetcher's closed list, and a newer
// fetcher's may be longer.
import { SourceState, type FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";

/** The simulator's mend, whatever class it is: it is on this machine. */
const SIMULATOR_MEND =
  "it is asked again every round; if it stays so, what BELL_ALPHA_VANTAGE_URL (or BELL_BINANCE_URL) names is gone or hangs: end it; ./bell up starts it again by itself, else do: ./bell simulator";
const MEND =
  "it is asked again every round; if it stays so, look at the fetcher's log, its network, its API key and the key's plan";

const WORDS: Readonly<Partial<Record<string, string>>> = {
  throttle: "THROTTLED",
  daily_quota: "OUT OF REQUESTS",
  bad_key: "REFUSES THE KEY",
  not_entitled: "NOT IN THE PLAN",
  sample_data: "NOT IN THE PLAN",
  bad_request: "REFUSES WHAT IS ASKED",
  no_data: "HAS NO PRICES OF IT",
  malformed: "UNREADABLE",
};
/** A source's own words may be long, and the problem above has them whole. */
const DETAIL_MAX = 60;

/** Binance knows no plans: it serves an address, or does not. */
const NOT_HERE = "NOT SERVED HERE";
const NOT_HERE_MEND =
  "the exchange does not serve the part of the world that this machine is in; run the fetcher where it does, or take another BELL_SOURCE";

const PLAN_MEND =
  "say what the key's plan includes: BELL_ALPHA_VANTAGE_PLAN, BELL_ALPHA_VANTAGE_FUNCTION, BELL_ALPHA_VANTAGE_ENTITLEMENT";
const SYMBOL_MEND =
  "does the source know these symbols? ./bell symbols search TEXT, and ./bell symbols remove SYMBOL; then its plan and the fetcher's log";
const MENDS: Readonly<Partial<Record<string, string>>> = {
  throttle:
    "it is asked again by itself; does something else use the same key, or does BELL_ALPHA_VANTAGE_PLAN say too much?",
  daily_quota: "it is asked again by itself after 1, 2, then 4 hours; does something else use the same key?",
  bad_key: "put the right key into the file that BELL_ALPHA_VANTAGE_API_KEY_FILE names, and start the fetcher again",
  not_entitled: PLAN_MEND,
  sample_data: PLAN_MEND,
  bad_request: SYMBOL_MEND,
  no_data: SYMBOL_MEND,
};

/** `has answered for 2h`, `THROTTLED for 5m (its words)`. */
export function sourceStateText(report: FetcherReport, since: string): string {
  const { sourceState, sourceDetail, refusalClass } = report;
  const words = isNotHere(report) ? NOT_HERE : WORDS[refusalClass];
  if (sourceState === SourceState.ANSWERING) return `has answered for ${since}`;
  if (sourceState !== SourceState.SILENT) return "has not answered yet";
  return `${words ?? "SILENT"} for ${since}${sourceDetail === "" ? "" : ` (${shortened(sourceDetail)})`}`;
}

/** What to do about a source that is silent. */
export function sourceMend(report: FetcherReport): string {
  const { source, refusalClass } = report;
  if (source === "simulator") return SIMULATOR_MEND;
  if (isNotHere(report)) return NOT_HERE_MEND;
  return (source === "alpha-vantage" ? MENDS[refusalClass] : undefined) ?? MEND;
}

function shortened(text: string): string {
  return text.length <= DETAIL_MAX ? text : `${text.slice(0, DETAIL_MAX).trimEnd()}…`;
}

function isNotHere({ source, refusalClass }: FetcherReport): boolean {
  return source === "binance" && refusalClass === "not_entitled";
}
