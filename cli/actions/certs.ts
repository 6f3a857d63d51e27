import { certificateTable } from "../../scripts/certs/certificate-table.ts";
import { issueCertificates } from "../../scripts/certs/issue-certificates.ts";
import { readCertsFolder, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { Output } from "../output.ts";

/** What `bell certs` takes on the command line. */
interface CertsOptions extends GlobalOptions {
  /** More names of the server, separated by commas or blanks. */
  readonly hosts?: string;
}

/** `bell certs`: an authority and a certificate for each role. Throws AppError TLS_SETUP, INVALID_ARGUMENT for a bad host. */
export async function makeCertificates(context: Context, options: CertsOptions): Promise<void> {
  const folder = readCertsFolder(context.environment, options);
  const results = await issueCertificates({ folder, now: context.clock.now(), hosts: wordsOf(options.hosts ?? "") });
  const certificates = results.map(({ notAfter, ...rest }) => ({
    ...rest,
    notAfter: new Date(notAfter).toISOString(),
  }));
  new Output(context.terminal, options.json === true).show({ certificates }, () => certificateTable(results));
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
