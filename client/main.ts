import { AppError } from "../domain/error.ts";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock, type Clock } from "../runtime/clock/clock.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import type { Handle, StartProcess } from "../runtime/life/handle.ts";
import { createLog, type Log } from "../runtime/log/log.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { diagnoseTlsFailure } from "../runtime/tls/diagnose.ts";
import { readFetcherConfig, SCHEDULE_TIME_ZONE, type FetcherConfig } from "./config.ts";
import { FetcherStanding } from "./fetcher-standing.ts";
import { FetchAgain } from "./fetch-again.ts";
import { FetchRound } from "./fetch-round.ts";
import { QuoteStream, type QuoteCaller } from "./quote-stream.ts";
import { limitsOfPlan, RateLimiter } from "./rate-limiter.ts";
import { runSchedule } from "./schedule.ts";
import { AlphaVantageSource } from "./sources/alpha-vantage/alpha-vantage-source.ts";
import type { Source } from "./sources/source.ts";
import { openSpool } from "./spool/open-spool.ts";

type StartConfig = Pick<FetcherConfig, "symbols" | "schedule" | "spoolFile" | "spoolQuotesMax" | "sourceName">;

export interface FetcherDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly source: Source;
  readonly client: QuoteCaller;
  /** Finds a better reason why the server cannot be reached, if it can. */
  readonly diagnose?: (failure: AppError) => Promise<AppError | null>;
}

/**
 * The fetcher as its own process. Throws AppError CONFIG_INVALID, TLS_SETUP, and what `openSpool` throws; a server that is away is
 * waited for.
 */
export const startProcess: StartProcess = async (environment) => {
  const config = readFetcherConfig(environment);
  const log = createLog("fetcher", config.logLevel);
  const expectation = () => ({ expectedRole: "fetcher" as const, now: systemClock.now() });
  const files = loadCredentialFiles(config.credentials, expectation());
  const client = new QuoteServiceClient(config.server, channelCredentials(files), channelOptions);
  const target = { target: config.server, ...config.credentials };
  try {
    const handle = startFetcher(config, {
      clock: systemClock,
      log,
      source: openSource(config, systemClock, log),
      client,
      diagnose: (failure) => diagnoseTlsFailure({ ...target, ...expectation() }, failure.cause),
    });
    return await Promise.resolve({ ...handle, close: () => handle.close().finally(() => client.close()) });
  } catch (error) {
    client.close();
    throw error;
  }
};

/**
 * Begins to fetch and to send. Throws what `openSpool` throws. `close` ends the round that is under way, then waits up to 5 s for
 * acknowledgements.
 */
export function startFetcher(config: StartConfig, deps: FetcherDeps): Handle {
  const { clock, log, source, client, diagnose } = deps;
  const { symbols, schedule, spoolFile, spoolQuotesMax, sourceName } = config;
  const stopping = new AbortController();
  const { spool, close: closeSpool } = openSpool({ file: spoolFile, quotesMax: spoolQuotesMax, clock, log });
  const standing = new FetcherStanding({ clock, sourceName, symbols, spool });
  const stream = new QuoteStream({
    client,
    supply: spool,
    clock,
    log,
    report: () => standing.report(),
    onFetchAgain: (wanted) => again.want(wanted),
    ...(diagnose === undefined ? {} : { diagnose }),
  });
  const round = new FetchRound({ source, sink: spool, symbols, log, watcher: standing });
  const again = new FetchAgain({
    symbols,
    clock,
    log,
    signal: stopping.signal,
    onRound: async (wanted, signal) => {
      await runRound(() => round.runAgain(wanted, signal), signal, log);
    },
  });
  const fetching = runSchedule({
    cron: schedule,
    timeZone: SCHEDULE_TIME_ZONE,
    clock,
    signal: stopping.signal,
    onRound: async (signal) => {
      standing.noteRoundBegin();
      standing.noteRoundEnd(await runRound(() => round.run(signal), signal, log));
    },
    onPlan: (time) => standing.notePlan(time),
  });
  log.info({ symbols, schedule, time_zone: SCHEDULE_TIME_ZONE }, "fetching");
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopping.abort(new AppError("CANCELLED", "SERVER_STOPPING", "the fetcher is stopping"));
    try {
      await fetching;
      await again.ended();
      await stream.close();
    } finally {
      closeSpool();
    }
  };
  return { addresses: {}, close: () => (closed ??= close()) };
}

export { countSpooled } from "./spool/count-spooled.ts";

/** A round that fails is told and done with: the next one comes by the schedule. What it failed with, or null. */
async function runRound(run: () => Promise<unknown>, signal: AbortSignal, log: Log): Promise<string | null> {
  try {
    await run();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) log.error({ detail }, "a round failed");
    return detail;
  }
  return null;
}

function openSource({ alphaVantage }: FetcherConfig, clock: Clock, log: Log): Source {
  const { plan, ...options } = alphaVantage;
  return new AlphaVantageSource(options, { limiter: new RateLimiter(limitsOfPlan(plan), clock), clock, log });
}
