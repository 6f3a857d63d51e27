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
    description: "run a fetcher: prices from Alpha Vantage to the server",
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

/** `bell server`, `fetcher`, `notifier`, `mailbox`: one process each, until SIGTERM or Ctrl-C. */
export function addProcessCommands(program: Command, context: Context): void {
  for (const { name, description, load } of PROCESSES) {
    const command = program.command(name).description(description);
    command.action(() => runOne(context, load));
    addExamples(command, `./bell ${name}`, `BELL_LOG_LEVEL=debug ./bell ${name}`);
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
}

async function runOne({ environment }: Context, load: ProcessCommand["load"]): Promise<void> {
  const { runProcess } = await import("../../runtime/life/run-process.ts");
  const { startProcess } = await load();
  await runProcess(startProcess, environment);
}
