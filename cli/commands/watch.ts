import { Option, type Command } from "commander";
import type { WatchOptions } from "../actions/watch.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runCall } from "./run-call.ts";

/** `bell watch` */
export function addWatchCommand(program: Command, context: Context): void {
  const watch = program
    .command("watch")
    .description("prices live, with your nearest alert, and what fires as it fires; Ctrl-C ends it")
    .argument("[symbol...]", "only these")
    .addOption(new Option("--once", "show how things stand, and end").conflicts("for"))
    .option("--for <duration>", "end after so long, such as 30s or 10m")
    .action((symbols: string[], options: WatchOptions, command: Command) =>
      runCall(context, command, async (call) => {
        const { readCliConfig } = await import("../config.ts");
        const { server } = readCliConfig(context.environment, command.optsWithGlobals());
        await (await import("../actions/watch.ts")).watch(call, server, symbols, options);
      }),
    );
  addExamples(watch, "./bell watch", "./bell watch AAPL MSFT", "./bell watch --once", "./bell watch --for 10m --json");
}
