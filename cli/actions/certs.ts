import { existsSync } from "node:fs";
import { join } from "node:path";
import { beginNewAuthority, dropOldAuthorities } from "../../scripts/certs/change-authority.ts";
import { certificateTable } from "../../scripts/certs/certificate-table.ts";
import { issueCertificates, ISSUED_ROLES, type IssuedRole } from "../../scripts/certs/issue-certificates.ts";
import type { CertificateResult } from "../../scripts/certs/leaf.ts";
import { trustsOlderAuthority } from "./older-authority.ts";
import { readCertsFolder, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { Output } from "../output.ts";
import { UsageError } from "../usage-error.ts";

/** A change of the authority that is left half done trusts the old one for ever. */
const AFTER_NEW_CA = "Next, when every machine has this ca.crt: ./bell certs renew --force";
const AFTER_FORCE =
  "The older authority is still trusted. When every machine has its new certificates: ./bell certs renew --drop-old-ca";

/** What `bell certs` takes on the command line. */
interface CertsOptions extends GlobalOptions {
  /** More names of the server, separated by commas or blanks. */
  readonly hosts?: string;
}

/** What `bell certs renew` takes. */
interface RenewOptions extends CertsOptions {
  readonly force?: boolean;
  readonly newCa?: boolean;
  readonly dropOldCa?: boolean;
}

/** `bell certs`: an authority and a certificate for each role. Throws AppError TLS_SETUP, INVALID_ARGUMENT for a bad host. */
export async function makeCertificates(context: Context, options: CertsOptions): Promise<void> {
  const folder = readCertsFolder(context.environment, options);
  tell(
    context,
    options,
    await issueCertificates({ folder, now: context.clock.now(), hosts: wordsOf(options.hosts ?? "") }),
  );
}

/** `bell certs renew`: those that are old, of the roles named or of all that are there. Throws as `makeCertificates`, and UsageError. */
export async function renewCertificates(
  context: Context,
  options: RenewOptions,
  words: readonly string[],
): Promise<void> {
  const folder = readCertsFolder(context.environment, options);
  const now = context.clock.now();
  if (options.newCa === true || options.dropOldCa === true) {
    checkAlone(options, words);
    const change = options.newCa === true ? beginNewAuthority : dropOldAuthorities;
    tell(context, options, [await change(folder, now)], options.newCa === true ? AFTER_NEW_CA : "");
    return;
  }
  const roles =
    words.length === 0 ? ISSUED_ROLES.filter((role) => existsSync(join(folder, `${role}.crt`))) : words.map(roleOf);
  const hosts = wordsOf(options.hosts ?? "");
  const force = options.force === true;
  const results = await issueCertificates({ folder, now, hosts, roles, force });
  tell(context, options, results, force && trustsOlderAuthority(folder) ? AFTER_FORCE : "");
}

/** `next` is what a person should do after it; empty: nothing. */
function tell({ terminal }: Context, { json }: GlobalOptions, results: readonly CertificateResult[], next = ""): void {
  const certificates = results.map(({ notAfter, ...rest }) => ({
    ...rest,
    notAfter: new Date(notAfter).toISOString(),
  }));
  const output = new Output(terminal, json === true);
  output.show({ certificates }, () => certificateTable(results));
  if (next !== "") output.note(next);
}

/** A step of a change of the authority is one step, so that whoever takes it can see it done before the next. */
function checkAlone({ newCa, dropOldCa, force, hosts }: RenewOptions, words: readonly string[]): void {
  const others = [newCa === true && dropOldCa === true, force === true, hosts !== undefined, words.length > 0];
  if (!others.includes(true)) return;
  throw new UsageError("--new-ca and --drop-old-ca stand alone: each is a step by itself", "./bell certs renew --help");
}

function roleOf(word: string): IssuedRole {
  const role = ISSUED_ROLES.find((one) => one === word);
  if (role !== undefined) return role;
  throw new UsageError(
    `"${word}" is no role with a certificate: ${ISSUED_ROLES.join(", ")}`,
    "./bell certs renew --help",
  );
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
