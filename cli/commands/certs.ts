import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";

/** `bell certs` */
export function addCertsCommand(program: Command, context: Context): void {
  const certs = program
    .command("certs")
    .description("make the certificates that are missing, renew those that are old, keep the rest")
    .option(
      "--hosts <names>",
      "more host names and addresses of the server, separated by commas; kept when it is renewed",
    )
    .action(async (_options: unknown, command: Command) => {
      const { makeCertificates } = await import("../actions/certs.ts");
      await makeCertificates(context, command.optsWithGlobals());
    });
  addExamples(
    certs,
    "./bell certs",
    "./bell certs --hosts bell.example.com,192.0.2.7",
    "./bell certs --certs /etc/tickerbell/certs",
  );
}
