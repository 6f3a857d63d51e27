import { boundedReport } from "../../proto/convert/status.ts";
import type { FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { FetcherConnection, StatusConnections } from "../status-connections.ts";
import { connectionOf } from "./connection.ts";
import type { QuoteCall, StreamQuotesDeps } from "./stream-quotes.ts";

/** However a call ends, it is one of these. */
const ENDS = ["finish", "close", "cancelled"] as const;

/** What streamQuotes() tells of its calls, kept for the status for as long as each of them lasts. */
export function fetcherStreams(
  connections: StatusConnections<FetcherReport>,
  clock: Clock,
): Required<Pick<StreamQuotesDeps, "onOpen" | "onReport" | "onAcknowledged" | "onRefused">> {
  const fetchers = new WeakMap<QuoteCall, FetcherConnection<FetcherReport>>();
  return {
    onOpen: (call) => {
      const fetcher = connections.addFetcher(connectionOf(call, clock.now()));
      fetchers.set(call, fetcher);
      for (const end of ENDS) call.on(end, () => fetcher.leave());
    },
    onReport: (report, call) => fetchers.get(call)?.tell(boundedReport(report)),
    onRefused: (call) => fetchers.get(call)?.markRefused(),
    onAcknowledged: (call) => fetchers.get(call)?.markAcknowledged(clock.now()),
  };
}
