import { join } from "node:path";
import { formatDuration } from "../domain/duration.ts";
import type { FieldProblem } from "../domain/error.ts";
import type { AmbiguityPolicy } from "../domain/notification.ts";
import { checkReplay } from "../runtime/config/check-replay.ts";
import { collectProblems } from "../runtime/config/collect-problems.ts";
import { deriveSetting } from "../runtime/config/derive-setting.ts";
import { configError, readSettings, type Environment } from "../runtime/config/read-settings.ts";
import { symbolsOf, withUsualSymbols } from "../runtime/config/symbols-setting.ts";
import type { Address } from "../runtime/config/setting-types.ts";
import type { LogLevel } from "../runtime/log/log.ts";
import type { KeepTimes } from "./retention-store.ts";

export interface ServerConfig {
  readonly listen: Address;
  readonly certsFolder: string;
  readonly dataFolder: string;
  readonly databaseFile: string;
  readonly policy: AmbiguityPolicy;
  /** The first list of a new database. */
  readonly symbols: readonly string[];
  /** How long prices are kept. */
  readonly keep: KeepTimes;
  /** What "now" is in event time. */
  readonly eventClock: "wall" | "data";
  readonly logLevel: LogLevel;
}

const REPLAY_NAMES = ["BELL_CLOCK", "BELL_SMTP", "BELL_LOCAL_HOSTS"] as const;
const KEEP_NAMES = ["BELL_KEEP_TICKS", "BELL_KEEP_MINUTES"] as const;
const NAMES = [
  "BELL_LISTEN",
  "BELL_CERTS_DIR",
  "BELL_DATA_DIR",
  "BELL_AMBIGUOUS_DELIVERY",
  ...KEEP_NAMES,
  "BELL_SOURCE",
  "BELL_SYMBOLS",
  "BELL_LOG_LEVEL",
  ...REPLAY_NAMES,
] as const;

/** Throws AppError CONFIG_INVALID with every problem at once. */
export function serverConfig(given: Environment): ServerConfig {
  const environment = withUsualSymbols(given);
  const problems: FieldProblem[] = [];
  const settings = collectProblems(problems, () => readSettings(environment, NAMES));
  deriveSetting(problems, environment, REPLAY_NAMES, (replay) => {
    checkReplay(replay.BELL_CLOCK, replay.BELL_SMTP, replay.BELL_LOCAL_HOSTS ?? []);
  });
  deriveSetting(problems, environment, KEEP_NAMES, (keep) => {
    checkKeepTimes({ ticksMs: keep.BELL_KEEP_TICKS, minutesMs: keep.BELL_KEEP_MINUTES });
  });
  const symbols = deriveSetting(problems, environment, ["BELL_SYMBOLS"], symbolsOf);
  if (settings === undefined || symbols === undefined || problems.length > 0) throw configError(problems);
  return {
    listen: settings.BELL_LISTEN,
    certsFolder: settings.BELL_CERTS_DIR,
    dataFolder: settings.BELL_DATA_DIR,
    databaseFile: join(settings.BELL_DATA_DIR, "tickerbell.db"),
    policy: settings.BELL_AMBIGUOUS_DELIVERY,
    symbols,
    keep: { ticksMs: settings.BELL_KEEP_TICKS, minutesMs: settings.BELL_KEEP_MINUTES },
    eventClock: settings.BELL_CLOCK,
    logLevel: settings.BELL_LOG_LEVEL,
  };
}

/**
 * Ticks are what minutes are made of: who keeps these for a shorter time than those would have days in the place of minutes whose ticks are
 * still there. Throws AppError CONFIG_INVALID.
 */
function checkKeepTimes({ ticksMs, minutesMs }: KeepTimes): void {
  if (minutesMs === null || (ticksMs !== null && ticksMs <= minutesMs)) return;
  const ticks = ticksMs === null ? "forever" : formatDuration(ticksMs);
  const message = `keeps ticks ${ticksMs === null ? "" : "for "}${ticks}, longer than BELL_KEEP_MINUTES keeps minutes (${formatDuration(minutesMs)}): set that to ${ticks} too, or this to less`;
  throw configError([{ field: "BELL_KEEP_TICKS", reason: "CONFIG_INVALID", message }]);
}
