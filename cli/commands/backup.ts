import type { Command } from "commander";
import { readDataFolder } from "../config.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runPlainAsOperator } from "./run-call.ts";

/** `bell backup` and `bell restore` */
export function addBackupCommands(program: Command, context: Context): void {
  addBackup(program, context);
  addRestore(program, context);
}

function addBackup(program: Command, context: Context): void {
  const backup = program
    .command("backup")
    .description("copy the server's database into a file while it goes on; with the operator's certificate")
    .argument("<file>", "the file to write; it will hold password hashes, so only you may read it")
    .option("--force", "replace an older backup of that name")
    .action((file: string, options: { force?: boolean }, command: Command) =>
      runPlainAsOperator(context, command, async (call) => {
        const { backUp } = await import("../actions/backup.ts");
        await backUp(call, file, { ...options, dataFolder: readDataFolder(context.environment) });
      }),
    );
  addExamples(backup, "./bell backup tickerbell-backup.db", "./bell backup latest.db --force --json");
}

function addRestore(program: Command, context: Context): void {
  const restore = program
    .command("restore")
    .description("put a backup in the place of the database in BELL_DATA_DIR, while no server runs")
    .argument("<file>", "what `bell backup` wrote")
    .action(async (file: string, _options: unknown, command: Command) => {
      const { restoreFile } = await import("../actions/restore.ts");
      restoreFile(context, command.optsWithGlobals(), file);
    });
  addExamples(restore, "./bell restore tickerbell-backup.db");
}
