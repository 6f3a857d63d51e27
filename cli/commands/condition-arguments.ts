import type { Command } from "commander";
import type { AlertBacktestOptions } from "../actions/alert-options.ts";
import type { Call } from "../call.ts";
import type { Context } from "../context.ts";
import { runCall } from "./run-call.ts";

const SYMBOL_HELP = "such as AAPL; for several: any of AAPL, MSFT";
const CONDITION_HELP =
  "above PRICE, below PRICE, crosses [up|down] PRICE, inside PRICE..PRICE, outside PRICE..PRICE; all but crosses may end with: for 10m";
/** There is a word after the first. */
const HAS_CONDITION = /\S\s+\S/;

/**
 * Makes a command take a symbol and a condition, each word by itself or all of them between quotes, and do something with them. They go to
 * the server as they are, which alone reads conditions.
 */
export function addConditionArguments(
  command: Command,
  context: Context,
  deed: (call: Call, text: string, options: AlertBacktestOptions) => Promise<void>,
): Command {
  return command
    .usage("[options] <symbol> <condition...>")
    .argument("<symbol>", SYMBOL_HELP)
    .argument("[condition...]", CONDITION_HELP) // it may stand in the first argument already
    .action((symbol: string, words: string[], options: AlertBacktestOptions, self: Command) => {
      const text = [symbol, ...words].join(" ");
      if (!HAS_CONDITION.test(text)) {
        self.error("error: missing required argument 'condition'", { code: "commander.missingArgument" });
      }
      return runCall(context, self, (call) => deed(call, text, options));
    });
}
