import type { Command } from "commander";
import type { StartProcess } from "../../runtime/life/handle.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";

interface ProcessCommand {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<{ readonly startProcess: StartProcess }>;
}

const PROCESSES: readonly ProcessCommand[] = [
  {
    name: "server",
    description: "run the server: quotes in, alerts judged, notifications out",
    load: () => import("../../server/main.ts"),
  },
  {
    name: "fetcher",
    description: "run a fetcher: prices from Alpha Vantage or Binance to the server",
    load: () => import("../../client/main.ts"),
  },
  {
    name: "notifier",
    description: "run a notifier: notifications to the mail server; any number may run",
    load: () => import("../../notifier/main.ts"),
  },
  {
    name: "mailbox",
    description: "run a mail server that keeps what comes and shows it at a page",
    load: () => import("../../simulator/mailbox/main.ts"),
  },
];

const ONCE_HELP = `
With --once each line has symbol, result, quotes (how many came) and message.
The result is stored (the server has them), spooled (it did not take them: they
wait on disk), refused (by the server), or what the source said instead of a
price: throttle, daily_quota, not_entitled, bad_key, bad_request, no_data,
sample_data, outage, malformed. Ends with 0 if all are stored, 75 if a price did
not come, 69 if the server is away. The log goes to the standard error.`;

const TRY_A_HOLD = `
To try a HOLD, set a price exactly 100 times, or a hundredth of, what
./bell quotes get AAPL says: 201 to 20100. Within a minute ./bell watch --once
AAPL shows it, and who has an alert on AAPL gets a mail. It ends when the old
price is set again, or by ./bell symbols release AAPL --accept (or --reject).
Any other jump of more than 20 % is asked for again, believed when it is
confirmed, and judged: 190 to 20100 is one.`;

/** `bell server`, `fetcher`, `notifier`, `mailbox`: one process each, until SIGTERM or Ctrl-C. */
export function addProcessCommands(program: Command, context: Context): void {
  for (const { name, description, load } of PROCESSES) {
    const command = program.command(name).description(description);
    if (name === "fetcher") addOnce(command);
    command.action(({ once }: { once?: true }) => (once === true ? fetchOnce(context) : runOne(context, load)));
    const once = name === "fetcher" ? ["./bell fetcher --once"] : [];
    addExamples(command, `./bell ${name}`, ...once, `BELL_LOG_LEVEL=debug ./bell ${name}`);
  }
}

/** `bell simulator`, and `bell simulator set`, which talks to one that runs. */
export function addSimulatorCommands(program: Command, context: Context): void {
  const simulator = program
    .command("simulator")
    .description("run a simulated Alpha Vantage, or move its prices")
    .action(() => runOne(context, () => import("../../simulator/alpha-vantage/main.ts")));
  addExamples(simulator, "./bell simulator", "./bell simulator set AAPL 201");
  const set = simulator
    .command("set")
    .description("move a price of the simulator that runs at BELL_SIMULATOR_LISTEN")
    .argument("<symbol>", "such as AAPL")
    .argument("<price>", "such as 201.50")
    .action(async (symbol: string, price: string, _options: unknown, command: Command) => {
      const { setPrice } = await import("../actions/simulator.ts");
      await setPrice(context, command.optsWithGlobals(), symbol, price);
    });
  addExamples(set, "./bell simulator set AAPL 201");
  set.addHelpText("after", TRY_A_HOLD);
}

function addOnce(command: Command): void {
  command.option("--once", "fetch each symbol once, and print a JSON line that says what came of it");
  command.addHelpText("after", ONCE_HELP);
}

async function fetchOnce(context: Context): Promise<void> {
  const { fetchOnce: deed } = await import("../actions/fetch-once.ts");
  await deed(context);
}

async function runOne({ environment }: Context, load: ProcessCommand["load"]): Promise<void> {
  const { runProcess } = await import("../../runtime/life/run-process.ts");
  const { startProcess } = await load();
  await runProcess(startProcess, environment);
}
