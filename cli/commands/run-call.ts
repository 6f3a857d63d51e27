import type { Command } from "commander";
import type { Call } from "../call.ts";
import type { GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { spokenError } from "../spoken-error.ts";

/**
 * Runs a command that calls the server; what it needs for that is loaded only now, so that help stays quick. A refusal names what was
 * typed, not the contract's fields.
 */
export async function runCall(context: Context, command: Command, deed: (call: Call) => Promise<void>): Promise<void> {
  try {
    await runPlainCall(context, command, deed);
  } catch (error) {
    throw spokenError(error);
  }
}

/** The same for a command whose user types the contract's own fields. */
export async function runPlainCall(
  context: Context,
  command: Command,
  deed: (call: Call) => Promise<void>,
): Promise<void> {
  const { withCall } = await import("../call.ts");
  await withCall(context, command.optsWithGlobals<GlobalOptions>(), deed);
}
