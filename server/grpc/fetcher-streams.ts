import { boundedReport } from "../../proto/convert/status.ts";
import type { FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { FetcherLine, FetcherLines } from "./fetcher-lines.ts";
import type { FetcherConnection, StatusConnections } from "../status-connections.ts";
import { connectionOf } from "./connection.ts";
import type { QuoteCall, StreamQuotesDeps } from "./stream-quotes.ts";
import { writeTo } from "./write.ts";

/** However a call ends, it is one of these. */
const ENDS = ["finish", "close", "cancelled"] as const;

/** A fetcher as it is kept while its call lasts. */
interface KeptFetcher {
  /** For the status. */
  readonly connection: FetcherConnection<FetcherReport>;
  /** For what the server says to it. */
  readonly line: FetcherLine;
}

/** What streamQuotes() tells of its calls, kept for as long as each of them lasts. */
export function fetcherStreams(
  connections: StatusConnections<FetcherReport>,
  lines: FetcherLines,
  clock: Clock,
): Required<Pick<StreamQuotesDeps, "onOpen" | "onReport" | "onFound" | "onAcknowledged" | "onRefused">> {
  const fetchers = new WeakMap<QuoteCall, KeptFetcher>();
  return {
    onOpen: (call) => {
      const connection = connections.addFetcher(connectionOf(call, clock.now()));
      const line = lines.open(connection.connection.uri, (message) => writeTo(call, { message }));
      fetchers.set(call, { connection, line });
      for (const end of ENDS) {
        call.on(end, () => {
          connection.leave();
          lines.close(line);
        });
      }
    },
    onReport: (report, call) => {
      const bounded = boundedReport(report);
      fetchers.get(call)?.connection.tell(bounded);
      fetchers.get(call)?.line.noteReport(bounded);
    },
    onFound: (found, call) => {
      const fetcher = fetchers.get(call);
      if (fetcher !== undefined) lines.noteFound(fetcher.line, found);
    },
    onRefused: (call) => fetchers.get(call)?.connection.markRefused(),
    onAcknowledged: (call) => fetchers.get(call)?.connection.markAcknowledged(clock.now()),
  };
}
