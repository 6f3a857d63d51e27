import { Command, Option, type CommanderError } from "commander";
import packageFile from "../package.json" with { type: "json" };
import { addAccountCommands } from "./commands/account.ts";
import { addAdminCommands } from "./commands/admin.ts";
import { addAlertCommands } from "./commands/alert.ts";
import { addBackupCommands } from "./commands/backup.ts";
import { addCertsCommand } from "./commands/certs.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addExamples } from "./commands/help.ts";
import { addMailCommands } from "./commands/mail.ts";
import { addNotificationCommands } from "./commands/notification.ts";
import { addProcessCommands, addSimulatorCommands } from "./commands/process.ts";
import { addQuoteCommands } from "./commands/quote.ts";
import { addRpcCommand } from "./commands/rpc.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addSymbolCommands } from "./commands/symbol.ts";
import { addUpCommand } from "./commands/up.ts";
import { addWatchCommand } from "./commands/watch.ts";
import { addUserCommands } from "./commands/user.ts";
import { CALLER_ROLES } from "./caller-role.ts";
import type { Context } from "./context.ts";
import { EXIT_CODE_HELP } from "./exit-codes.ts";
import { UsageError } from "./usage-error.ts";

/** Where there is no screen. */
const PLAIN_WIDTH = 80;
/** What stands beside long names wraps too, unless it has less room than this. */
const NARROWEST_HELP = 20;

/** Every command of `bell`. What a command does is loaded when it runs, so that help is quick. */
export function buildProgram(context: Context): Command {
  const program = new Command("bell")
    .description("Tickerbell watches prices and e-mails you once when an alert fires.")
    .version(packageFile.version)
    .addHelpCommand(new Command("help").argument("[command]").description("the help of a command").helpGroup("Tools:"));
  addGlobalOptions(program);
  configureTerminal(program, context);
  addCommandGroups(program, context);
  addExamples(program, "./bell up", "./bell register you@example.com", "./bell alerts create AAPL above 200");
  program.addHelpText("after", `\n${EXIT_CODE_HELP}`);
  for (const command of allCommands(program)) {
    command.exitOverride((error) => throwUsage(error, command));
    refuseRepeats(command);
  }
  return program;
}

function addCommandGroups(program: Command, context: Context): void {
  program.commandsGroup("Processes:");
  addUpCommand(program, context);
  addProcessCommands(program, context);
  addSimulatorCommands(program, context);
  program.commandsGroup("You:");
  addUserCommands(program, context);
  addAccountCommands(program, context);
  program.commandsGroup("Alerts and prices:");
  addAlertCommands(program, context);
  addQuoteCommands(program, context);
  addWatchCommand(program, context);
  addNotificationCommands(program, context);
  addMailCommands(program, context);
  program.commandsGroup("Other people:");
  addAdminCommands(program, context);
  program.commandsGroup("Tools:");
  addStatusCommand(program, context);
  addDoctorCommand(program, context);
  addCertsCommand(program, context);
  addBackupCommands(program, context);
  addSymbolCommands(program, context);
  addRpcCommand(program, context);
}

function addGlobalOptions(program: Command): void {
  program
    .option("--json", "answer in JSON, for programs; errors too, on the standard error")
    .option("--server <host:port>", "the server to call (BELL_SERVER)")
    .option("--certs <folder>", "where the certificates are (BELL_CERTS_DIR)")
    .addOption(new Option("--as <role>", "which certificate to show (cli)").choices(CALLER_ROLES));
}

function configureTerminal(program: Command, { terminal }: Context): void {
  program.configureOutput({
    writeOut: (text) => terminal.write(text),
    writeErr: () => undefined, // whoever catches the error tells it, once
    outputError: () => undefined,
    getOutHelpWidth: () => terminal.columns ?? PLAIN_WIDTH,
    getErrHelpWidth: () => terminal.columns ?? PLAIN_WIDTH,
    getOutHasColors: () => terminal.colour,
    getErrHasColors: () => terminal.colour,
  });
  program.configureHelp({ showGlobalOptions: true, minWidthToWrap: NARROWEST_HELP });
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** The library's refusal as an error of ours; help and version come through with exit code 0. */
function throwUsage(error: CommanderError, command: Command): never {
  if (error.exitCode === 0) throw error;
  const path = commandPath(command);
  const isHelp = error.code === "commander.help";
  const names = command.commands.map((one) => one.name()).join(", ");
  const message = isHelp ? `${path} needs a command: ${names}` : wordsOfRefusal(error.message);
  throw new UsageError(message, `./${path} --help`);
}

/** Without what was typed too much, or as the value of an option that there is not: it may be a password. */
function wordsOfRefusal(text: string): string {
  const line = text.replace(/^error: /, "").replace(/\n/g, " ");
  return line.replace(/( but got \d+): .*/, "$1.").replace(/(unknown option '[^'=]*)=.*'/, "$1'");
}

/** An option that takes a value and is given twice: the library would take the last and say nothing. One with a parser of its own gathers. */
function refuseRepeats(command: Command): void {
  for (const option of command.options.filter((one) => one.required && !one.variadic && one.parseArg === undefined)) {
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven)
        throw new UsageError(`${option.long ?? option.flags} is given twice`, `./${commandPath(command)} --help`);
      isGiven = true;
    });
  }
}

function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}
