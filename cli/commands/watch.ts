import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runCall } from "./run-call.ts";

/** `bell watch` */
export function addWatchCommand(program: Command, context: Context): void {
  const watch = program
    .command("watch")
    .description("prices live, with your nearest alert, and what fires as it fires; Ctrl-C ends it")
    .argument("[symbol...]", "only these")
    .action((symbols: string[], _options: unknown, command: Command) =>
      runCall(context, command, async (call) => {
        const { readCliConfig } = await import("../config.ts");
        const { server } = readCliConfig(context.environment, command.optsWithGlobals());
        await (await import("../actions/watch.ts")).watch(call, server, symbols);
      }),
    );
  addExamples(watch, "./bell watch", "./bell watch AAPL MSFT", "./bell watch --json");
}
