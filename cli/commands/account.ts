import type { Command } from "commander";
import type { CreateTokenOptions } from "../actions/access-token.ts";
import type { ChangeOptions, DeleteOptions, SetOptions } from "../actions/account.ts";
import type { PasswordOptions } from "../actions/password.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { addPasswordOption } from "./password-option.ts";
import { runCall } from "./run-call.ts";

const load = () => import("../actions/account.ts");
const loadSession = () => import("../actions/session.ts");
const loadToken = () => import("../actions/access-token.ts");

/** `bell password …`, `bell account …`, `bell sessions …`, `bell tokens …` */
export function addAccountCommands(program: Command, context: Context): void {
  addPassword(program, context);
  addAccount(program, context);
  addSessions(program, context);
  addTokens(program, context);
}

function addPassword(program: Command, context: Context): void {
  const password = program.command("password").description("choose another password, also when you forgot it");
  const change = password
    .command("change")
    .description("set another password; every other log-in of yours ends")
    .option("--current-password-file <file>", "read the current password from a file; else it is asked for")
    .option("--new-password-file <file>", "read the new password from a file; else it is asked for")
    .action((options: ChangeOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).changePassword(call, options)),
    );
  addExamples(change, "./bell password change");
  const forgot = password
    .command("forgot")
    .description("have a code mailed with which you can set another password")
    .argument("<email>", "your address")
    .action((email: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).requestPasswordReset(call, email)),
    );
  addExamples(forgot, "./bell password forgot you@example.com");
  const reset = password
    .command("reset")
    .description("bring that code and set another password; every log-in and access token of yours ends")
    .argument("<code>", "the code from the mail")
    .action((code: string, options: PasswordOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).resetPassword(call, code, options)),
    );
  addPasswordOption(reset);
  addExamples(reset, "./bell password reset YGWZ9ET7F9QJSDDJQ12G3ZDB5G");
  addExamples(password, "./bell password change", "./bell password forgot you@example.com");
}

function addAccount(program: Command, context: Context): void {
  const account = program.command("account").description("your account: its time zone, a copy of it, its end");
  const set = account
    .command("set")
    .description("change your account")
    .requiredOption(
      "--time-zone <zone>",
      "the zone in which mails tell the time and in which quiet hours are, such as Europe/Berlin",
    )
    .action((options: SetOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).setAccount(call, options)),
    );
  addExamples(set, "./bell account set --time-zone Europe/Berlin");
  const exported = account
    .command("export")
    .description("everything that is kept of you, a JSON line each")
    .argument("[file]", "a new file; else it is shown")
    .action((file: string | undefined, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).exportAccount(call, file)),
    );
  addExamples(exported, "./bell account export", "./bell account export me.jsonl");
  const deleted = account
    .command("delete")
    .description("delete your account with all alerts, at once and for ever")
    .option("--yes", "you mean it")
    .action((options: DeleteOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).deleteAccount(call, options)),
    );
  addPasswordOption(deleted);
  addExamples(deleted, "./bell account delete --yes");
  addExamples(account, "./bell account export me.jsonl");
}

function addSessions(program: Command, context: Context): void {
  const sessions = program.command("sessions").description("where you are logged in");
  const list = sessions
    .command("list")
    .description("your log-ins, those used last first")
    .action((_options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await loadSession()).listSessions(call)),
    );
  addExamples(list, "./bell sessions list", "./bell sessions list --json");
  const revoke = sessions
    .command("revoke")
    .description("end a log-in, at once")
    .argument("<id>", "its id, or the beginning of it")
    .action((id: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await loadSession()).revokeSession(call, id)),
    );
  addExamples(revoke, "./bell sessions revoke 5b1e8c70");
  addExamples(sessions, "./bell sessions list");
}

function addTokens(program: Command, context: Context): void {
  const tokens = program.command("tokens").description("access tokens, with which your scripts speak for you");
  const create = tokens
    .command("create")
    .description("make a token and show it, once; it may do with alerts what you may, and nothing with your account")
    .argument("<name>", "what it is for")
    .option("--expires <when>", "when it ends, within a year: 30d, or 2026-12-31 (90d)")
    .action((name: string, options: CreateTokenOptions, command: Command) =>
      runCall(context, command, async (call) => (await loadToken()).createToken(call, name, options)),
    );
  addExamples(create, './bell tokens create "nightly report"', "./bell tokens create cron --expires 365d > token");
  const list = tokens
    .command("list")
    .description("your tokens, newest first, and when they were last used")
    .action((_options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await loadToken()).listTokens(call)),
    );
  addExamples(list, "./bell tokens list", "./bell tokens list --json");
  const revoke = tokens
    .command("revoke")
    .description("make a token count for nothing, at once")
    .argument("<id>", "its id, or the beginning of it")
    .action((id: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await loadToken()).revokeToken(call, id)),
    );
  addExamples(revoke, "./bell tokens revoke 5b1e8c70");
  addExamples(tokens, "./bell tokens list");
}
