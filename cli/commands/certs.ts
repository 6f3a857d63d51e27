import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";

const HOSTS_HELP = "more host names and addresses of the server, separated by commas; kept when it is renewed";

/** `bell certs` and what is below it. */
export function addCertsCommand(program: Command, context: Context): void {
  const certs = program
    .command("certs")
    .description("make the certificates that are missing, renew those that are old, keep the rest")
    .option("--hosts <names>", HOSTS_HELP)
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
  addStatus(certs, context);
  addInspect(certs, context);
  addRenew(certs, context);
  addRevoke(certs, context);
}

function addStatus(certs: Command, context: Context): void {
  const status = certs
    .command("status")
    .description("each certificate of the folder: its serial number, its end, and what is wrong with it")
    .action(async (_options: unknown, command: Command) => {
      const { showCertificates } = await import("../actions/certs-status.ts");
      showCertificates(context, command.optsWithGlobals());
    });
  status.addHelpText(
    "after",
    `
Exit codes of this command:
  0 all fine, 1 one ends within 30 days, 78 something must be mended now`,
  );
  addExamples(status, "./bell certs status", "./bell certs status --json");
}

function addInspect(certs: Command, context: Context): void {
  const inspect = certs
    .command("inspect")
    .description("all that a certificate says of itself, and whether it would be believed here")
    .argument("<file>", "a certificate, or a file with several")
    .action(async (file: string, _options: unknown, command: Command) => {
      const { inspectFile } = await import("../actions/certs-inspect.ts");
      inspectFile(context, command.optsWithGlobals(), file);
    });
  inspect.addHelpText(
    "after",
    `
Exit codes of this command:
  0 nothing is wrong with it, 78 something is, or it cannot be read`,
  );
  addExamples(inspect, "./bell certs inspect certs/server.crt", "./bell certs inspect certs/ca.crt --json");
}

function addRenew(certs: Command, context: Context): void {
  const renew = certs
    .command("renew")
    .description("renew what has less than a third of its life left, or was revoked; for a timer")
    .argument("[roles...]", "server, fetcher, notifier, cli, operator; those that are there unless named")
    .option("--force", "renew what is sound, too")
    .option("--hosts <names>", HOSTS_HELP)
    .option("--new-ca", "the first step to another authority: trust a new one beside the old one")
    .option("--drop-old-ca", "the last step: trust the old one no more")
    .action(async (roles: string[], _options: unknown, command: Command) => {
      const { renewCertificates } = await import("../actions/certs.ts");
      await renewCertificates(context, command.optsWithGlobals(), roles);
    });
  addExamples(renew, "./bell certs renew", "./bell certs renew server --force", "./bell certs renew --new-ca");
}

function addRevoke(certs: Command, context: Context): void {
  const revoke = certs
    .command("revoke")
    .description("let a certificate be believed no more; what is connected with it is cut within a minute")
    .argument("<what>", "a role, the file of a certificate, or a serial number")
    .option("--reason <text>", "why, for whoever reads the list")
    .action(async (what: string, _options: unknown, command: Command) => {
      const { revoke: revokeIt } = await import("../actions/certs-revoke.ts");
      await revokeIt(context, command.optsWithGlobals(), what);
    });
  addExamples(
    revoke,
    './bell certs revoke cli --reason "the laptop was stolen"',
    "./bell certs revoke old/fetcher.crt",
    "./bell certs revoke 4F3AC01D99B2E4A7",
  );
}
