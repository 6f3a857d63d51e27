// `bell up`: every process on this machine, each in a process of its own, supervised until Ctrl-C.
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { readSettings, type Environment } from "../../runtime/config/read-settings.ts";
import { settings, type SettingName } from "../../runtime/config/settings.ts";
import { checkCredentialFiles, errorFromProblems } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { readCertsFolder, readCliConfig, readSimulatorAddress, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { spawnChild } from "../up/child.ts";
import { HopelessStart } from "../up/keeper.ts";
import { nextSteps } from "../up/next-steps.ts";
import { environmentFor, planProcesses, type Addresses, type ProcessName } from "../up/plan.ts";
import { LineRenderer } from "../up/render-line.ts";
import { Supervisor } from "../up/supervisor.ts";
import { safeJson } from "../render/neutralise.ts";

const MAIN = join(import.meta.dirname, "../main.ts");
/** The processes that need certificates; the rest speak to this machine only. */
const SECURED = ["server", "notifier", "fetcher"] as const;

/** Runs until SIGINT or SIGTERM. Throws AppError when settings or certificates keep it from starting. */
export async function runUp(context: Context, options: GlobalOptions): Promise<void> {
  const environment = checkedEnvironment(context, options);
  const supervisor = new Supervisor(context.clock);
  const stop = onStopSignals(supervisor);
  try {
    const known = await startAll(context, environment, supervisor, options.json === true);
    if (!stop.requested) tellReady(context, environment, known, options);
    await Promise.race([stop.done, supervisor.lost.then((hopeless) => Promise.reject(hopeless))]);
    if (options.json !== true) context.terminal.write("Everything has ended.\n");
  } catch (error) {
    await supervisor.stop();
    throw error instanceof HopelessStart ? startFailure(error) : error;
  } finally {
    stop.forget();
  }
}

async function startAll(
  { terminal }: Context,
  environment: Environment,
  supervisor: Supervisor,
  json: boolean,
): Promise<Map<ProcessName, Addresses>> {
  const known = new Map<ProcessName, Addresses>();
  for (const [order, name] of planProcesses(environment).entries()) {
    const renderer = new LineRenderer(name, order, terminal.colour);
    const print = (line: string): void => terminal.write(`${json ? jsonLine(name, line) : renderer.render(line)}\n`);
    await supervisor.start({
      name,
      start: () => spawnChild([MAIN, name], environmentFor(name, environment, known), print),
      onReady: (addresses) => void known.set(name, addresses),
      onNews: print,
    });
  }
  return known;
}

/** Every mistake is told before anything starts. */
function checkedEnvironment({ environment, clock }: Context, options: GlobalOptions): Environment {
  readSettings(environment, Object.keys(settings) as SettingName[]);
  const folder = readCertsFolder(environment, options);
  const now = clock.now();
  const problems = SECURED.flatMap(
    (role) => checkCredentialFiles(credentialPaths(folder, role), { expectedRole: role, now }).problems,
  );
  const distinct = problems.filter(({ file }, at) => problems.findIndex((other) => other.file === file) === at);
  if (distinct.length > 0) throw errorFromProblems(distinct);
  return { ...environment, BELL_CERTS_DIR: folder };
}

function tellReady(
  context: Context,
  environment: Environment,
  known: Map<ProcessName, Addresses>,
  options: GlobalOptions,
): void {
  const usual = { server: readCliConfig(environment).server, simulator: readSimulatorAddress(environment) };
  const text =
    options.json === true ? safeJson({ ready: Object.fromEntries(known) }) : `\n${nextSteps(known, usual)}\n`;
  context.terminal.write(`${text}\n`);
}

/** A log line is JSON already and names its process; anything else is wrapped. */
function jsonLine(name: ProcessName, line: string): string {
  try {
    return safeJson({ process: name, ...(JSON.parse(line) as object) });
  } catch {
    return safeJson({ process: name, msg: line });
  }
}

interface StopSignals {
  readonly requested: boolean;
  /** Resolves when everything has ended. */
  readonly done: Promise<void>;
  forget(): void;
}

/** The first signal ends everything in order, the second at once. */
function onStopSignals(supervisor: Supervisor): StopSignals {
  const { promise: done, resolve, reject } = Promise.withResolvers<undefined>();
  let requested = false;
  const take = (): void => {
    if (requested) {
      supervisor.kill();
      return;
    }
    requested = true;
    supervisor.stop().then(() => resolve(undefined), reject);
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, take);
  return {
    get requested() {
      return requested;
    },
    done,
    forget: () => signals.forEach((signal) => process.off(signal, take)),
  };
}

function startFailure({ processName, exit }: HopelessStart): AppError {
  if (exit.code === EXIT.damaged) {
    return new AppError(
      "DATA_LOSS",
      "STORE_CORRUPT",
      `the data of ${processName} is damaged; its lines above say where`,
      {
        hint: "put a backup in its place (./bell restore FILE), then: ./bell up",
      },
    );
  }
  const reason = exit.code === EXIT.configuration ? "CONFIG_INVALID" : "STATE_CONFLICT";
  return new AppError("FAILED_PRECONDITION", reason, `${processName} could not start; its lines above say why`, {
    hint: "mend that, then: ./bell up",
  });
}
