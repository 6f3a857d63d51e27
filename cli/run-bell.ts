import { CommanderError } from "commander";
import type { Context } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { buildProgram } from "./program.ts";
import { QuietExit } from "./quiet-exit.ts";
import { reportError } from "./render/report-error.ts";

/** Runs one command line, given without `node` and the script's name; returns the exit code and never throws. */
export async function runBell(words: readonly string[], context: Context): Promise<number> {
  try {
    await buildProgram(context).parseAsync(words.length === 0 ? ["--help"] : words, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof QuietExit) return error.exitCode;
    if (error instanceof CommanderError) return error.exitCode; // help or version, already printed
    const json = isJsonWanted(words);
    return reportError(error, context.terminal, { json, debug: context.environment["BELL_LOG_LEVEL"] === "debug" });
  }
}

/** Read from the words themselves: they may be wrong in a way that keeps them from being parsed. */
function isJsonWanted(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end === -1 ? words.length : end).includes("--json");
}
