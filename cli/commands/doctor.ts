import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";

const HELP = `
Looks at the settings, Node, the clock, the certificates, the server, versions,
the database, the source of prices, the mail server and your log-in. It changes
nothing, and needs neither certificates nor a server. Without a server it looks
at the ports and files that one would have on this machine instead.

With --json it is an array of {name, state, message, hint}; state is ok, warn or
fail. Under systemd or in a container run it with the settings and as the user
of the process: docs/deployment.md.

Exit codes of this command:
  0 all works, though some of it should be looked at; 1 something fails`;

/** `bell doctor` */
export function addDoctorCommand(program: Command, context: Context): void {
  const doctor = program
    .command("doctor")
    .description("find what is wrong with this installation, and what mends it")
    .option("--mail", "also talk to the mail server of BELL_SMTP, up to the log-in; nothing is sent")
    .action(async (_options: unknown, command: Command) => {
      const { showDoctor } = await import("../actions/doctor.ts");
      await showDoctor(context, command.optsWithGlobals());
    });
  doctor.addHelpText("after", HELP);
  addExamples(doctor, "./bell doctor", "./bell doctor --mail", "./bell doctor --json");
}
