import { dirname, join } from "node:path";
import type { AppError } from "../domain/error.ts";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { systemBootClock } from "../runtime/clock/boot-clock.ts";
import { systemClock, type Clock } from "../runtime/clock/clock.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import type { Log } from "../runtime/log/log.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { diagnoseTlsFailure } from "../runtime/tls/diagnose.ts";
import { LiveCredentials } from "../runtime/tls/live-credentials.ts";
import type { FetcherConfig } from "./config.ts";
import { keyTermsOf } from "./planner/key-terms.ts";
import { keylessRequests, openRequests, type Requests } from "./planner/open-requests.ts";
import type { KeyTerms } from "./planner/pace.ts";
import { AlphaVantageSource } from "./sources/alpha-vantage/alpha-vantage-source.ts";
import { functionsOf } from "./sources/alpha-vantage/function-choice.ts";
import { BinanceSource } from "./sources/binance/binance-source.ts";
import type { Source } from "./sources/source.ts";

/** In the data folder: which functions the key was refused. */
const REFUSED_FUNCTIONS_NAME = "refused-functions.json";

/** In the data folder: what the key asked, and what was answered. */
const REQUESTS_NAME = "requests.db";

/** In the data folder: how far Binance was listened to. */
const LAST_TRADES_NAME = "binance-last-trades.json";

/** What a fetcher works with; closed after it. */
export interface OpenDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly source: Source;
  readonly requests: Requests;
  readonly terms: KeyTerms;
  readonly client: QuoteServiceClient;
  /** Finds a better reason why the server cannot be reached, if it can. */
  readonly diagnose: (failure: AppError) => Promise<AppError | null>;
  close(): void;
}

/** The machine's clock, the configured source and the way to the server. Throws AppError TLS_SETUP and what `openRequests` throws. */
export function openDeps(config: FetcherConfig, log: Log): OpenDeps {
  const expectation = () => ({ expectedRole: "fetcher" as const, now: systemClock.now() });
  const certificates = LiveCredentials.open(config.credentials, "fetcher", { clock: systemClock, log });
  const target = { target: config.server, ...config.credentials };
  const requests = config.binance === null ? openKeysRequests(config, log) : keylessRequests(systemClock);
  const client = new QuoteServiceClient(config.server, channelCredentials(certificates), channelOptions);
  certificates.watch();
  return {
    clock: systemClock,
    log,
    source: openSource(config, requests, systemClock, log),
    requests,
    terms: keyTermsOf(config.alphaVantage),
    client,
    close: () => {
      certificates.close();
      client.close();
      requests.close();
    },
    diagnose: (failure) => diagnoseTlsFailure({ ...target, ...expectation() }, failure.cause),
  };
}

function openKeysRequests({ alphaVantage: { key, plan }, spoolFile }: FetcherConfig, log: Log): Requests {
  const file = join(dirname(spoolFile), REQUESTS_NAME);
  return openRequests({ file, key, plan, clock: systemClock, boot: systemBootClock, log });
}

function openSource(
  { alphaVantage, binance, spoolFile }: FetcherConfig,
  { limiter }: Requests,
  clock: Clock,
  log: Log,
): Source {
  if (binance !== null) {
    const lastTradesFile = join(dirname(spoolFile), LAST_TRADES_NAME);
    return new BinanceSource({ ...binance, lastTradesFile }, { clock, log });
  }
  const { plan, function: setting, ...options } = alphaVantage;
  const functions = functionsOf(setting, plan);
  const refusedFile = join(dirname(spoolFile), REFUSED_FUNCTIONS_NAME);
  return new AlphaVantageSource({ ...options, functions, refusedFile }, { limiter, clock, log });
}
