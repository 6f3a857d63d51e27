import type { Command } from "commander";
import type { CandleOptions } from "../actions/candle.ts";
import type { Context } from "../context.ts";
import { addExamples, MOMENT_HELP } from "./help.ts";
import { addQuoteTransferCommands } from "./quote-import.ts";
import { runCall } from "./run-call.ts";

const load = () => import("../actions/quote.ts");

/** `bell quotes …` */
export function addQuoteCommands(program: Command, context: Context): void {
  const quotes = program.command("quotes").description("look at prices, bring them and take them as CSV");
  addGet(quotes, context);
  addMany(quotes, context);
  addCandles(quotes, context);
  addQuoteTransferCommands(quotes, context);
  addExamples(quotes, "./bell quotes list", "./bell quotes watch AAPL");
}

function addGet(quotes: Command, context: Context): void {
  const get = quotes
    .command("get")
    .description("the newest price of a symbol")
    .argument("<symbol>", "such as AAPL")
    .action((symbol: string, _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).getQuote(call, symbol)),
    );
  addExamples(get, "./bell quotes get AAPL", "./bell quotes get AAPL --json");
}

function addMany(quotes: Command, context: Context): void {
  const list = quotes
    .command("list")
    .description("the newest price of each symbol")
    .argument("[symbol...]", "only these")
    .action((symbols: string[], _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).listQuotes(call, symbols)),
    );
  addExamples(list, "./bell quotes list", "./bell quotes list AAPL MSFT");
  const watch = quotes
    .command("watch")
    .description("prices as they come, a line each; Ctrl-C ends it")
    .argument("[symbol...]", "only these")
    .action((symbols: string[], _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).watchQuotes(call, symbols)),
    );
  addExamples(watch, "./bell quotes watch", "./bell quotes watch AAPL --json");
}

function addCandles(quotes: Command, context: Context): void {
  const candles = quotes
    .command("candles")
    .description("a symbol's prices summed up over spans of time, oldest first")
    .argument("<symbol>", "such as AAPL")
    .option("--period <duration>", "the span of one candle, such as 5m, 1h or 1d", "1m")
    .option("--since <time>", `from when on: ${MOMENT_HELP}`)
    .option("--until <time>", "until when, in the same way")
    .option("--limit <count>", "at most so many", "100")
    .action((symbol: string, options: CandleOptions, command: Command) =>
      runCall(context, command, async (call) =>
        (await import("../actions/candle.ts")).listCandles(call, symbol, options),
      ),
    );
  addExamples(
    candles,
    "./bell quotes candles AAPL --period 5m --since 6h",
    "./bell quotes candles IBM --period 1d --since 30d --limit 30",
  );
}
