import { Option, type Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";

const SOURCES = ["alpha-vantage", "binance"];

/** `bell up` */
export function addUpCommand(program: Command, context: Context): void {
  const up = program
    .command("up")
    .description("run everything on this machine; simulated prices and a mailbox unless real ones are configured")
    .addOption(new Option("--source <name>", "where prices come from (BELL_SOURCE)").choices(SOURCES))
    .action(async ({ source }: { source?: string }, command: Command) => {
      const { runUp } = await import("../actions/up.ts");
      const environment = { ...context.environment, ...(source === undefined ? {} : { BELL_SOURCE: source }) };
      await runUp({ ...context, environment }, command.optsWithGlobals());
    });
  const real = ["BELL_ALPHA_VANTAGE_API_KEY_FILE=key.txt ./bell up", "./bell up --source binance"];
  addExamples(up, "./bell up", ...real);
}
