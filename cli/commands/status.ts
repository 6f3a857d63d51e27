import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";

/** `bell status` */
export function addStatusCommand(program: Command, context: Context): void {
  const status = program
    .command("status")
    .description("how everything stands: processes, source, spool, database, mail, certificates")
    .action(async (_options: unknown, command: Command) => {
      const { showStatus } = await import("../actions/status.ts");
      await showStatus(context, command.optsWithGlobals());
    });
  status.addHelpText(
    "after",
    `
Exit codes of this command:
  0 all well, 1 something is wrong; when the server cannot be asked, the code
  that says why: 69, 78`,
  );
  addExamples(status, "./bell status", "./bell status --json");
}
