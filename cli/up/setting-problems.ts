// Everything that the settings would keep from starting is found before anything starts: a process that starts and ends again may have
// sent mail in between, and whoever mends one mistake at a time starts as often as there are mistakes.
import { readFetcherConfig } from "../../client/config.ts";
import type { FieldProblem } from "../../domain/error.ts";
import { readNotifierConfig } from "../../notifier/config.ts";
import { addressText } from "../../runtime/config/address-text.ts";
import { collectProblems } from "../../runtime/config/collect-problems.ts";
import { deriveSetting } from "../../runtime/config/derive-setting.ts";
import { readSettings, type Environment } from "../../runtime/config/read-settings.ts";
import type { Address } from "../../runtime/config/setting-types.ts";
import { settings, type SettingName } from "../../runtime/config/settings.ts";
import { serverConfig } from "../../server/config.ts";
import { mailboxConfig, simulatorConfig } from "../../simulator/config.ts";
import { environmentFor, planProcesses, type Addresses, type KnownAddresses, type ProcessName } from "./plan.ts";

/** What each process reads, without starting it. */
const READ: Readonly<Record<ProcessName, (environment: Environment) => unknown>> = {
  mailbox: mailboxConfig,
  simulator: simulatorConfig,
  server: serverConfig,
  notifier: readNotifierConfig,
  fetcher: readFetcherConfig,
};

/** Stands for a port that the system will choose. */
const SOME_PORT = 1;

/** Every mistake in the settings, files with secrets included, of everything that `bell up` would start; each once. */
export function settingProblems(environment: Environment): FieldProblem[] {
  const problems: FieldProblem[] = [];
  collectProblems(problems, () => readSettings(environment, Object.keys(settings) as SettingName[]));
  const plan = planProcesses(environment);
  const assumed = assumedAddresses(plan, environment);
  for (const name of plan) {
    // Whoever is to listen reads where; whoever is to connect is told where the others will be.
    const known = name === "notifier" || name === "fetcher" ? assumed : new Map();
    collectProblems(problems, () => READ[name](environmentFor(name, environment, known)));
  }
  return problems.filter((problem, at) => problems.findIndex((other) => isSame(other, problem)) === at);
}

/** Where the processes will listen, as far as that can be said before. */
function assumedAddresses(plan: readonly ProcessName[], environment: Environment): KnownAddresses {
  const at = (name: "BELL_MAILBOX_SMTP_LISTEN" | "BELL_SIMULATOR_LISTEN" | "BELL_LISTEN"): string =>
    deriveSetting([], environment, [name], (values) => textOf(values[name])) ?? `localhost:${SOME_PORT}`;
  const all: readonly (readonly [ProcessName, Addresses])[] = [
    ["mailbox", { smtp: at("BELL_MAILBOX_SMTP_LISTEN") }],
    ["simulator", { http: at("BELL_SIMULATOR_LISTEN") }],
    ["server", { grpc: at("BELL_LISTEN") }],
  ];
  return new Map(all.filter(([name]) => plan.includes(name)));
}

function textOf({ host, port }: Address): string {
  return addressText({ host, port: port === 0 ? SOME_PORT : port });
}

function isSame(one: FieldProblem, other: FieldProblem): boolean {
  return one.field === other.field && one.message === other.message;
}
