import { EXIT } from "../../cli/exit-codes.ts";
import type { BadCase } from "./bad-case.ts";
import type { Typed } from "./cli-world.ts";

/** A mistake on the command line; it is told in words and, with --json, as an object. */
export interface CliCase extends BadCase<Typed> {
  readonly exitCode: number;
}

/** A command line of words without blanks. */
export const typed = (line: string): Typed => ({ words: line.split(" ") });

/** What the command line itself refuses. */
export const usage = (name: string, given: Typed | string, ...says: string[]): CliCase => ({
  name,
  given: typeof given === "string" ? typed(given) : given,
  code: "INVALID_ARGUMENT",
  reason: "FIELD_INVALID",
  exitCode: EXIT.usage,
  says,
});
