import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { addressText } from "../runtime/config/address-text.ts";
import { readSecretFile } from "../runtime/config/read-secret-file.ts";
import { configError, readSettings, type Environment } from "../runtime/config/read-settings.ts";
import { peerAddress } from "../runtime/config/setting-types.ts";
import type { CredentialPaths } from "../runtime/tls/credential-files.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import type { CallerRole } from "./caller-role.ts";
import { UsageError } from "./usage-error.ts";

/** What every call takes on the command line, wherever it stands there. */
export interface GlobalOptions {
  readonly json?: boolean;
  /** host:port, instead of BELL_SERVER. */
  readonly server?: string;
  /** A folder, instead of BELL_CERTS_DIR. */
  readonly certs?: string;
  readonly as?: CallerRole;
}

/** Where a call goes and with which files. */
export interface CliConfig {
  /** host:port. */
  readonly server: string;
  readonly role: CallerRole;
  readonly credentials: CredentialPaths;
  /** Where the log-in is kept. Throws AppError CONFIG_INVALID when nothing says where this user's files are. */
  readonly sessionFile: () => string;
  /** What speaks for the user instead of a log-in; null: the log-in does. */
  readonly scriptToken: { readonly token: string; readonly file: string } | null;
  /** More words for an error that nobody foresaw. */
  readonly debug: boolean;
}

/** Throws AppError CONFIG_INVALID with every mistake, UsageError for one on the command line. */
export function readCliConfig(environment: Environment, options: GlobalOptions = {}): CliConfig {
  const { server, certs, as: role = "cli" } = options;
  const fault = server === undefined ? undefined : peerAddress.safeParse(server).error?.issues[0];
  if (fault !== undefined) throw new UsageError(`--server: ${fault.message}`, "./bell --help");
  const values = readSettings({ ...environment, ...(server === undefined ? {} : { BELL_SERVER: server }) }, [
    "BELL_SERVER",
    "BELL_CERTS_DIR",
    "BELL_SESSION_FILE",
    "BELL_ACCESS_TOKEN_FILE",
    "BELL_LOG_LEVEL",
  ]);
  const folder = certs === undefined ? values.BELL_CERTS_DIR : resolve(certs);
  return {
    server: addressText(values.BELL_SERVER),
    role,
    credentials: credentialPaths(folder, role),
    sessionFile: () => values.BELL_SESSION_FILE ?? join(configHome(environment), "tickerbell", "session.json"),
    scriptToken: readScriptToken(values.BELL_ACCESS_TOKEN_FILE),
    debug: values.BELL_LOG_LEVEL === "debug",
  };
}

function readScriptToken(file: string | null): CliConfig["scriptToken"] {
  return file === null ? null : { token: readSecretFile("BELL_ACCESS_TOKEN_FILE", file, "the access token"), file };
}

/** Where the certificates are made. Throws AppError CONFIG_INVALID. */
export function readCertsFolder(environment: Environment, options: GlobalOptions): string {
  return options.certs === undefined
    ? readSettings(environment, ["BELL_CERTS_DIR"]).BELL_CERTS_DIR
    : resolve(options.certs);
}

/** Where the simulator is told prices. Throws AppError CONFIG_INVALID. */
export function readSimulatorAddress(environment: Environment): string {
  return addressText(readSettings(environment, ["BELL_SIMULATOR_LISTEN"]).BELL_SIMULATOR_LISTEN);
}

/** Where the server of this environment keeps its database. Throws AppError CONFIG_INVALID. */
export function readDataFolder(environment: Environment): string {
  return readSettings(environment, ["BELL_DATA_DIR"]).BELL_DATA_DIR;
}

function configHome(environment: Environment): string {
  const home = environment["XDG_CONFIG_HOME"] ?? "";
  return home === "" ? join(environment["HOME"] ?? accountHome(), ".config") : home;
}

/** What the system's list of users says; a container's process may have a number that is not on it. */
function accountHome(): string {
  try {
    return homedir();
  } catch {
    const message =
      "is not set, and neither is HOME, so there is no place for your log-in: set it to a file that is yours";
    throw configError([{ field: "BELL_SESSION_FILE", reason: "CONFIG_INVALID", message }]);
  }
}
