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
import { FetchRound } from "./fetch-round.ts";
import { Outbox } from "./outbox.ts";
import { QuoteStream, type QuoteCaller } from "./quote-stream.ts";
import { limitsOfPlan, RateLimiter } from "./rate-limiter.ts";
import { runSchedule } from "./schedule.ts";
import { AlphaVantageSource } from "./sources/alpha-vantage/alpha-vantage-source.ts";
import type { Source } from "./sources/source.ts";

export interface FetcherDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly source: Source;
  readonly client: QuoteCaller;
  /** Finds a better reason why the server cannot be reached, if it can. */
  readonly diagnose?: (failure: AppError) => Promise<AppError | null>;
}

/** The fetcher as its own process. Throws AppError CONFIG_INVALID or TLS_SETUP; a server that is away is waited for. */
export const startProcess: StartProcess = async (environment) => {
  const config = readFetcherConfig(environment);
  const log = createLog("fetcher", config.logLevel);
  const expectation = () => ({ expectedRole: "fetcher" as const, now: systemClock.now() });
  const files = loadCredentialFiles(config.credentials, expectation());
  const client = new QuoteServiceClient(config.server, channelCredentials(files), channelOptions);
  const target = { target: config.server, ...config.credentials };
  const handle = startFetcher(config, {
    clock: systemClock,
    log,
    source: openSource(config, systemClock, log),
    client,
    diagnose: (failure) => diagnoseTlsFailure({ ...target, ...expectation() }, failure.cause),
  });
  const close = () => handle.close().finally(() => client.close());
  return Promise.resolve({ ...handle, close });
};

/** Begins to fetch and to send. `close` ends the round that is under way, then waits up to 5 s for acknowledgements. */
export function startFetcher(config: Pick<FetcherConfig, "symbols" | "schedule">, deps: FetcherDeps): Handle {
  const { clock, log, source, client, diagnose } = deps;
  const { symbols, schedule } = config;
  const stopping = new AbortController();
  const outbox = new Outbox({ clock, log });
  const stream = new QuoteStream({
    client,
    supply: outbox,
    clock,
    log,
    ...(diagnose === undefined ? {} : { diagnose }),
  });
  const round = new FetchRound({ source, sink: outbox, symbols, log });
  const fetching = runSchedule({
    cron: schedule,
    timeZone: SCHEDULE_TIME_ZONE,
    clock,
    signal: stopping.signal,
    onRound: (signal) => runRound(round, signal, log),
  });
  log.info({ symbols, schedule, time_zone: SCHEDULE_TIME_ZONE }, "fetching");
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopping.abort(new AppError("CANCELLED", "SERVER_STOPPING", "the fetcher is stopping"));
    await fetching;
    await stream.close();
  };
  return { addresses: {}, close: () => (closed ??= close()) };
}

/** A round that fails is told and done with: the next one comes by the schedule. */
async function runRound(round: FetchRound, signal: AbortSignal, log: Log): Promise<void> {
  try {
    await round.run(signal);
  } catch (error) {
    if (!signal.aborted)
      log.error({ detail: error instanceof Error ? error.message : String(error) }, "a round failed");
  }
}

function openSource({ alphaVantage }: FetcherConfig, clock: Clock, log: Log): Source {
  const { plan, ...options } = alphaVantage;
  return new AlphaVantageSource(options, { limiter: new RateLimiter(limitsOfPlan(plan), clock), clock, log });
}
