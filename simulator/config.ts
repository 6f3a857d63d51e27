import { join } from "node:path";
import { readSettings, type Environment } from "../runtime/config/read-settings.ts";
import type { LogLevel } from "../runtime/log/log.ts";
import { planNamed } from "./alpha-vantage/plan.ts";
import type { SimulatorConfig } from "./alpha-vantage/start-simulator.ts";
import type { MailboxConfig } from "./mailbox/start-mailbox.ts";

interface Logged {
  readonly logLevel: LogLevel;
}

/** Throws AppError CONFIG_INVALID with every problem at once. */
export function simulatorConfig(environment: Environment): SimulatorConfig & Logged {
  const settings = readSettings(environment, [
    "BELL_SIMULATOR_LISTEN",
    "BELL_SIMULATOR_SEED",
    "BELL_SIMULATOR_BARS_DIR",
    "BELL_SIMULATOR_PLAN",
    "BELL_SYMBOLS",
    "BELL_LOCAL_HOSTS",
    "BELL_LOG_LEVEL",
  ]);
  return {
    ...settings.BELL_SIMULATOR_LISTEN,
    seed: settings.BELL_SIMULATOR_SEED,
    symbols: settings.BELL_SYMBOLS,
    barsDir: settings.BELL_SIMULATOR_BARS_DIR ?? undefined,
    defaultPlan: planNamed(settings.BELL_SIMULATOR_PLAN),
    localHosts: settings.BELL_LOCAL_HOSTS ?? [],
    logLevel: settings.BELL_LOG_LEVEL,
  };
}

/** Throws AppError CONFIG_INVALID with every problem at once; SMTP and page listen on the host that SMTP names. */
export function mailboxConfig(environment: Environment): MailboxConfig & Logged {
  const settings = readSettings(environment, [
    "BELL_MAILBOX_SMTP_LISTEN",
    "BELL_MAILBOX_PAGE_LISTEN",
    "BELL_DATA_DIR",
    "BELL_LOCAL_HOSTS",
    "BELL_LOG_LEVEL",
  ]);
  return {
    host: settings.BELL_MAILBOX_SMTP_LISTEN.host,
    smtpPort: settings.BELL_MAILBOX_SMTP_LISTEN.port,
    pagePort: settings.BELL_MAILBOX_PAGE_LISTEN.port,
    folder: join(settings.BELL_DATA_DIR, "mail"),
    localHosts: settings.BELL_LOCAL_HOSTS ?? [],
    logLevel: settings.BELL_LOG_LEVEL,
  };
}
