// `make certs`: one authority and a certificate for each role, in one folder. Running it again keeps what is fine.
import { chmod, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { Role } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import { makeFolder } from "../../runtime/config/make-folder.ts";
import { errorFromProblems, revocationProblem } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { isPeerName } from "../../runtime/tls/identity.ts";
import { readRevocationFile, revocationFileOf } from "../../runtime/tls/revocation-file.ts";
import type { RevocationList } from "../../runtime/tls/revocation-list.ts";
import { openAuthority, type Authority } from "./authority.ts";
import { checkServerNames } from "./server-names.ts";
import { issueLeaf, type CertificateResult } from "./leaf.ts";

/** The roles that get a certificate: who has no process yet needs none. */
export const ISSUED_ROLES = ["server", "fetcher", "notifier", "cli", "operator"] as const satisfies readonly Role[];
export type IssuedRole = (typeof ISSUED_ROLES)[number];

export interface IssueOptions {
  readonly folder: string;
  readonly now: TimeMs;
  /** A leaf's life; 90 unless told. */
  readonly days?: number;
  /** The NAME in `spiffe://tickerbell/ROLE/NAME`; `local` unless told. */
  readonly names?: Readonly<Partial<Record<IssuedRole, string>>>;
  /** Host names and addresses under which the server is to be found, beside those that its certificate has anyway. */
  readonly hosts?: readonly string[];
  /** For whom; every role unless told. */
  readonly roles?: readonly IssuedRole[];
  /** Renews what is sound, too. */
  readonly force?: boolean;
}

const DEFAULT_DAYS = 90;
const MAX_DAYS = 398; // what public authorities may issue at most; longer than that nobody practises renewal
const FOLDER_MODE = 0o700;
const WRITABLE_BY_ALL = 0o002;

/**
 * Makes what is missing, renews what is broken or past two thirds of its life, keeps the rest; never overwrites an
 * authority. Any number of runs may work on one folder at once.
 * @throws AppError FAILED_PRECONDITION TLS_SETUP when openssl is missing, or the authority or folder cannot be used;
 * INVALID_ARGUMENT for a bad name, host or number of days.
 */
export async function issueCertificates(options: IssueOptions): Promise<CertificateResult[]> {
  const { now, days = DEFAULT_DAYS, names = {}, roles = ISSUED_ROLES, force: isForced = false } = options;
  checkOptions(days, names);
  const hosts = checkServerNames(options.hosts ?? []);
  const folder = resolve(options.folder);
  await openFolder(folder);
  const revoked = readRevoked(folder);
  const authority = await openAuthority(folder, now);
  const peers = roles.map((role) => ({ role, name: names[role] ?? "local" }));
  const order = { folder, authority, now, days, hosts, isForced, revoked };
  const leaves = await Promise.all(peers.map((peer) => issueLeaf({ ...order, peer })));
  return [authorityResult(authority), ...leaves];
}

/** What was done for the authority, as a line of the table. */
export function authorityResult({ certFile, certificate, action, reason }: Authority): CertificateResult {
  return { name: "ca", path: certFile, action, reason, notAfter: certificate.validToDate.getTime(), hosts: [] };
}

/** Without it nobody could tell which certificates must not be kept. */
function readRevoked(folder: string): RevocationList {
  const paths = credentialPaths(folder, "server");
  const list = readRevocationFile(revocationFileOf(paths));
  if (typeof list !== "string") return list;
  throw errorFromProblems([revocationProblem(paths, list)]);
}

function checkOptions(days: number, names: Readonly<Record<string, string>>): void {
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
    throw AppError.invalidField("days", "FIELD_INVALID", `is ${days}; a whole number from 1 to ${MAX_DAYS} is needed`);
  }
  for (const [role, name] of Object.entries(names)) {
    if (!isPeerName(name))
      throw AppError.invalidField(
        `names.${role}`,
        "FIELD_INVALID",
        "is not 1 to 63 of a-z, 0-9, dot, hyphen, underscore",
      );
  }
}

/** The folder is its owner's alone. One that everybody may write to is somebody else's (`/tmp`) and is left as it is. */
async function openFolder(folder: string): Promise<void> {
  makeCertificateFolder(folder);
  const { mode } = await stat(folder);
  if ((mode & WRITABLE_BY_ALL) !== 0) {
    throw new AppError(
      "FAILED_PRECONDITION",
      "TLS_SETUP",
      `${folder} can be written to by every user; keys do not belong there`,
      {
        hint: `choose another folder, or, if it is this project's own: chmod 700 ${folder}`,
      },
    );
  }
  await chmod(folder, FOLDER_MODE);
}

function makeCertificateFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    throw new AppError("FAILED_PRECONDITION", "TLS_SETUP", `the folder ${folder} cannot be made (${why})`, {
      hint: "choose a folder in a place that you may write to, with --certs or BELL_CERTS_DIR",
      cause,
    });
  }
}
