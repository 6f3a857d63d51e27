// `bell doctor`: what can be known from here is looked at all at once, the server too; what the server cannot tell because it does not
// answer is then looked at from outside.
import { existsSync } from "node:fs";
import { join } from "node:path";
import packageFile from "../../package.json" with { type: "json" };
import { AppError } from "../../domain/error.ts";
import { isLoopbackHost } from "../../runtime/config/loopback-host.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { parseTarget } from "../../runtime/tls/parse-target.ts";
import { readCertsFolder, readCliConfig, readDataFolder, type CliConfig, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { askServer, type ServerAnswer, type ServerLook } from "./ask-server.ts";
import { askToken, type TokenLook } from "./ask-token.ts";
import { checkCertificates } from "./certificates.ts";
import { judgeClock } from "./clock.ts";
import { judgeDatabase, judgeDataFolder, judgeStore } from "./database.ts";
import { fail, type Finding } from "./finding.ts";
import { checkLogIn, judgeToken } from "./log-in.ts";
import { lookAtDataFolder } from "./look-at-data-folder.ts";
import { lookAtMail } from "./look-at-mail.ts";
import { lookAtPorts } from "./look-at-ports.ts";
import { judgeMail, judgeMailServer } from "./mail.ts";
import { judgeNode } from "./node-version.ts";
import { judgeNotifiers } from "./notifiers.ts";
import { judgePort } from "./ports.ts";
import { judgeRevocations, judgeServer, judgeShownCertificates } from "./server.ts";
import { checkSettings } from "./settings.ts";
import { soundEnvironment, type SoundEnvironment } from "./sound-environment.ts";
import { judgeSources } from "./source.ts";
import { judgeVersions } from "./version.ts";

/** What `bell doctor` takes on the command line. */
export interface DoctorOptions extends GlobalOptions {
  /** The mail server is looked at though notifiers tell of it. */
  readonly mail?: boolean;
}

const DATABASE_NAME = "tickerbell.db";

/** Every finding, in the order in which they should be mended. Throws AppError CANCELLED on Ctrl-C, and UsageError for a bad --server. */
export async function runDoctor(context: Context, options: DoctorOptions): Promise<Finding[]> {
  const { environment: given, clock } = context;
  const sound = soundEnvironment(given);
  const { BELL_ACCESS_TOKEN_FILE: tokenFile, ...withoutToken } = sound.environment; // all but the last check is asked in nobody's name
  const config = readCliConfig(withoutToken, options);
  const isServerKnown = options.server !== undefined || !sound.unreadable.has("BELL_SERVER");
  const [server, certificates, mail] = await Promise.all([
    isServerKnown ? askServer(context, config) : { kind: "unknown" as const },
    checked("certificates", () =>
      checkCertificates(readCertsFolder(sound.environment, options), config.role, clock.now()),
    ),
    options.mail === true ? checked("mail server", () => checkMailServer(context, sound)) : [],
  ]);
  const here = await lookFurther(context, sound, { server, config, isMailKnown: options.mail === true });
  return [
    ...(await checked("settings", () => checkSettings(given))),
    judgeNode(process.versions.node),
    judgeClock(clock.now(), server.kind === "answered" ? clockLook(server) : null),
    ...certificates,
    judgeServer(server),
    ...here,
    ...mail,
    ...(await checked("log-in", async () => [
      tokenFile === undefined || tokenFile === ""
        ? checkLogIn(config.sessionFile, isServerKnown ? config.server : null, clock.now())
        : judgeToken(tokenFile, await lookAtToken(context, sound, options, server)),
    ])),
  ];
}

/** Whether the access token that scripts show still counts; only a server that answers knows. */
async function lookAtToken(
  context: Context,
  { environment }: SoundEnvironment,
  options: DoctorOptions,
  server: ServerLook,
): Promise<TokenLook> {
  return server.kind === "answered" ? askToken(context, readCliConfig(environment, options)) : { kind: "unknown" };
}

interface Further {
  readonly server: ServerLook;
  readonly config: CliConfig;
  /** Whether the mail server has been looked at already. */
  readonly isMailKnown: boolean;
}

/** What the server tells of everything behind it; if it does not answer and would run here, what can be seen of it from outside. */
async function lookFurther(context: Context, sound: SoundEnvironment, further: Further): Promise<Finding[]> {
  const { server, config, isMailKnown } = further;
  if (server.kind === "answered") return judgeAnswer(context, server);
  const { environment } = sound;
  if (!runsHere(environment, config)) return [];
  await Promise.all([import("../../server/main.ts"), import("../../notifier/main.ts")]); // loading halts everything: no limit may run meanwhile
  const [ports, database, mail] = await Promise.all([
    checked("ports", async () => (await lookAtPorts(environment)).map(judgePort)),
    checked("database", () => checkDatabase(environment)),
    isMailKnown ? [] : checked("mail server", () => checkMailServer(context, sound)),
  ]);
  return [...ports, ...database, ...mail];
}

function judgeAnswer({ clock }: Context, answer: ServerAnswer): Finding[] {
  const { status } = answer;
  return [
    ...judgeShownCertificates(answer, clock.now()),
    ...judgeRevocations(answer),
    ...judgeVersions(packageFile.version, status),
    ...judgeStore(status.store),
    ...judgeSources(answer),
    judgeNotifiers(status),
    ...judgeMail(status),
  ];
}

/** Whether the server that was asked would run on this machine; a bell that calls another machine knows nothing of its ports and files. */
function runsHere(environment: Environment, { server }: CliConfig): boolean {
  const host = parseTarget(server)?.host ?? "";
  const isTold = (environment["BELL_LISTEN"] ?? "") !== "";
  return isLoopbackHost(host) || isTold || existsSync(join(readDataFolder(environment), DATABASE_NAME));
}

async function checkDatabase(environment: Environment): Promise<Finding[]> {
  const folder = readDataFolder(environment);
  const { lookAtDatabase } = await import("../../server/main.ts");
  const file = join(folder, DATABASE_NAME);
  const finding = judgeDatabase(file, lookAtDatabase(file), process.getuid?.() ?? null);
  return [judgeDataFolder(lookAtDataFolder(folder)), finding];
}

/** Settings that do not fit together are told of the settings. */
async function checkMailServer({ clock }: Context, { environment, unreadable }: SoundEnvironment): Promise<Finding[]> {
  if (["BELL_SMTP", "BELL_SMTP_USER", "BELL_SMTP_PASSWORD_FILE"].some((name) => unreadable.has(name as never)))
    return [];
  try {
    const { look, isMailbox } = await lookAtMail(environment, clock, { isPatient: false });
    return [judgeMailServer(look, isMailbox)];
  } catch (error) {
    if (error instanceof AppError && error.reason === "CONFIG_INVALID") return [];
    throw error;
  }
}

function clockLook({ status, sentMs, tookMs }: ServerAnswer) {
  const { serverTime } = status;
  return serverTime === undefined ? null : { sentMs, tookMs, serverMs: serverTime.getTime() };
}

/** A check that fails in a way that nobody foresaw must not keep the others from telling. */
async function checked(name: string, check: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [fail(name, `this could not be looked at: ${text}`, "please report it, with what stands here")];
  }
}
