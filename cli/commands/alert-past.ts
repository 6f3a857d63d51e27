import type { Command } from "commander";
import type { AlertExplainOptions } from "../actions/alert-options.ts";
import type { Context } from "../context.ts";
import { addAlertOptions, ID_HELP } from "./alert-options.ts";
import { addConditionArguments } from "./condition-arguments.ts";
import { addExamples, MOMENT_HELP } from "./help.ts";
import { runCall } from "./run-call.ts";

const load = () => import("../actions/alert-past.ts");

/** `bell alerts preview`, `backtest` and `explain`: what an alert would do, would have done, and did. */
export function addAlertPastCommands(alerts: Command, context: Context): void {
  addPreview(alerts, context);
  addBacktest(alerts, context);
  addExplain(alerts, context);
}

function addPreview(alerts: Command, context: Context): void {
  const preview = alerts
    .command("preview")
    .summary("try an alert on the last 30 days, without making it")
    .description(
      "try an alert without making it: how far the price is from it, and how often it would have fired in the last 30 days",
    );
  addConditionArguments(preview, context, async (...given) => (await load()).previewAlert(...given));
  addAlertOptions(preview);
  addExamples(preview, "./bell alerts preview AAPL above 200", "./bell alerts preview AAPL above 200 --repeat every");
}

function addBacktest(alerts: Command, context: Context): void {
  const backtest = alerts
    .command("backtest")
    .summary("try an alert on stored prices of any time")
    .description(
      "try an alert on the stored prices of any time, without making it: how often it would have fired, and each fire (the newest 100)",
    )
    .option("--since <time>", `from when on: ${MOMENT_HELP}; 30 days back (default)`)
    .option("--until <time>", "until before when, in the same way; to the newest price (default)");
  addConditionArguments(backtest, context, async (...given) => (await load()).backtestAlert(...given));
  addAlertOptions(backtest);
  addExamples(backtest, "./bell alerts backtest AAPL outside 180..220 --repeat every --since 90d");
}

function addExplain(alerts: Command, context: Context): void {
  const explain = alerts
    .command("explain")
    .summary("why an alert has fired or has not, and what comes next")
    .description(
      "why an alert has fired or has not: how it judged its last prices, what comes next, and what holds its mail back",
    )
    .argument("<id>", ID_HELP)
    .option("--at <time>", `as it stood then: ${MOMENT_HELP}; now (default)`)
    .option("--limit <number>", "how many judged prices of each symbol to show, 1 to 100 (default 10)")
    .action((id: string, options: AlertExplainOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).explainAlert(call, id, options)),
    );
  addExamples(explain, "./bell alerts explain 8c1f02ab", "./bell alerts explain 8c1f02ab --at 10:52");
}
