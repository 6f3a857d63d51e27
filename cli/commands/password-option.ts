import type { Command } from "commander";

/** A password is never a word of the command line: others can read that, and the shell keeps it. */
export function addPasswordOption(command: Command): void {
  command.option(
    "--password-file <file>",
    "read the password from a file; else it is asked for, or read from the input",
  );
}
