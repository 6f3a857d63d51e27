import type { Command } from "commander";

/** How a moment that has been is written. */
export const MOMENT_HELP =
  "2h (back from now), 10:52 (in UTC, the last time it was that), 2026-11-20 or 2026-11-20T15:00:00Z";

/** Examples at the end of a command's help; docs and tests run them. */
export function addExamples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
