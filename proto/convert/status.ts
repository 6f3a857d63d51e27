import type { FetcherReport } from "../gen/tickerbell/v1/quote_service.ts";
import { StoreState } from "../gen/tickerbell/v1/status_service.ts";

const LONGEST_TEXT = 500;
const LONGEST_NAME = 64;
const MOST_SYMBOLS = 1_000;

/** A fetcher's report, cut to its limits: it is kept and handed on, and nothing is decided by it. */
export function boundedReport(report: FetcherReport): FetcherReport {
  return {
    ...report,
    version: report.version.slice(0, LONGEST_NAME),
    source: report.source.slice(0, LONGEST_NAME),
    symbols: report.symbols.slice(0, MOST_SYMBOLS).map((symbol) => symbol.slice(0, LONGEST_NAME)),
    sourceDetail: report.sourceDetail.slice(0, LONGEST_TEXT),
    plans: report.plans.slice(0, MOST_SYMBOLS).map((plan) => ({ ...plan, symbol: plan.symbol.slice(0, LONGEST_NAME) })),
    refusalClass: report.refusalClass.slice(0, LONGEST_NAME),
  };
}

const storeStates = {
  ready: StoreState.READY,
  readOnly: StoreState.READ_ONLY,
  damaged: StoreState.DAMAGED,
} as const;

/** The wire's number of a store's state. */
export function storeStateToProto(state: keyof typeof storeStates): StoreState {
  return storeStates[state];
}
