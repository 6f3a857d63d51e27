import { pino, type DestinationStream } from "pino";

/** What a process says of itself: one JSON line an event. Fields are named as in the contract. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** A log that names its process in each line. */
export function createLog(process: string, level: LogLevel, destination?: DestinationStream): Log {
  const options = { level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(options) : pino(options, destination);
}
