import { Option, type Command } from "commander";
import type { AlertListOptions, AlertPauseOptions, AlertUpdateOptions } from "../actions/alert-options.ts";
import type { Context } from "../context.ts";
import { addAlertOptions, ID_HELP } from "./alert-options.ts";
import { addAlertPastCommands } from "./alert-past.ts";
import { addConditionArguments } from "./condition-arguments.ts";
import { addExamples } from "./help.ts";
import { runCall } from "./run-call.ts";

const load = () => import("../actions/alert.ts");
const STATE_HELP = `
States of an alert:
  ARMED      waits for its condition
  PENDING    its condition holds, but not yet for long enough (for, --confirm)
  DISARMED   fired, or held already; waits until the price has moved back
  TRIGGERED  fired, and is done; ./bell alerts resume makes it watch again
  PAUSED     rests, by your wish
  EXPIRED    is over: its time (--expires) has come
  STOPPED    fired 15 times within 3 minutes, and is not judged any more
  ERROR      could not be judged; the server's log says why
  DELETED    is gone`;

/** `bell alerts …` */
export function addAlertCommands(program: Command, context: Context): void {
  const alerts = program.command("alerts").description("make alerts, look at them, change them");
  addCreate(alerts, context);
  addList(alerts, context);
  addOne(alerts, context);
  addPause(alerts, context);
  addUpdate(alerts, context);
  addDelete(alerts, context);
  addAlertPastCommands(alerts, context);
  alerts.addHelpText("after", STATE_HELP);
  addExamples(alerts, "./bell alerts create AAPL above 200", "./bell alerts list");
}

function addCreate(alerts: Command, context: Context): void {
  const create = alerts
    .command("create")
    .summary("make an alert: a symbol and what its price must do")
    .description(
      "make an alert: a symbol and what its price must do; to meet a level exactly counts (docs/conditions.md tells every rule)",
    );
  addConditionArguments(create, context, async (...given) => (await load()).createAlert(...given));
  addAlertOptions(create);
  addExamples(
    create,
    "./bell alerts create AAPL above 200",
    "./bell alerts create AAPL outside 180..220 for 10m --expires 30d",
    "./bell alerts create any of AAPL, MSFT below 100 --repeat every --max-fires 3",
    './bell alerts create IBM crosses down 180 --tag swing --note "sell at {price}"',
  );
}

function addList(alerts: Command, context: Context): void {
  const list = alerts
    .command("list")
    .description("your alerts, newest first")
    .option("--symbol <symbol>", "only those of this symbol")
    .option(
      "--state <state>",
      "only those in this state: armed, pending, triggered, disarmed, paused, expired, stopped, error or deleted",
    )
    .addOption(new Option("--repeat <repeat>", "only those that fire so often").choices(["once", "every"]))
    .option("--tag <tag>", "only those with this tag")
    .option("--all", "all of them, not only the newest 50")
    .action((options: AlertListOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).listAlerts(call, options)),
    );
  addExamples(list, "./bell alerts list --symbol AAPL --state armed", "./bell alerts list --all --json");
}

function addOne(alerts: Command, context: Context): void {
  const deeds = [
    ["get", "everything about one alert: what it waits for, its options, and where it stands", "getAlert"],
    ["resume", "make an alert watch again that is paused, has triggered or was stopped", "resumeAlert"],
  ] as const;
  for (const [name, description, deed] of deeds) {
    const command = alerts
      .command(name)
      .description(description)
      .argument("<id>", ID_HELP)
      .action((id: string, _options: unknown, self: Command) =>
        runCall(context, self, async (call) => (await load())[deed](call, id)),
      );
    addExamples(command, `./bell alerts ${name} 8c1f02ab`);
  }
}

function addPause(alerts: Command, context: Context): void {
  const pause = alerts
    .command("pause")
    .description("let an alert rest: nothing fires until you resume it, or until a time")
    .argument("<id>", ID_HELP)
    .option("--until <time>", "resume it by itself then: 2h (from now), 2026-12-31 (in UTC) or 2026-12-31T15:00:00Z")
    .action((id: string, options: AlertPauseOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).pauseAlert(call, id, options)),
    );
  addExamples(pause, "./bell alerts pause 8c1f02ab", "./bell alerts pause 8c1f02ab --until 2h");
}

function addUpdate(alerts: Command, context: Context): void {
  const update = alerts
    .command("update")
    .summary("change what an alert waits for, or its options")
    .description(
      "change what an alert waits for, or its options; what you do not give stays as it is. A new condition, or any option but --note, --tag, --no-tags, --expires and --already-true, makes it begin anew from the last price",
    )
    .argument("<id>", ID_HELP)
    .argument("[condition...]", "a new condition, all of it, without the symbol, such as: above 210")
    .option("--etag <etag>", "refuse when somebody else has changed it since (`./bell alerts get` shows it)")
    .action((id: string, words: string[], options: AlertUpdateOptions, command: Command) =>
      runCall(context, command, async (call) => (await load()).updateAlert(call, id, words.join(" "), options)),
    );
  addAlertOptions(update);
  update.option("--no-tags", "take all tags away");
  addExamples(
    update,
    "./bell alerts update 8c1f02ab above 210",
    './bell alerts update 8c1f02ab --note "" --rearm-for none --expires never',
    `./bell alerts update 8c1f02ab below 180 --etag '"1"'`,
  );
}

function addDelete(alerts: Command, context: Context): void {
  const remove = alerts
    .command("delete")
    .description("delete alerts; if one of several cannot be deleted, none is")
    .argument("<id...>", ID_HELP)
    .action((ids: string[], _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).deleteAlerts(call, ids)),
    );
  addExamples(remove, "./bell alerts delete 8c1f02ab", "./bell alerts delete 8c1f02ab d27e4410");
}
