import type { Command } from "commander";
import type { PasswordOptions } from "../actions/password.ts";
import type { LogOutOptions, RegisterOptions } from "../actions/user.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { addPasswordOption } from "./password-option.ts";
import { runCall } from "./run-call.ts";

const load = () => import("../actions/user.ts");

/** `bell register`, `verify`, `login`, `logout`, `whoami` */
export function addUserCommands(program: Command, context: Context): void {
  addRegister(program, context);
  addVerify(program, context);
  addLogin(program, context);
  addLeave(program, context);
}

function addRegister(program: Command, context: Context): void {
  const register = program
    .command("register")
    .description("ask for an account: a code is mailed to your address")
    .argument("<email>", "your address")
    .option(
      "--time-zone <zone>",
      "the zone in which mails about your account tell the time, such as Europe/Berlin (this machine's)",
    )
    .action((email: string, options: RegisterOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).registerUser(call, email, options)),
    );
  addPasswordOption(register);
  addExamples(
    register,
    "./bell register you@example.com",
    "./bell register you@example.com --password-file secret.txt",
  );
}

function addVerify(program: Command, context: Context): void {
  const verify = program
    .command("verify")
    .description("bring the mailed code back: makes your account and logs you in")
    .argument("<code>", "the code from the mail")
    .action((code: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).verifyUser(call, code)),
    );
  addExamples(verify, "./bell verify YGWZ9ET7F9QJSDDJQ12G3ZDB5G");
}

function addLogin(program: Command, context: Context): void {
  const login = program
    .command("login")
    .description("log in; bell keeps you logged in until you log out")
    .argument("<email>", "your address")
    .action((email: string, options: PasswordOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).logIn(call, email, options)),
    );
  addPasswordOption(login);
  addExamples(login, "./bell login you@example.com", "pass show bell | ./bell login you@example.com");
}

function addLeave(program: Command, context: Context): void {
  const logout = program
    .command("logout")
    .description("end the log-in, here and at the server")
    .option("--all", "every log-in of yours, wherever it is")
    .action((options: LogOutOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).logOut(call, options)),
    );
  addExamples(logout, "./bell logout", "./bell logout --all");
  const whoami = program
    .command("whoami")
    .description("who is logged in")
    .action((_options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).showCurrentUser(call)),
    );
  addExamples(whoami, "./bell whoami");
}
