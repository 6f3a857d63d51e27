import type { Command } from "commander";
import type { ExportOptions } from "../actions/quote-export.ts";
import type { ImportOptions } from "../actions/quote-import.ts";
import type { Context } from "../context.ts";
import { addExamples, MOMENT_HELP } from "./help.ts";
import { runPlainAsOperator } from "./run-call.ts";

const FILE_HELP = `
The timestamp is when a bar STARTS: 2019-02-15 for a bar of a day, else
2019-02-15 09:30:00 on New York's clocks, or 2019-02-15T14:30:00Z. A bar that
says nothing of its length is as long as the shortest step from one to the next.
--dry-run tells what was understood. docs/prices.md says more.`;

/** `bell quotes import` and `bell quotes export` */
export function addQuoteTransferCommands(quotes: Command, context: Context): void {
  addImport(quotes, context);
  addExport(quotes, context);
}

function addImport(quotes: Command, context: Context): void {
  const command = quotes
    .command("import")
    .description("bring prices from a CSV file, all or none; with the operator's certificate")
    .argument("<file>", "columns timestamp,open,high,low,close, maybe volume, symbol and period")
    .option("--symbol <symbol>", "whose prices, where no column says so and the file is not called AAPL.csv")
    .option("--period <duration>", "the length of a bar, where neither a column nor the times say so")
    .option("--dry-run", "only look, and tell what it would do")
    .action((file: string, options: ImportOptions, self: Command) =>
      runPlainAsOperator(context, self, async (call) =>
        (await import("../actions/quote-import.ts")).importQuotes(call, file, options),
      ),
    );
  command.addHelpText("after", FILE_HELP);
  addExamples(command, "./bell quotes import AAPL.csv --dry-run", "./bell quotes import prices.csv --symbol AAPL");
}

function addExport(quotes: Command, context: Context): void {
  const command = quotes
    .command("export")
    .description("stored prices as CSV, which import reads; with the operator's certificate")
    .option("--symbol <symbol>", "only these prices")
    .option("--from <time>", `from when on: ${MOMENT_HELP}`)
    .option("--until <time>", "until when, in the same way")
    .option("--out <file>", "write a file")
    .option("--force", "replace an older file of that name")
    .action((options: ExportOptions, self: Command) =>
      runPlainAsOperator(context, self, async (call) =>
        (await import("../actions/quote-export.ts")).exportQuotes(call, options),
      ),
    );
  addExamples(command, "./bell quotes export --symbol AAPL --from 30d", "./bell quotes export --out prices.csv");
}
