import { pino, type DestinationStream } from "pino";
import { StandardOutput } from "./standard-output.ts";

/** What a process says of itself: one JSON line an event. Fields are named as in the contract. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** There is one of it, whoever writes. Pino's own would end a process whose log is on a full disk, and then keep it from ending. */
const standardOutput = new StandardOutput();

/** A log that names its process in each line. */
export function createLog(process: string, level: LogLevel, destination: DestinationStream = standardOutput): Log {
  return pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
