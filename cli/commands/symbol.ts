import type { Command } from "commander";
import type { ReleaseOptions } from "../actions/symbol.ts";
import type { Call } from "../call.ts";
import type { GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { spokenError } from "../spoken-error.ts";
import { addExamples } from "./help.ts";

const load = () => import("../actions/symbol.ts");

/** `bell symbols …` */
export function addSymbolCommands(program: Command, context: Context): void {
  const symbols = program
    .command("symbols")
    .description("symbols on HOLD, whose price looks like a split; with the operator's certificate");
  const held = symbols
    .command("held")
    .description("the symbols on HOLD: the old price, and the new one")
    .action((_options: unknown, command: Command) =>
      runAsOperator(context, command, async (call) => (await load()).listHeldSymbols(call)),
    );
  addExamples(held, "./bell symbols held", "./bell symbols held --json");
  const release = symbols
    .command("release")
    .description("end the HOLD of a symbol: judging begins anew from the new price, or goes on from the old one")
    .argument("<symbol>", "such as AAPL")
    .option("--accept", "the new price is right: nothing fires for the change, alerts are armed anew on it")
    .option("--reject", "the new price is wrong; the next one like it puts the symbol on HOLD again")
    .action((symbol: string, options: ReleaseOptions, command: Command) =>
      runAsOperator(context, command, async (call) => (await load()).releaseSymbol(call, symbol, options)),
    );
  addExamples(release, "./bell symbols release AAPL --accept", "./bell symbols release AAPL --reject");
  addExamples(symbols, "./bell symbols held", "./bell symbols release AAPL --accept");
}

/** Only operators may: unless another certificate is named, theirs is shown. */
async function runAsOperator(context: Context, command: Command, deed: (call: Call) => Promise<void>): Promise<void> {
  const { withCall } = await import("../call.ts");
  try {
    await withCall(context, { as: "operator", ...command.optsWithGlobals<GlobalOptions>() }, deed);
  } catch (error) {
    throw spokenError(error);
  }
}
