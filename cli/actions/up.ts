// `bell up`: every process on this machine, each in a process of its own, supervised until Ctrl-C.
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import { isLocalHost } from "../../runtime/config/loopback-host.ts";
import { configError, readSettings, type Environment } from "../../runtime/config/read-settings.ts";
import { checkCredentialFiles, errorFromProblems, type CredentialProblem } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { readCertsFolder, readCliConfig, readSimulatorAddress, type GlobalOptions } from "../config.ts";
import { isBinanceSource } from "../../runtime/config/symbols-setting.ts";
import type { Context } from "../context.ts";
import { spawnChild } from "../up/child.ts";
import { HopelessStart } from "../up/keeper.ts";
import { lookAtMail } from "../up/mail-text.ts";
import { nextSteps, type Terminals } from "../up/next-steps.ts";
import { environmentFor, planProcesses, type Addresses, type ProcessName } from "../up/plan.ts";
import { LineRenderer } from "../up/render-line.ts";
import { settingProblems } from "../up/setting-problems.ts";
import { startFailure } from "../up/start-failure.ts";
import { startWarning } from "../up/start-warning.ts";
import { Supervisor } from "../up/supervisor.ts";
import { neutralise, safeJson } from "../render/neutralise.ts";

const MAIN = join(import.meta.dirname, "../main.ts");
/** The processes that need certificates; the rest speak to this machine only. */
const SECURED = ["server", "notifier", "fetcher"] as const;

/** Runs until SIGINT or SIGTERM. Throws AppError when settings or certificates keep it from starting. */
export async function runUp(context: Context, options: GlobalOptions): Promise<void> {
  const environment = checkedEnvironment(context, options);
  warn(context, environment, options);
  const supervisor = new Supervisor(context.clock);
  const stop = onStopSignals(supervisor);
  try {
    const known = await startAll(context, environment, supervisor, options.json === true);
    const mail = options.json === true ? undefined : await lookAtMail(environment, context.clock);
    if (!stop.requested) tellReady(context, known, options, terminals(environment, mail));
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

/** Every mistake, in settings, secrets and certificates, is told before anything starts, all at once. */
function checkedEnvironment({ environment, clock }: Context, options: GlobalOptions): Environment {
  const { BELL_CERTS_DIR } = environment;
  const folder = readCertsFolder({ BELL_CERTS_DIR }, options);
  const problems = settingProblems(environment);
  const faults = credentialProblems(folder, clock.now());
  if (problems.length === 0 && faults.length === 0) return { ...environment, BELL_CERTS_DIR: folder };
  if (problems.length === 0) throw errorFromProblems(faults);
  throw faults.length === 0 ? configError(problems) : errorFromBoth(configError(problems), errorFromProblems(faults));
}

function credentialProblems(folder: string, now: TimeMs): CredentialProblem[] {
  const problems = SECURED.flatMap(
    (role) => checkCredentialFiles(credentialPaths(folder, role), { expectedRole: role, now }).problems,
  );
  return problems.filter(({ file }, at) => problems.findIndex((other) => other.file === file) === at);
}

function errorFromBoth(config: AppError, credentials: AppError): AppError {
  const fields = [...config.fields, ...credentials.fields];
  const hint = `${credentials.hint}; ${config.hint}`;
  const lines = fields.map(({ field, message }) => `${field}: ${message}`);
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", lines.join("\n"), { fields, hint });
}

function warn({ terminal }: Context, environment: Environment, { json }: GlobalOptions): void {
  const warning = startWarning(environment);
  if (warning === null) return;
  if (json === true) terminal.write(`${safeJson({ warning })}\n`);
  else terminal.complain(`Warning: ${neutralise(warning)}\n`);
}

function tellReady(
  context: Context,
  known: Map<ProcessName, Addresses>,
  options: GlobalOptions,
  told: Terminals,
): void {
  const text = options.json === true ? safeJson({ ready: Object.fromEntries(known) }) : `\n${nextSteps(known, told)}\n`;
  context.terminal.write(`${text}\n`);
}

function terminals(environment: Environment, mail: string | undefined): Terminals {
  const { BELL_SERVER = "" } = environment;
  const server = BELL_SERVER === "" ? undefined : readCliConfig(environment).server;
  return {
    first: {
      server,
      paths: pathsOf(environment),
      example: exampleOf(environment),
      standIn: standInOf(environment),
      mail,
    },
    second: { server: readCliConfig({}).server, simulator: readSimulatorAddress({}), paths: pathsOf({}) },
  };
}

/** An alert on something that is watched. */
function exampleOf(environment: Environment): string {
  return isBinanceSource(environment) ? "BTCUSDT crosses 100000" : "AAPL above 200";
}

/** The address that prices are asked of, if it is one of this machine. */
function standInOf(environment: Environment): string | undefined {
  const names = ["BELL_BINANCE_URL", "BELL_ALPHA_VANTAGE_URL", "BELL_LOCAL_HOSTS"] as const;
  const { BELL_BINANCE_URL, BELL_ALPHA_VANTAGE_URL, BELL_LOCAL_HOSTS } = readSettings(environment, names);
  const url = isBinanceSource(environment) ? BELL_BINANCE_URL : BELL_ALPHA_VANTAGE_URL;
  return isLocalHost(new URL(url).hostname, BELL_LOCAL_HOSTS ?? []) ? url : undefined;
}

/** What calls read and write of this machine. */
function pathsOf(environment: Environment): Readonly<Record<string, string>> {
  const { BELL_SESSION_FILE: sessionFile, ...paths } = readSettings(environment, [
    "BELL_CERTS_DIR",
    "BELL_DATA_DIR",
    "BELL_SESSION_FILE",
  ]);
  return sessionFile === null ? paths : { ...paths, BELL_SESSION_FILE: sessionFile };
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
