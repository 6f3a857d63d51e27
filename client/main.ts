import { dirname, join } from "node:path";
import { AppError } from "../domain/error.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Handle, StartProcess } from "../runtime/life/handle.ts";
import { createLog, type Log } from "../runtime/log/log.ts";
import { openBackfill } from "./backfill/open-backfill.ts";
import { readFetcherConfig, type FetcherConfig } from "./config.ts";
import { FetcherStanding } from "./fetcher-standing.ts";
import { FetchAgain } from "./fetch-again.ts";
import { FetchRound, watchersAsOne } from "./fetch-round.ts";
import { openDeps } from "./open-deps.ts";
import { openDriver, runRound } from "./open-driver.ts";
import type { Requests } from "./planner/open-requests.ts";
import type { KeyTerms } from "./planner/pace.ts";
import { QuoteStream, type QuoteCaller } from "./quote-stream.ts";
import type { Source } from "./sources/source.ts";
import { openSpool } from "./spool/open-spool.ts";
import { SYMBOL_FILE_NAME } from "./symbol-file.ts";
import { isSearching, SymbolSearch } from "./symbol-search.ts";
import { WatchedSymbols } from "./watched-symbols.ts";

type StartConfig = Pick<
  FetcherConfig,
  "symbols" | "followsServer" | "schedule" | "spoolFile" | "spoolQuotesMax" | "sourceName"
>;

export interface FetcherDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly source: Source;
  /** The gate that the source's requests go through, and what their answers have shown. */
  readonly requests: Pick<Requests, "limiter" | "answers"> & Partial<Pick<Requests, "backfill">>;
  /** What the source's key gets. */
  readonly terms: KeyTerms;
  readonly client: QuoteCaller;
  /** Finds a better reason why the server cannot be reached, if it can. */
  readonly diagnose?: (failure: AppError) => Promise<AppError | null>;
}

/**
 * The fetcher as its own process. Throws AppError CONFIG_INVALID, TLS_SETUP, and what `openRequests` and `openSpool` throw; a
 * server that is away is waited for.
 */
export const startProcess: StartProcess = async (environment) => {
  const config = readFetcherConfig(environment);
  const log = createLog("fetcher", config.logLevel);
  const deps = openDeps(config, log);
  try {
    const handle = startFetcher(config, deps);
    return await Promise.resolve({ ...handle, close: () => handle.close().finally(() => deps.close()) });
  } catch (error) {
    deps.close();
    throw error;
  }
};

/**
 * Begins to fetch and to send. Throws what `openSpool` throws. `close` ends the round that is under way, then waits up to 5 s for
 * acknowledgements.
 */
export function startFetcher(config: StartConfig, deps: FetcherDeps): Handle {
  const { clock, log, source, requests, terms, client, diagnose } = deps;
  const { followsServer, schedule, spoolFile, spoolQuotesMax, sourceName } = config;
  const stopping = new AbortController();
  const opening = { file: spoolFile, quotesMax: spoolQuotesMax, clock, log };
  const { spool, supply: gaps, close: closeSpool } = openSpool(opening);
  const keyState = () => requests.limiter.state;
  const file = join(dirname(spoolFile), SYMBOL_FILE_NAME);
  const watched = new WatchedSymbols({ symbols: config.symbols, followsServer, source, file, clock, log });
  const symbols = () => watched.symbols;
  const canSearch = isSearching(source);
  const standing = new FetcherStanding({ clock, log, sourceName, symbols, followsServer, canSearch, spool, keyState });
  const stream = new QuoteStream({
    client,
    supply: gaps,
    clock,
    log,
    report: () => standing.report(),
    onFetchAgain: (wanted) => again.want(wanted),
    onSymbols: (list) => watched.take(list),
    onSearch: (wanted) => search.ask(wanted),
    ...(diagnose === undefined ? {} : { diagnose }),
  });
  const { signal } = stopping;
  const driver = openDriver({
    ...{ source, schedule, terms, requests, watched, standing, clock, log, signal },
    round: () => round,
  });
  const watcher = watchersAsOne(standing, driver.watcher);
  const backfill = openBackfill({
    ...{ source, schedule, terms, requests, watched, gaps, clock, log, signal },
    sink: spool,
  });
  const round = new FetchRound({ source, sink: backfill, gaps, log, watcher });
  const again = new FetchAgain({
    symbols,
    clock,
    log,
    signal: stopping.signal,
    onRound: async (wanted, signal) => {
      const asked = terms.limits.perDay === null ? {} : { tries: 1 }; // where requests are counted by the day
      await runRound(() => round.runAgain(wanted, signal, asked), signal, log);
    },
  });
  const search = new SymbolSearch({
    ...{ source, keyState, clock, log, signal },
    onFound: (found) => stream.sendFound(found),
  });
  watched.onChange((added) => driver.replan(added));
  const fetch = async (): Promise<void> => {
    await watched.known(signal);
    log.info({ symbols: watched.symbols, ...(schedule === null ? {} : { schedule }) }, "fetching");
    await driver.run();
  };
  const fetching = fetch();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopping.abort(new AppError("CANCELLED", "SERVER_STOPPING", "the fetcher is stopping"));
    try {
      await fetching;
      await again.ended();
      await search.ended();
      await backfill.ended();
      await stream.close();
    } finally {
      closeSpool();
    }
  };
  return { addresses: {}, close: () => (closed ??= close()), failed: spool.failed };
}

export { runOnce } from "./once.ts";
export { countSpooled } from "./spool/count-spooled.ts";
