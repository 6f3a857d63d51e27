// `bell status`: what the server says of everything, what this machine's own certificates say, and a verdict.
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { basename, join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { StatusServiceService as statusService, SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { UserServiceService as userService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { parseTarget } from "../../runtime/tls/parse-target.ts";
import { readRevocationFile } from "../../runtime/tls/revocation-file.ts";
import { REVOCATION_FILE_NAME } from "../../runtime/tls/revocation-list.ts";
import { withCall, type Call } from "../call.ts";
import { readCertsFolder, readCliConfig, readDataFolder, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { Output } from "../output.ts";
import { QuietExit } from "../quiet-exit.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { readPrices } from "./price-age-text.ts";
import { problemsOf } from "./status-problems.ts";
import { statusText } from "./status-text.ts";
import type { LocalCertificate, LocalSpool, StatusProblem, StatusView } from "./status-view.ts";

/** How long a port may take to answer at all. */
const PORT_LIMIT_MS = 2 * SECOND_MS;

/** Shows the status. Throws QuietExit when something is wrong, AppError CONFIG_INVALID for bad settings. */
export async function showStatus(context: Context, options: GlobalOptions): Promise<void> {
  const { server } = readCliConfig(context.environment, options);
  const folder = readCertsFolder(context.environment, options);
  const { answer, prices, refusedAddress } = await askServer(context, options, server);
  const certificates = localCertificates(folder);
  const view: StatusView = {
    server,
    now: context.clock.now(),
    answer,
    folder,
    certificates,
    revocationFault: revocationFault(folder),
    refusedAddress,
    prices,
  };
  const problems = problemsOf(view);
  const output = new Output(context.terminal, options.json === true);
  output.show(asJson(view, problems), () => statusText(view, problems, output.width));
  if ("failure" in answer) throw new QuietExit(exitCodeOf(answer.failure));
  if (problems.length > 0) throw new QuietExit(EXIT.unexpected);
}

type Asked = Required<Pick<StatusView, "answer" | "prices" | "refusedAddress">>;

async function askServer(context: Context, options: GlobalOptions, server: string): Promise<Asked> {
  const { clock } = context;
  try {
    let asked: Asked | undefined;
    await withCall(context, options, async (call) => {
      const { api } = call;
      const began = clock.monotonic();
      const status = await api.unary(statusService.getStatus, {}, "anybody");
      const answer = { status, tookMs: clock.monotonic() - began };
      const symbols = status.fetchers.flatMap(({ report }) => report?.symbols ?? []);
      asked = { answer, prices: await readPrices(api, symbols), refusedAddress: await refusedAddressOf(call) };
    });
    if (asked !== undefined) return asked;
    throw new Error("the call came to nothing");
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "CANCELLED") throw error;
    const spool = await localSpool(readDataFolder(context.environment));
    return {
      answer: { failure: error, portAnswers: await doesPortAnswer(server), spool },
      prices: [],
      refusedAddress: null,
    };
  }
}

/** Nobody need be logged in, and a log-in that is over is no matter of the status. */
async function refusedAddressOf({ api }: Call): Promise<string | null> {
  try {
    const { email, isAddressRefused } = await api.unary(userService.getCurrentUser, {});
    return isAddressRefused ? email : null;
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "CANCELLED") throw error;
    return null;
  }
}

/** What waits here for the server, if a fetcher of this machine keeps something. */
async function localSpool(dataFolder: string): Promise<LocalSpool> {
  const { countSpooled } = await import("../../client/main.ts");
  try {
    return countSpooled(dataFolder);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { trouble: error.message };
  }
}

/** Whether anything listens there at all. */
function doesPortAnswer(server: string): Promise<boolean> {
  const target = parseTarget(server);
  if (target === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ ...target, timeout: PORT_LIMIT_MS });
    const end = (answers: boolean) => () => {
      socket.destroy();
      resolve(answers);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}

/** Every certificate in the folder; a folder that is not there has none. */
function localCertificates(folder: string): LocalCertificate[] {
  return filesIn(folder)
    .filter((file) => file.endsWith(".crt"))
    .sort()
    .map((file) => ({
      file: join(folder, file),
      name: basename(file, ".crt"),
      expireTimeMs: endOf(join(folder, file)),
    }));
}

function revocationFault(folder: string): string | null {
  const file = join(folder, REVOCATION_FILE_NAME);
  const list = readRevocationFile(file);
  return typeof list === "string" ? `${file} ${list}` : null;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function endOf(file: string): number | null {
  try {
    return new X509Certificate(readFileSync(file)).validToDate.getTime();
  } catch {
    return null;
  }
}

function asJson({ server, answer, certificates }: StatusView, problems: readonly StatusProblem[]): unknown {
  const files = certificates.map(({ file, expireTimeMs }) => ({
    file,
    expireTime: expireTimeMs === null ? null : new Date(expireTimeMs).toISOString(),
  }));
  const told =
    "status" in answer
      ? { status: jsonFromMessage(SystemStatus, answer.status), portAnswers: true }
      : { status: null, portAnswers: answer.portAnswers, spool: spoolAsJson(answer.spool) };
  return { well: problems.length === 0, problems, server, ...told, certificates: files };
}

function spoolAsJson(spool: LocalSpool): unknown {
  if (spool === null || "trouble" in spool) return spool;
  const { oldestFetchTimeMs, ...rest } = spool;
  return { ...rest, oldestFetchTime: oldestFetchTimeMs === null ? null : new Date(oldestFetchTimeMs).toISOString() };
}
