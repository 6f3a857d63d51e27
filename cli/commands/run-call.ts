import type { Command } from "commander";
import type { Call } from "../call.ts";
import type { GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { spokenError } from "../spoken-error.ts";

type Deed = (call: Call) => Promise<void>;

/**
 * Runs a command that calls the server; what it needs for that is loaded only now, so that help stays quick. A refusal names what was
 * typed, not the contract's fields.
 */
export async function runCall(context: Context, command: Command, deed: Deed): Promise<void> {
  await withSpokenErrors(() => runPlainCall(context, command, deed));
}

/** The same for a command whose user types the contract's own fields. */
export async function runPlainCall(context: Context, command: Command, deed: Deed): Promise<void> {
  await callWith(context, command.optsWithGlobals(), deed);
}

/** Runs a command for those who look after the machine: unless another certificate is named, the operator's is shown. */
export async function runAsOperator(context: Context, command: Command, deed: Deed): Promise<void> {
  await withSpokenErrors(() => runPlainAsOperator(context, command, deed));
}

/** The same for a command whose refusals name the contract's fields. */
export async function runPlainAsOperator(context: Context, command: Command, deed: Deed): Promise<void> {
  await callWith(context, { as: "operator", ...command.optsWithGlobals<GlobalOptions>() }, deed);
}

async function callWith(context: Context, options: GlobalOptions, deed: Deed): Promise<void> {
  const { withCall } = await import("../call.ts");
  await withCall(context, options, deed);
}

async function withSpokenErrors(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw spokenError(error);
  }
}
