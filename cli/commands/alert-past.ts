import type { Command } from "commander";
import type { AlertExplainOptions } from "../actions/alert-options.ts";
import type { Context } from "../context.ts";
import { addAlertOptions } from "./alert-options.ts";
import { addConditionArguments } from "./condition-arguments.ts";
import { addExamples } from "./help.ts";
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
    .description(
      "what an alert would be, without making it: the price now, and how often it would have fired in 30 days",
    );
  addConditionArguments(preview, context, async (...given) => (await load()).previewAlert(...given));
  addAlertOptions(preview);
  addExamples(preview, "./bell alerts preview AAPL above 200", "./bell alerts preview AAPL above 200 --repeat every");
}

function addBacktest(alerts: Command, context: Context): void {
  const backtest = alerts
    .command("backtest")
    .description("the same over any time that there are stored prices of, with each fire (the newest 100)")
    .option("--since <time>", "from when on: a duration back from now (90d), a day or a time; 30 days unless you say")
    .option("--until <time>", "until before when; the newest price unless you say");
  addConditionArguments(backtest, context, async (...given) => (await load()).backtestAlert(...given));
  addAlertOptions(backtest);
  addExamples(backtest, "./bell alerts backtest AAPL outside 180..220 --repeat every --since 90d");
}

function addExplain(alerts: Command, context: Context): void {
  const explain = alerts
    .command("explain")
    .description("why an alert stands where it stands: its last prices, what comes next, what holds its mail back")
    .argument("<id>", "the alert's id, or its beginning")
    .option("--at <time>", "as it stood then: a duration back from now (2h), a day or a time")
    .option("--limit <number>", "so many prices of each symbol, 1 to 100 (10 unless you say otherwise)")
    .action((id: string, options: AlertExplainOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).explainAlert(call, id, options)),
    );
  addExamples(explain, "./bell alerts explain 8c1f02ab", "./bell alerts explain 8c1f02ab --at 2026-11-20T15:00:00Z");
}
