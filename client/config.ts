import { join } from "node:path";
import { AppError, type FieldProblem } from "../domain/error.ts";
import { addressText } from "../runtime/config/address-text.ts";
import { isLocalHost } from "../runtime/config/loopback-host.ts";
import { collectProblems } from "../runtime/config/collect-problems.ts";
import { deriveSetting, type SettingValues } from "../runtime/config/derive-setting.ts";
import { configError, readSettings, type Environment } from "../runtime/config/read-settings.ts";
import { namesSymbols, symbolsOf } from "../runtime/config/symbols-setting.ts";
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
  /** Whether nobody named any: then the server's list is followed. */
  readonly followsServer: boolean;
  /** A cron line, in New York time; null: rounds come as the key's plan makes them useful. */
  readonly schedule: string | null;
  /** Where quotes are kept until the server has them. */
  readonly spoolFile: string;
  /** How many of them at most. */
  readonly spoolQuotesMax: number;
  /** What people know the source by: whatever stands in for the service on this machine is the `simulator`. */
  readonly sourceName: "alpha-vantage" | "simulator";
  readonly alphaVantage: AlphaVantageConfig;
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
  "BELL_ALPHA_VANTAGE_URL",
  "BELL_ALPHA_VANTAGE_API_KEY_FILE",
  "BELL_ALPHA_VANTAGE_PLAN",
  "BELL_ALPHA_VANTAGE_FUNCTION",
  "BELL_ALPHA_VANTAGE_ENTITLEMENT",
  "BELL_ALPHA_VANTAGE_FORMAT",
  "BELL_LOCAL_HOSTS",
] as const;

/** Reads the settings and the key's file. Throws AppError CONFIG_INVALID that names every mistake at once. */
export function readFetcherConfig(environment: Environment): FetcherConfig {
  const problems: FieldProblem[] = [];
  const values = collectProblems(problems, () => readSettings(environment, NAMES));
  const symbols = deriveSetting(problems, environment, ["BELL_SYMBOLS"], symbolsOf);
  const line = deriveSetting(problems, environment, ["BELL_SCHEDULE"], scheduleOf);
  const keyNames = ["BELL_ALPHA_VANTAGE_URL", "BELL_ALPHA_VANTAGE_API_KEY_FILE", "BELL_LOCAL_HOSTS"] as const;
  const key = deriveSetting(problems, environment, keyNames, keyOf);
  if (values === undefined || symbols === undefined || line === undefined || key === undefined) {
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
    sourceName: asksThisMachine(values) ? "simulator" : "alpha-vantage",
    alphaVantage: Object.freeze(alphaVantage),
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

type KeySettings = "BELL_ALPHA_VANTAGE_URL" | "BELL_ALPHA_VANTAGE_API_KEY_FILE" | "BELL_LOCAL_HOSTS";

function keyOf(values: SettingValues<KeySettings>): string {
  const { BELL_ALPHA_VANTAGE_URL: baseUrl, BELL_ALPHA_VANTAGE_API_KEY_FILE: file } = values;
  const { protocol, hostname } = new URL(baseUrl);
  const isLocal = asksThisMachine(values);
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

function problem(field: string, message: string): FieldProblem {
  return { field, reason: "CONFIG_INVALID", message };
}

type PlaceSettings = "BELL_ALPHA_VANTAGE_URL" | "BELL_LOCAL_HOSTS";

function asksThisMachine(values: Pick<SettingValues<PlaceSettings>, PlaceSettings>): boolean {
  return isLocalHost(new URL(values.BELL_ALPHA_VANTAGE_URL).hostname, values.BELL_LOCAL_HOSTS ?? []);
}
