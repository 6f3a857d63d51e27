import { AppError } from "../../domain/error.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { neutraliseLines, safeJson } from "./neutralise.ts";

/** Room for every mistake in a configuration. */
const LONGEST_MESSAGE = 4_000;
/** An absent server may be the fault of any of many things; one command looks at them all. */
const LOOK_FURTHER = "./bell doctor looks further";

export interface ReportOptions {
  readonly json: boolean;
  /** Shows where an error that nobody foresaw came from. */
  readonly debug: boolean;
}

/** Tells an error on the standard error and returns the exit code for it. What the person interrupted is told nobody. */
export function reportError(error: unknown, terminal: Terminal, options: ReportOptions): number {
  const exitCode = exitCodeOf(error);
  if (exitCode !== EXIT.interrupted) terminal.complain(`${options.json ? asJson(error) : asText(error, options)}\n`);
  return exitCode;
}

function asJson(error: unknown): string {
  return safeJson({ error: { ...told(error), fields: error instanceof AppError ? error.fields : [] } });
}

function asText(error: unknown, { debug }: ReportOptions): string {
  const { message, hint } = told(error);
  const lines = messageLines(error, message).map((line) => `bell: ${line}`);
  if (hint !== "") lines.push(`  hint: ${hint}`);
  if (debug && error instanceof Error) lines.push(stackOf(error));
  return neutraliseLines(lines.join("\n"));
}

/** A configuration's mistakes stand a line each; the first line of anything else carries the name, the others follow. */
function messageLines(error: unknown, message: string): string[] {
  if (error instanceof AppError && error.reason === "CONFIG_INVALID") return message.split("\n");
  if (error instanceof AppError && error.reason === "TLS_SETUP" && error.fields.length > 1) {
    return error.fields.map((problem) => `${problem.field} ${problem.message}`);
  }
  return [message];
}

interface Told {
  readonly code: string;
  readonly reason: string;
  readonly message: string;
  readonly hint: string;
}

/** A message may quote what was typed, and that may be a whole file by mistake. */
function told(error: unknown): Told {
  const whole = wholeOf(error);
  const isLong = whole.message.length > LONGEST_MESSAGE;
  return isLong ? { ...whole, message: `${whole.message.slice(0, LONGEST_MESSAGE)}…` } : whole;
}

function wholeOf(error: unknown): Told {
  if (error instanceof AppError) {
    const { code, reason, message, hint } = error;
    if (reason !== "SERVER_UNREACHABLE") return { code, reason, message, hint };
    return { code, reason, message, hint: hint === "" ? LOOK_FURTHER : `${hint}; ${LOOK_FURTHER}` };
  }
  if (error instanceof UsageError) {
    return { code: "INVALID_ARGUMENT", reason: "FIELD_INVALID", message: error.message, hint: error.hint };
  }
  const message = `something nobody foresaw: ${error instanceof Error ? error.message : String(error)}`;
  return { code: "INTERNAL", reason: "INTERNAL_ERROR", message, hint: "BELL_LOG_LEVEL=debug shows where it came from" };
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
