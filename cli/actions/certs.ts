import { certificateTable } from "../../scripts/certs/certificate-table.ts";
import { issueCertificates } from "../../scripts/certs/issue-certificates.ts";
import { readCertsFolder, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { Output } from "../output.ts";

/** `bell certs`: an authority and a certificate for each role. Throws AppError TLS_SETUP. */
export async function makeCertificates(context: Context, options: GlobalOptions): Promise<void> {
  const folder = readCertsFolder(context.environment, options);
  const results = await issueCertificates({ folder, now: context.clock.now() });
  const certificates = results.map(({ notAfter, ...rest }) => ({
    ...rest,
    notAfter: new Date(notAfter).toISOString(),
  }));
  new Output(context.terminal, options.json === true).show({ certificates }, () => certificateTable(results));
}
