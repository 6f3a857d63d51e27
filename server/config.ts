import { join } from "node:path";
import type { AmbiguityPolicy } from "../domain/notification.ts";
import { checkReplay } from "../runtime/config/check-replay.ts";
import { readSettings, type Environment } from "../runtime/config/read-settings.ts";
import type { Address } from "../runtime/config/setting-types.ts";
import type { LogLevel } from "../runtime/log/log.ts";

export interface ServerConfig {
  readonly listen: Address;
  readonly certsFolder: string;
  readonly dataFolder: string;
  readonly databaseFile: string;
  readonly policy: AmbiguityPolicy;
  /** What "now" is in event time. */
  readonly eventClock: "wall" | "data";
  readonly logLevel: LogLevel;
}

/** Throws AppError CONFIG_INVALID with every problem at once. */
export function serverConfig(environment: Environment): ServerConfig {
  const settings = readSettings(environment, [
    "BELL_LISTEN",
    "BELL_CERTS_DIR",
    "BELL_DATA_DIR",
    "BELL_AMBIGUOUS_DELIVERY",
    "BELL_CLOCK",
    "BELL_SMTP",
    "BELL_LOCAL_HOSTS",
    "BELL_LOG_LEVEL",
  ]);
  checkReplay(settings.BELL_CLOCK, settings.BELL_SMTP, settings.BELL_LOCAL_HOSTS ?? []);
  return {
    listen: settings.BELL_LISTEN,
    certsFolder: settings.BELL_CERTS_DIR,
    dataFolder: settings.BELL_DATA_DIR,
    databaseFile: join(settings.BELL_DATA_DIR, "tickerbell.db"),
    policy: settings.BELL_AMBIGUOUS_DELIVERY,
    eventClock: settings.BELL_CLOCK,
    logLevel: settings.BELL_LOG_LEVEL,
  };
}
