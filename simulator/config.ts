import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FieldProblem } from "../domain/error.ts";
import { collectProblems } from "../runtime/config/collect-problems.ts";
import { deriveSetting, type SettingValues } from "../runtime/config/derive-setting.ts";
import { isLocalHost } from "../runtime/config/loopback-host.ts";
import { configError, readSettings, type Environment } from "../runtime/config/read-settings.ts";
import { namesSymbols } from "../runtime/config/symbols-setting.ts";
import type { LogLevel } from "../runtime/log/log.ts";
import { planNamed } from "./alpha-vantage/plan.ts";
import type { SimulatorConfig } from "./alpha-vantage/start-simulator.ts";
import type { MailboxConfig } from "./mailbox/start-mailbox.ts";

/** The random market also trades these, which nobody watches at first: `bell symbols add SPY`. */
const MORE_SYMBOLS: readonly string[] = ["BAC", "SBUX", "SPY", "QQQ", "GLD"];

const SIMULATOR_NAMES = [
  "BELL_SIMULATOR_LISTEN",
  "BELL_SIMULATOR_SEED",
  "BELL_SIMULATOR_BARS_DIR",
  "BELL_SIMULATOR_PLAN",
  "BELL_SYMBOLS",
  "BELL_LOCAL_HOSTS",
  "BELL_LOG_LEVEL",
] as const;
const MAILBOX_NAMES = [
  "BELL_MAILBOX_SMTP_LISTEN",
  "BELL_MAILBOX_PAGE_LISTEN",
  "BELL_DATA_DIR",
  "BELL_LOCAL_HOSTS",
  "BELL_LOG_LEVEL",
] as const;

interface Logged {
  readonly logLevel: LogLevel;
}

/** Throws AppError CONFIG_INVALID with every problem at once. */
export function simulatorConfig(environment: Environment): SimulatorConfig & Logged {
  const problems: FieldProblem[] = [];
  const settings = collectProblems(problems, () => readSettings(environment, SIMULATOR_NAMES));
  deriveSetting(problems, environment, ["BELL_SIMULATOR_BARS_DIR"], checkBarsFolder);
  if (settings === undefined || problems.length > 0) throw configError(problems);
  return {
    ...settings.BELL_SIMULATOR_LISTEN,
    seed: settings.BELL_SIMULATOR_SEED,
    symbols: namesSymbols(environment) ? settings.BELL_SYMBOLS : [...settings.BELL_SYMBOLS, ...MORE_SYMBOLS],
    barsDir: settings.BELL_SIMULATOR_BARS_DIR ?? undefined,
    defaultPlan: planNamed(settings.BELL_SIMULATOR_PLAN),
    localHosts: settings.BELL_LOCAL_HOSTS ?? [],
    logLevel: settings.BELL_LOG_LEVEL,
  };
}

/** Throws AppError CONFIG_INVALID with every problem at once; SMTP and page listen on the host that SMTP names. */
export function mailboxConfig(environment: Environment): MailboxConfig & Logged {
  const problems: FieldProblem[] = [];
  const settings = collectProblems(problems, () => readSettings(environment, MAILBOX_NAMES));
  deriveSetting(problems, environment, ["BELL_MAILBOX_SMTP_LISTEN", "BELL_LOCAL_HOSTS"], checkMailboxHost);
  if (settings === undefined || problems.length > 0) throw configError(problems);
  return {
    host: settings.BELL_MAILBOX_SMTP_LISTEN.host,
    smtpPort: settings.BELL_MAILBOX_SMTP_LISTEN.port,
    pagePort: settings.BELL_MAILBOX_PAGE_LISTEN.port,
    folder: join(settings.BELL_DATA_DIR, "mail"),
    localHosts: settings.BELL_LOCAL_HOSTS ?? [],
    logLevel: settings.BELL_LOG_LEVEL,
  };
}

/** What is in it is found out when it is read. */
function checkBarsFolder({ BELL_SIMULATOR_BARS_DIR: folder }: SettingValues<"BELL_SIMULATOR_BARS_DIR">): void {
  if (folder === null || existsSync(folder)) return;
  const message = `there is no folder ${folder}; name one with a SYMBOL.csv for each symbol`;
  throw configError([{ field: "BELL_SIMULATOR_BARS_DIR", reason: "CONFIG_INVALID", message }]);
}

function checkMailboxHost(values: SettingValues<"BELL_MAILBOX_SMTP_LISTEN" | "BELL_LOCAL_HOSTS">): void {
  const { host } = values.BELL_MAILBOX_SMTP_LISTEN;
  if (isLocalHost(host, values.BELL_LOCAL_HOSTS ?? [])) return;
  const message = `${host} is not loopback, nor in BELL_LOCAL_HOSTS: the mailbox asks nobody who they are`;
  throw configError([{ field: "BELL_MAILBOX_SMTP_LISTEN", reason: "CONFIG_INVALID", message }]);
}
