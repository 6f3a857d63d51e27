import type { Server } from "@grpc/grpc-js";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceService, type FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { SymbolServiceService } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { EventClock } from "../event-clock.ts";
import type { Ingest } from "../ingest.ts";
import type { QuoteFeed } from "../quote-feed.ts";
import type { QuoteImports } from "../quote-imports.ts";
import type { StatusConnections } from "../status-connections.ts";
import type { Store } from "../store.ts";
import type { TrackedSymbols } from "../tracked-symbols.ts";
import { FetcherLines } from "./fetcher-lines.ts";
import { fetcherStreams } from "./fetcher-streams.ts";
import { operatorService } from "./operator-service.ts";
import { quoteService } from "./quote-service.ts";
import { symbolService } from "./symbol-service.ts";

export interface PriceDeps {
  readonly store: Store;
  readonly ingest: Ingest;
  /** Where quotes go that are stored. */
  readonly feed: QuoteFeed;
  readonly imports: QuoteImports;
  readonly symbols: TrackedSymbols;
  readonly connections: StatusConnections<FetcherReport>;
  readonly eventClock: EventClock;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

/** Adds the services that are about prices: how they come in and go out, of which symbols, and what operators do with them. */
export function priceServices(deps: PriceDeps): (server: Server) => void {
  const { store, ingest, feed, imports, symbols, connections, eventClock, clock, newId, log } = deps;
  const { quotes, gaps, holds } = store;
  const lines = new FetcherLines({ symbols: () => symbols.current, clock, newId });
  symbols.onChange(() => lines.tellSymbols());
  const streams = fetcherStreams(connections, lines, clock);
  const services = {
    quotes: quoteService({ quotes, gaps, holds, symbols, lines, ingest, feed, log, ...streams }),
    operators: operatorService({ store, imports, ingest, feed, eventClock, clock, log }),
    symbols: symbolService({ symbols, lines, quotes, clock, log }),
  };
  return (server: Server): void => {
    server.addService(QuoteServiceService, services.quotes);
    server.addService(OperatorServiceService, services.operators);
    server.addService(SymbolServiceService, services.symbols);
  };
}
