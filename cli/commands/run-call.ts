import type { Command } from "commander";
import type { Call } from "../call.ts";
import type { GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";

/** Runs a command that calls the server; what it needs for that is loaded only now, so that help stays quick. */
export async function runCall(context: Context, command: Command, deed: (call: Call) => Promise<void>): Promise<void> {
  const { withCall } = await import("../call.ts");
  await withCall(context, command.optsWithGlobals<GlobalOptions>(), deed);
}
