import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";

/** `bell up` */
export function addUpCommand(program: Command, context: Context): void {
  const up = program
    .command("up")
    .description("run everything on this machine; simulated prices and a mailbox unless real ones are configured")
    .action(async (_options: unknown, command: Command) => {
      const { runUp } = await import("../actions/up.ts");
      await runUp(context, command.optsWithGlobals());
    });
  addExamples(up, "./bell up", "BELL_ALPHA_VANTAGE_API_KEY_FILE=key.txt ./bell up");
}
