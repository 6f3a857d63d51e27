// `bell fetcher --once`: one round, and a line for each symbol that says what came of it. "Stored" is said only of what the
// server has acknowledged; whatever it did not lies in the spool, and the next fetcher sends it.
import { dirname, join } from "node:path";
import { AppError } from "../domain/error.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Environment } from "../runtime/config/read-settings.ts";
import { createLog, type Log } from "../runtime/log/log.ts";
import { readFetcherConfig, type FetcherConfig } from "./config.ts";
import type { Backfill } from "./backfill/backfill.ts";
import { openBackfill } from "./backfill/open-backfill.ts";
import { FetcherStanding } from "./fetcher-standing.ts";
import { openDeps } from "./open-deps.ts";
import type { AnswerMemory } from "./planner/answer-memory.ts";
import type { Requests } from "./planner/open-requests.ts";
import type { KeyTerms } from "./planner/pace.ts";
import type { GapSink, QuoteSink } from "./quote-sink.ts";
import { QuoteFates, type Fates } from "./quote-fates.ts";
import { ACK_LIMIT_MS, QuoteStream, type QuoteCaller, type QuoteStreamOptions } from "./quote-stream.ts";
import type { KeyState } from "./rate-limiter.ts";
import type { FetchResult, RefusalClass, Source } from "./sources/source.ts";
import { openSpool } from "./spool/open-spool.ts";
import type { SpoolState } from "./spool/spool.ts";
import { SYMBOL_FILE_NAME } from "./symbol-file.ts";
import { WatchedSymbols } from "./watched-symbols.ts";

/** What came of one symbol. */
interface SymbolOutcome {
  readonly symbol: string;
  /** `spooled`: it waits for a server that did not take it. `refused`: the server will not have it. Else the source gave no price. */
  readonly result: "stored" | "spooled" | "refused" | RefusalClass;
  /** How many quotes came. */
  readonly quotes: number;
  /** What there is to say; empty if nothing. */
  readonly message: string;
}

/** What came of a round, in the order of the symbols. */
interface OnceResult {
  readonly outcomes: readonly SymbolOutcome[];
  /** Why the server has not acknowledged everything; null if it has. */
  readonly failure: AppError | null;
}

type OnceConfig = Pick<FetcherConfig, "symbols" | "followsServer" | "spoolFile" | "spoolQuotesMax" | "sourceName">;

interface OnceDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly source: Source;
  readonly client: QuoteCaller;
  readonly diagnose?: (failure: AppError) => Promise<AppError | null>;
  /** Where answers are remembered, so that the next fetcher does not ask for the same again. */
  readonly requests?: { readonly answers: Pick<AnswerMemory, "noteAnswer"> } & Partial<
    Pick<Requests, "limiter" | "backfill">
  >;
  /** What the source's key gets; without it nothing that is missing is asked for. */
  readonly terms?: KeyTerms;
}

/** A server that takes quotes, and other batches before ours, is waited for so long. */
const SETTLE_LIMIT_MS = Math.min(2 * ACK_LIMIT_MS, MINUTE_MS);

/**
 * One round with the settings of the environment; what the fetcher logs goes to `log`, a line each. Throws AppError CONFIG_INVALID,
 * TLS_SETUP, what `openSpool` throws, and the signal's reason.
 */
export async function runOnce(
  environment: Environment,
  writeLog: (line: string) => void,
  signal: AbortSignal,
): Promise<OnceResult> {
  const config = readFetcherConfig(environment);
  const deps = openDeps(config, createLog("fetcher", config.logLevel, { write: writeLog }));
  try {
    return await fetchOnce(config, deps, signal);
  } finally {
    deps.close();
  }
}

/** The round itself. Throws what `openSpool` throws, what ends a spool, and the signal's reason. */
export async function fetchOnce(config: OnceConfig, deps: OnceDeps, signal: AbortSignal): Promise<OnceResult> {
  const { clock, log, client, source, diagnose, requests } = deps;
  const { spoolFile, spoolQuotesMax } = config;
  const { spool, supply, close } = openSpool({ file: spoolFile, quotesMax: spoolQuotesMax, clock, log });
  const fates = new QuoteFates(supply);
  const lost = Promise.withResolvers<undefined>();
  const seen: { failure: AppError | null } = { failure: null };
  const onLost = async (failure: AppError): Promise<AppError> => {
    seen.failure = (await diagnose?.(failure)) ?? failure;
    lost.resolve(undefined);
    return seen.failure;
  };
  const watched = watchedOf(config, deps);
  const stream = new QuoteStream({
    client,
    supply: fates,
    clock,
    log,
    diagnose: onLost,
    ...listening(config, watched, spool, clock),
  });
  const backfill = backfillOf(deps, watched, { sink: spool, gaps: supply }, signal);
  try {
    const put = async (result: FetchResult): Promise<void> => {
      if (result.kind === "refusal") return;
      const answerTimeMs = clock.now();
      fates.follow(result.quotes);
      await (backfill ?? spool).put(result.quotes, signal, result.reach);
      requests?.answers.noteAnswer(result.symbol, result.quotes, answerTimeMs);
    };
    const failed = spool.failed.then((error) => Promise.reject(error));
    await watched.known(signal);
    const results = await Promise.race([fetchAll(source, watched.symbols, put, signal), failed]);
    await Promise.race([backfill?.filled(), failed]);
    await Promise.race([settled(fates, clock), lost.promise, failed]);
    await stream.close(); // gives a server that is away a few seconds more
    return resultOf(results, fates, seen.failure);
  } finally {
    await stream.close().finally(close);
  }
}

/** What fills holes, each with one question; null where nothing says what may be asked. */
function backfillOf(
  { source, requests, terms, clock, log }: OnceDeps,
  watched: WatchedSymbols,
  spool: { readonly sink: QuoteSink; readonly gaps: GapSink },
  signal: AbortSignal,
): Backfill | null {
  const { limiter, backfill } = requests ?? {};
  if (limiter === undefined || backfill === undefined || terms === undefined) return null;
  const known = { limiter, backfill };
  return openBackfill({
    ...{ source, terms, requests: known, watched, clock, log, signal },
    ...spool,
    schedule: null,
    isOnce: true,
  });
}

function watchedOf(config: OnceConfig, { source, clock, log }: OnceDeps): WatchedSymbols {
  const { symbols, followsServer, spoolFile } = config;
  const file = join(dirname(spoolFile), SYMBOL_FILE_NAME);
  return new WatchedSymbols({ symbols, followsServer, source, file, clock, log });
}

/** What it takes to hear the server's list: it is told to whoever reports. */
function listening(
  { sourceName, followsServer }: OnceConfig,
  watched: WatchedSymbols,
  spool: { readonly state: SpoolState },
  clock: Clock,
): Pick<QuoteStreamOptions, "report" | "onSymbols"> {
  if (!followsServer) return {};
  const keyState = (): KeyState => ({ day: null, heldUntilMs: null });
  const standing = new FetcherStanding({
    clock,
    sourceName,
    symbols: () => watched.symbols,
    followsServer,
    canSearch: false,
    spool,
    keyState,
  });
  return { report: () => standing.report(), onSymbols: (list) => watched.take(list) };
}

/** Every symbol once: what is refused for the moment is told, not asked again. */
async function fetchAll(
  source: Source,
  symbols: readonly string[],
  put: (result: FetchResult) => Promise<void>,
  signal: AbortSignal,
): Promise<FetchResult[]> {
  const results = new Map<string, FetchResult>();
  for await (const result of source.fetch(symbols, signal, { tries: 1 })) {
    await put(result);
    results.set(result.symbol, result);
  }
  return symbols.flatMap((symbol) => results.get(symbol) ?? []);
}

/** Resolves when nothing can be sent any more, or the wait was long enough. */
async function settled(fates: QuoteFates, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = (): void => {
    if (fates.isSettled()) resolve(undefined);
  };
  const unsubscribe = fates.subscribe(look);
  const limit = new AbortController();
  const late = clock.sleep(SETTLE_LIMIT_MS, limit.signal).catch(() => undefined);
  look();
  await Promise.race([promise, late]);
  unsubscribe();
  limit.abort();
}

function resultOf(results: readonly FetchResult[], fates: QuoteFates, failure: AppError | null): OnceResult {
  const told = results.map((result) => ({ result, fates: fates.of(result.kind === "quotes" ? result.quotes : []) }));
  const sum = (count: (one: Fates) => number): number => told.reduce((total, one) => total + count(one.fates), 0);
  return {
    outcomes: told.map((one) => outcomeOf(one.result, one.fates)),
    failure: notTaken(
      sum(({ waiting }) => waiting),
      sum(({ putOff }) => putOff),
      failure,
    ),
  };
}

function outcomeOf(result: FetchResult, { stored, waiting, putOff, refused }: Fates): SymbolOutcome {
  const { symbol } = result;
  if (result.kind === "refusal") {
    return { symbol, result: result.refusal.class, quotes: 0, message: result.refusal.message };
  }
  const quotes = result.quotes.length;
  if (quotes === 0) {
    return { symbol, result: "no_data", quotes, message: "the source has nothing yet for this symbol" };
  }
  if (waiting + putOff > 0) {
    const message = `${waiting + putOff} of them wait in the spool: the server has not taken them`;
    return { symbol, result: "spooled", quotes, message };
  }
  const [first] = refused;
  const message = first === undefined ? "" : `the server refused ${refused.length}: ${first.reason} ${first.message}`;
  return { symbol, result: stored > 0 ? "stored" : "refused", quotes, message: message.trim() };
}

/** What to end with when quotes are left; the code of the failure decides what the shell is told. */
function notTaken(waiting: number, putOff: number, failure: AppError | null): AppError | null {
  const left = waiting + putOff;
  if (left === 0) return null;
  const quotes = left === 1 ? "1 quote waits" : `${left} quotes wait`;
  const where = `${quotes} in the spool; the next fetcher sends what waits`;
  const { code, reason, message, hint } = failure ?? (putOff > 0 ? clockBehind() : noAnswer());
  return new AppError(code, reason, `${message}: ${where}`, { hint, ...(failure === null ? {} : { cause: failure }) });
}

function clockBehind(): AppError {
  return new AppError("FAILED_PRECONDITION", "CLOCK_BEHIND", "the server's clock is behind the prices", {
    hint: "Set the clocks of both machines right.",
  });
}

function noAnswer(): AppError {
  return new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "the server has not acknowledged everything in time", {
    hint: "Look how the server is: ./bell status",
  });
}
