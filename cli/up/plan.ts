// What `bell up` starts, and what each process must be told of the others.
import type { Environment } from "../../runtime/config/read-settings.ts";
import { isBinanceSource } from "../../runtime/config/symbols-setting.ts";

/** In the order of starting; ended in reverse. */
const ORDER = ["mailbox", "simulator", "server", "notifier", "fetcher"] as const;
export type ProcessName = (typeof ORDER)[number];

/** What a process told of itself when it was ready: `{ grpc: "127.0.0.1:50051" }`. */
export type Addresses = Readonly<Record<string, string>>;
export type KnownAddresses = ReadonlyMap<ProcessName, Addresses>;

/** A simulated market has no quota: fetch often, so that an alert made by hand fires soon; minute bars, for charts. */
const SIMULATED_FETCHING = {
  BELL_ALPHA_VANTAGE_PLAN: "unlimited",
  BELL_ALPHA_VANTAGE_FUNCTION: "intraday",
  BELL_SCHEDULE: "*/2 * * * * *",
};

/** The processes to start: the simulator and the mailbox stand in for what is not configured. */
export function planProcesses(environment: Environment): ProcessName[] {
  const isNamed = ["BELL_ALPHA_VANTAGE_API_KEY_FILE", "BELL_ALPHA_VANTAGE_URL"].some((name) =>
    isSet(environment, name),
  );
  const real: Partial<Record<ProcessName, boolean>> = {
    simulator: isNamed || isBinanceSource(environment),
    mailbox: isSet(environment, "BELL_SMTP"),
  };
  return ORDER.filter((name) => real[name] !== true);
}

/** A process's settings: its own, and where the others listen. Once it has listened somewhere it goes back there. */
export function environmentFor(name: ProcessName, environment: Environment, known: KnownAddresses): Environment {
  switch (name) {
    case "mailbox":
      return pinned(environment, {
        BELL_MAILBOX_SMTP_LISTEN: known.get("mailbox")?.["smtp"],
        BELL_MAILBOX_PAGE_LISTEN: withoutScheme(known.get("mailbox")?.["page"]),
      });
    case "simulator":
      return pinned(environment, { BELL_SIMULATOR_LISTEN: simulatorAddress(known) });
    case "server":
      return pinned(environment, { BELL_LISTEN: known.get("server")?.["grpc"] });
    case "notifier":
      return pinned(environment, { ...serverSetting(environment, known), BELL_SMTP: known.get("mailbox")?.["smtp"] });
    case "fetcher":
      return pinned(environment, { ...serverSetting(environment, known), ...fetcherSettings(environment, known) });
  }
}

/** Where to reach something that listens at `listening`: at every address means here too. */
export function reachableAddress(listening: string): string {
  return listening.replace(/^(0\.0\.0\.0|\[::\]):/, "localhost:");
}

/** host:port of the simulator, if there is one. */
export function simulatorAddress(known: KnownAddresses): string | undefined {
  return withoutScheme(known.get("simulator")?.["http"]);
}

function fetcherSettings(environment: Environment, known: KnownAddresses): Environment {
  const simulator = simulatorAddress(known);
  if (simulator === undefined) return {};
  const defaults = Object.entries(SIMULATED_FETCHING).filter(([name]) => !isSet(environment, name));
  return { ...Object.fromEntries(defaults), BELL_ALPHA_VANTAGE_URL: `http://${reachableAddress(simulator)}` };
}

/** Whoever names a server means it: its certificate may bear that name only. */
function serverSetting(environment: Environment, known: KnownAddresses): Environment {
  const grpc = known.get("server")?.["grpc"];
  return isSet(environment, "BELL_SERVER") || grpc === undefined ? {} : { BELL_SERVER: reachableAddress(grpc) };
}

function pinned(environment: Environment, values: Environment): Environment {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return { ...environment, ...Object.fromEntries(given) };
}

function withoutScheme(address: string | undefined): string | undefined {
  return address?.replace(/^[a-z]+:\/\//, "").replace(/\/.*$/, "");
}

function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? "") !== "";
}
