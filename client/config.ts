import { join } from "node:path";
import { AppError, type FieldProblem } from "../domain/error.ts";
import { addressText } from "../runtime/config/address-text.ts";
import { isLocalHost } from "../runtime/config/loopback-host.ts";
import { collectProblems } from "../runtime/config/collect-problems.ts";
import { deriveSetting, type SettingValues } from "../runtime/config/derive-setting.ts";
import { configError, readSettings, type Environment } from "../runtime/config/read-settings.ts";
import { isBinanceSource, namesSymbols, symbolsOf, withUsualSymbols } from "../runtime/config/symbols-setting.ts";
import type { LogLevel } from "../runtime/log/log.ts";
import type { CredentialPaths } from "../runtime/tls/credential-files.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import { readApiKey } from "./api-key.ts";
import type { Plan } from "./rate-limiter.ts";
import { checkCron } from "./schedule.ts";
import type { FunctionSetting } from "./sources/alpha-vantage/function-choice.ts";
import type { Entitlement } from "./sources/alpha-vantage/request-url.ts";

/** All that a fetcher is told from outside. Holds the key: never log it. */
export interface FetcherConfig {
  readonly logLevel: LogLevel;
  /** host:port. */
  readonly server: string;
  readonly credentials: CredentialPaths;
  /** In upper case, none twice; the usual ones where none were named. */
  readonly symbols: readonly string[];
  /** Whether nobody named any: then the server's list is followed. Binance's usual pairs are named, for that list may be of stocks. */
  readonly followsServer: boolean;
  /** A cron line, in New York time; null: rounds come as the key's plan makes them useful. */
  readonly schedule: string | null;
  /** Where quotes are kept until the server has them. */
  readonly spoolFile: string;
  /** How many of them at most. */
  readonly spoolQuotesMax: number;
  /** What people know the source by: whatever stands in for the service on this machine is the `simulator`. */
  readonly sourceName: "alpha-vantage" | "binance" | "simulator";
  /** Not asked where Binance is. */
  readonly alphaVantage: AlphaVantageConfig;
  /** Where Binance is; null: Alpha Vantage is asked. */
  readonly binance: BinanceConfig | null;
}

interface BinanceConfig {
  /** Where it is listened to. */
  readonly url: string;
  /** Where it is asked. */
  readonly restUrl: string;
}

interface AlphaVantageConfig {
  readonly baseUrl: string;
  readonly key: string;
  readonly plan: Plan;
  readonly function: FunctionSetting;
  readonly datatype: "json" | "csv";
  readonly entitlement: Entitlement;
}

/** The zone in which schedules are meant. */
export const SCHEDULE_TIME_ZONE = "America/New_York";
/** The spool in the data folder. */
export const SPOOL_NAME = "spool.db";
/** One line takes so many: the service's limit is 1,024, and their names go into one address. */
const BINANCE_SYMBOLS_MAX = 300;
/** The key for a service on this machine, which takes any. */
export const LOCAL_KEY = "local";

const NAMES = [
  "BELL_LOG_LEVEL",
  "BELL_SERVER",
  "BELL_CERTS_DIR",
  "BELL_DATA_DIR",
  "BELL_SPOOL_QUOTES_MAX",
  "BELL_SYMBOLS",
  "BELL_SCHEDULE",
  "BELL_SOURCE",
  "BELL_BINANCE_URL",
  "BELL_BINANCE_REST_URL",
  "BELL_ALPHA_VANTAGE_URL",
  "BELL_ALPHA_VANTAGE_API_KEY_FILE",
  "BELL_ALPHA_VANTAGE_PLAN",
  "BELL_ALPHA_VANTAGE_FUNCTION",
  "BELL_ALPHA_VANTAGE_ENTITLEMENT",
  "BELL_ALPHA_VANTAGE_FORMAT",
  "BELL_LOCAL_HOSTS",
] as const;

/** Reads the settings and the key's file. Throws AppError CONFIG_INVALID that names every mistake at once. */
export function readFetcherConfig(given: Environment): FetcherConfig {
  const environment = withUsualSymbols(given);
  const problems: FieldProblem[] = [];
  const values = collectProblems(problems, () => readSettings(environment, NAMES));
  const symbols = deriveSetting(problems, environment, ["BELL_SYMBOLS"], symbolsOf);
  const line = deriveSetting(problems, environment, ["BELL_SCHEDULE"], scheduleOf);
  const isBinance = isBinanceSource(environment);
  const key = isBinance ? LOCAL_KEY : deriveSetting(problems, environment, KEY_NAMES, keyOf);
  const binance = isBinance ? deriveSetting(problems, environment, BINANCE_NAMES, binanceOf) : null;
  if (
    values === undefined ||
    symbols === undefined ||
    line === undefined ||
    key === undefined ||
    binance === undefined
  ) {
    throw configError(problems);
  }
  const alphaVantage = {
    baseUrl: values.BELL_ALPHA_VANTAGE_URL,
    key,
    plan: values.BELL_ALPHA_VANTAGE_PLAN,
    function: values.BELL_ALPHA_VANTAGE_FUNCTION,
    datatype: values.BELL_ALPHA_VANTAGE_FORMAT,
    entitlement: values.BELL_ALPHA_VANTAGE_ENTITLEMENT,
  };
  return Object.freeze({
    logLevel: values.BELL_LOG_LEVEL,
    server: addressText(values.BELL_SERVER),
    credentials: credentialPaths(values.BELL_CERTS_DIR, "fetcher"),
    symbols,
    followsServer: !namesSymbols(environment),
    schedule: line,
    spoolFile: join(values.BELL_DATA_DIR, SPOOL_NAME),
    spoolQuotesMax: values.BELL_SPOOL_QUOTES_MAX,
    sourceName: asksThisMachine(values) ? "simulator" : values.BELL_SOURCE,
    alphaVantage: Object.freeze(alphaVantage),
    binance,
  });
}

/** The line that was set, or null. */
function scheduleOf({ BELL_SCHEDULE: line }: SettingValues<"BELL_SCHEDULE">): string | null {
  if (line === null) return null;
  try {
    checkCron(line, SCHEDULE_TIME_ZONE);
    return line;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw configError([problem("BELL_SCHEDULE", `${error.message}; ${error.hint}`)]);
  }
}

const KEY_NAMES = ["BELL_ALPHA_VANTAGE_URL", "BELL_ALPHA_VANTAGE_API_KEY_FILE", "BELL_LOCAL_HOSTS"] as const;

function keyOf(values: SettingValues<(typeof KEY_NAMES)[number]>): string {
  const { BELL_ALPHA_VANTAGE_URL: baseUrl, BELL_ALPHA_VANTAGE_API_KEY_FILE: file } = values;
  const { protocol, hostname } = new URL(baseUrl);
  const isLocal = isLocalHost(hostname, values.BELL_LOCAL_HOSTS ?? []);
  const problems: FieldProblem[] = [];
  if (protocol !== "https:" && !isLocal) {
    problems.push(problem("BELL_ALPHA_VANTAGE_URL", "must be https: the key travels in each request"));
  }
  if (file === null && !isLocal) {
    const mend = "write your key into a file, chmod 600 it, and name it here; or ask a service on this machine";
    problems.push(problem("BELL_ALPHA_VANTAGE_API_KEY_FILE", `must be set to ask ${hostname}: ${mend}`));
  }
  const key = file === null ? LOCAL_KEY : collectProblems(problems, () => readApiKey(file));
  if (key === undefined || problems.length > 0) throw configError(problems);
  return key;
}

const BINANCE_NAMES = ["BELL_BINANCE_URL", "BELL_BINANCE_REST_URL", "BELL_SYMBOLS", "BELL_LOCAL_HOSTS"] as const;

function binanceOf(values: SettingValues<(typeof BINANCE_NAMES)[number]>): BinanceConfig {
  const { BELL_BINANCE_URL: url, BELL_BINANCE_REST_URL: rest, BELL_SYMBOLS: symbols } = values;
  const problems: FieldProblem[] = [];
  const restUrl = rest ?? binanceRestUrl(url);
  for (const [name, address] of [
    ["BELL_BINANCE_URL", url],
    ["BELL_BINANCE_REST_URL", restUrl],
  ] as const) {
    const { protocol, hostname } = new URL(address);
    if (/^(wss|https):$/.test(protocol) || isLocalHost(hostname, values.BELL_LOCAL_HOSTS ?? [])) continue;
    problems.push(problem(name, "must be wss (and https): on the way anybody could change the prices"));
  }
  if (symbols.length > BINANCE_SYMBOLS_MAX) {
    const message = `names ${symbols.length}: of Binance a fetcher listens to ${BINANCE_SYMBOLS_MAX} at most; run another one`;
    problems.push(problem("BELL_SYMBOLS", message));
  }
  if (problems.length > 0) throw configError(problems);
  return Object.freeze({ url, restUrl });
}

/** Who streams at `stream.binance.com` answers at `api.binance.com`; whoever stands in for it does both in one place. */
function binanceRestUrl(url: string): string {
  const { protocol, hostname, host } = new URL(url);
  if (/^(data-)?stream\./.test(hostname)) return `https://${hostname.replace(/stream\./, "api.")}`;
  return `${protocol === "wss:" ? "https" : "http"}://${host}`;
}

function problem(field: string, message: string): FieldProblem {
  return { field, reason: "CONFIG_INVALID", message };
}

type PlaceSettings = "BELL_SOURCE" | "BELL_BINANCE_URL" | "BELL_ALPHA_VANTAGE_URL" | "BELL_LOCAL_HOSTS";

function asksThisMachine(values: Pick<SettingValues<PlaceSettings>, PlaceSettings>): boolean {
  const url = values.BELL_SOURCE === "binance" ? values.BELL_BINANCE_URL : values.BELL_ALPHA_VANTAGE_URL;
  return isLocalHost(new URL(url).hostname, values.BELL_LOCAL_HOSTS ?? []);
}
