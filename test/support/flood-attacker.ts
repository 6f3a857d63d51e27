// The process of an attacker: what it spends must not be spent by who is measured. It takes the processors only when nobody else wants
// them, as one does that attacks from another machine.
import { setPriority } from "node:os";
import type { CredentialPaths } from "../../runtime/tls/credential-files.ts";
import { SIEGES } from "./flood-sieges.ts";
import { uncheckedFiles } from "./shared-certificates.ts";

/** What it is told, as JSON on its command line. */
export interface Orders {
  readonly siege: string;
  readonly host: string;
  readonly port: number;
  readonly cli: CredentialPaths;
  readonly fetcher: CredentialPaths;
  readonly email: string;
  readonly limitMs: number;
}

const LAST_PRIORITY = 19;

const { siege, host, port, cli, fetcher, email, limitMs } = JSON.parse(process.argv[2] ?? "") as Orders;
setPriority(LAST_PRIORITY);
const target = {
  cli: { host, port, files: uncheckedFiles(cli) },
  fetcher: { host, port, files: uncheckedFiles(fetcher) },
  email,
};
process.send?.("begun");
const seen = await SIEGES[siege]?.(target, limitMs);
process.send?.(seen ?? {}, () => process.exit());
