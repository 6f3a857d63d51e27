import type { Command } from "commander";
import type { UserListOptions } from "../actions/admin-user.ts";
import type { AuditOptions } from "../actions/audit.ts";
import type { FailedMailOptions } from "../actions/failed-mail.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runAsOperator, runCall } from "./run-call.ts";

const load = () => import("../actions/admin-user.ts");
const loadAudit = () => import("../actions/audit.ts");
const loadFailedMails = () => import("../actions/failed-mail.ts");
const WHO = "the address, the id, or the beginning of it";

/** `bell users …`, `bell operators …`, `bell audit` */
export function addAdminCommands(program: Command, context: Context): void {
  addUsers(program, context);
  addOperators(program, context);
  addAudit(program, context);
}

function addUsers(program: Command, context: Context): void {
  const users = program.command("users").description("other people's accounts; you must be an operator");
  const list = users
    .command("list")
    .description("the users, by address")
    .option("--find <text>", "only addresses that hold this")
    .option("--address-refused", "only those whose address refuses mail, so that nothing goes there")
    .option("--all", "every page, not only the first 50")
    .action((options: UserListOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).listUsers(call, options)),
    );
  addExamples(
    list,
    "./bell users list",
    "./bell users list --find example.com --json",
    "./bell users list --address-refused",
  );
  addFailedMails(users, context);
  addShutOut(users, context);
  const reset = users
    .command("reset-password")
    .description("make a password count no more and mail a code for another; every log-in and access token ends")
    .argument("<user>", WHO)
    .action((who: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).forcePasswordReset(call, who)),
    );
  addExamples(reset, "./bell users reset-password bob@example.com");
  const limit = users
    .command("limit")
    .description("how many alerts a user may have")
    .argument("<user>", WHO)
    .argument("<alerts>", "a number, or usual")
    .action((who: string, alerts: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).setAlertLimit(call, who, alerts)),
    );
  addExamples(limit, "./bell users limit bob@example.com 5000", "./bell users limit bob@example.com usual");
  addExamples(users, "./bell users list", "./bell users suspend bob@example.com");
}

function addFailedMails(users: Command, context: Context): void {
  const failed = users
    .command("failed-mails")
    .description("mails that ended as DEAD, UNKNOWN or EXPIRED, newest first; whose and why, not what they said")
    .option("--state <state>", "only those that ended as this: dead, unknown or expired")
    .option("--all", "every page, not only the newest 50")
    .action((options: FailedMailOptions, command: Command) =>
      runCall(context, command, async (call) => (await loadFailedMails()).listFailedMails(call, options)),
    );
  addExamples(failed, "./bell users failed-mails", "./bell users failed-mails --state dead --json");
}

function addShutOut(users: Command, context: Context): void {
  const suspend = users
    .command("suspend")
    .description("shut a user out: every log-in and access token ends, and no alert mail goes out")
    .argument("<user>", WHO)
    .option("--note <text>", "why, for the audit")
    .action((who: string, { note = "" }: { note?: string }, command: Command) =>
      runCall(context, command, async (call) => (await load()).suspendUser(call, who, note)),
    );
  addExamples(suspend, './bell users suspend bob@example.com --note "asked for it"');
  const resume = users
    .command("resume")
    .description("let a suspended user in again")
    .argument("<user>", WHO)
    .action((who: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).resumeUser(call, who)),
    );
  addExamples(resume, "./bell users resume bob@example.com");
}

function addOperators(program: Command, context: Context): void {
  const operators = program.command("operators").description("who looks after other people's accounts");
  const code = operators
    .command("code")
    .description("a code that makes whoever brings it an operator; needs the operator's certificate")
    .action((_options: unknown, command: Command) =>
      runAsOperator(context, command, async (call) => (await load()).createSetupCode(call)),
    );
  addExamples(code, "./bell operators code");
  const claim = operators
    .command("claim")
    .description("bring that code: you become an operator")
    .argument("<code>", "the code")
    .action((text: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).claimOperator(call, text)),
    );
  addExamples(claim, "./bell operators claim YGWZ9ET7F9QJSDDJQ12G3ZDB5G");
  for (const [name, isOperator, words] of [
    ["add", true, "make a user an operator"],
    ["remove", false, "make an operator a user like any other; not the last one"],
  ] as const) {
    const change = operators
      .command(name)
      .description(`${words}; you must be one`)
      .argument("<user>", WHO)
      .action((who: string, _options: unknown, command: Command) =>
        runCall(context, command, async (call) => (await load()).setOperator(call, who, isOperator)),
      );
    addExamples(change, `./bell operators ${name} bob@example.com`);
  }
  addExamples(operators, "./bell operators code", "./bell operators add bob@example.com");
}

function addAudit(program: Command, context: Context): void {
  const audit = program
    .command("audit")
    .description("who did what, and what was refused, newest first; you must be an operator")
    .option("--user <user>", `only what this user did, or what was done to it: ${WHO}`)
    .option("--action <action>", "only this, such as log_in_failed")
    .option("--last <time>", "only of the last 2h, or 7d")
    .option("--all", "every page, not only the newest 50")
    .action((options: AuditOptions, command: Command) =>
      runCall(context, command, async (call) => (await loadAudit()).listAuditEntries(call, options)),
    );
  addExamples(audit, "./bell audit", "./bell audit --action log_in_failed --last 7d --json");
}
