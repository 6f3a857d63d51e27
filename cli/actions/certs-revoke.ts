import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { renderDate } from "../../runtime/tls/render-date.ts";
import { REVOCATION_FILE_NAME } from "../../runtime/tls/revocation-list.ts";
import { shortPath } from "../../scripts/certs/certificate-table.ts";
import { revokeCertificate, type RevokeResult } from "../../scripts/certs/revoke.ts";
import { readCertsFolder, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { Output } from "../output.ts";
import { withFileLock } from "../session/file-lock.ts";

/** What `bell certs revoke` takes on the command line. */
interface RevokeCommandOptions extends GlobalOptions {
  readonly reason?: string;
}

/** `bell certs revoke`. Throws AppError INVALID_ARGUMENT or TLS_SETUP. */
export async function revoke(context: Context, options: RevokeCommandOptions, what: string): Promise<void> {
  const { clock, environment, terminal } = context;
  const folder = readCertsFolder(environment, options);
  const deed = () => revokeCertificate({ folder, what, reason: options.reason ?? "", now: clock.now() });
  const result = await withFileLock(join(folder, `${REVOCATION_FILE_NAME}.lock`), clock, deed).catch(
    (error: unknown) => {
      throw asFolderFault(error, folder);
    },
  );
  const { time, ...rest } = result;
  const document = { ...rest, time: new Date(time).toISOString() };
  new Output(terminal, options.json === true).show(document, () => textOf(result));
}

/** The lock was not to be had, so the list would not be either. */
function asFolderFault(error: unknown, folder: string): unknown {
  if (!(error instanceof AppError) || error.reason !== "CONFIG_INVALID") return error;
  return new AppError("FAILED_PRECONDITION", "TLS_SETUP", `${folder} cannot be written to: ${error.message}`, {
    hint: "as the user whose certificates these are, or with --certs FOLDER",
    cause: error,
  });
}

function textOf({ serial, time, reason, file, role, isKnown }: RevokeResult): string {
  const why = reason === "" ? "" : ` (${reason})`;
  if (isKnown) return `${serial} was revoked on ${renderDate(time)} already${why}.`;
  return [
    `${serial} is revoked${why}: it stands in ${shortPath(file)}.`,
    "A server that reads this folder ends its calls within seconds, its streams within a minute. For a server elsewhere copy the file into its folder.",
    ...(role === null ? [] : [`A new certificate with a new key: ./bell certs renew ${role}`]),
  ].join("\n");
}
