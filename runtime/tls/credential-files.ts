// A process looks at its own three files before it speaks TLS: the library's own words for every fault in them are
// "failed to connect". All faults are told at once, each with its file and what mends it.
import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { AppError } from "../../domain/error.ts";
import type { Peer, Role } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import { dateFault, identityFault, isIssuedBy } from "./certificate-faults.ts";
import { peerFromCertificate } from "./identity.ts";
import { certificatesFromPem } from "./pem.ts";

/** Where a process finds its side of mutual TLS. `caFile` may hold several authorities, while one replaces another. */
export interface CredentialPaths {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** The three files' text, checked against each other. */
export interface CredentialFiles {
  readonly paths: CredentialPaths;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Who this process is to its peers. */
  readonly peer: Peer;
  /** The end of the certificate's life. */
  readonly notAfter: TimeMs;
}

/** One fault in one file, and the command that mends it. */
export interface CredentialProblem {
  readonly file: string;
  readonly message: string;
  readonly mend: string;
}

export interface CredentialExpectation {
  /** The roles that this process may take. */
  readonly expectedRole: Role | readonly Role[];
  readonly now: TimeMs;
}

export type CredentialCheck =
  | { readonly problems: readonly []; readonly files: CredentialFiles }
  | { readonly problems: readonly [CredentialProblem, ...CredentialProblem[]]; readonly files?: undefined };

const MAKE_CERTS = "make certs";
const OPEN_TO_OTHERS = 0o077;

/**
 * Reads and checks a process's own files.
 * @throws AppError FAILED_PRECONDITION TLS_SETUP that names every fault, its file and what mends it.
 */
export function loadCredentialFiles(paths: CredentialPaths, expectation: CredentialExpectation): CredentialFiles {
  const check = checkCredentialFiles(paths, expectation);
  if (check.files === undefined) throw errorFromProblems(check.problems);
  return check.files;
}

/** The same without throwing: either the files, or at least one problem. */
export function checkCredentialFiles(paths: CredentialPaths, expectation: CredentialExpectation): CredentialCheck {
  const problems: CredentialProblem[] = [];
  const report = (file: string, message: string, mend = MAKE_CERTS): void =>
    void problems.push({ file, message, mend });
  const ca = readAuthorities(paths.caFile, expectation.now, report);
  const cert = readLeaf(paths.certFile, report);
  const key = readKey(paths.keyFile, report);
  if (cert !== undefined) checkLeaf(cert.leaf, paths, expectation, report);
  if (cert !== undefined && ca !== undefined && !isIssuedBy(cert.leaf, ca.authorities)) {
    report(paths.certFile, `was issued by another authority than ${paths.caFile}`);
  }
  if (cert !== undefined && key !== undefined && !cert.leaf.checkPrivateKey(key.key)) {
    report(paths.keyFile, `is not the key of ${paths.certFile}`);
  }
  const [first, ...others] = problems;
  if (first !== undefined) return { problems: [first, ...others] };
  if (ca === undefined || cert === undefined || key === undefined) throw new Error("a file is missing, unreported");
  const peer = peerFromCertificate(cert.leaf);
  const notAfter = cert.leaf.validToDate.getTime();
  return { problems: [], files: { paths, ca: ca.text, cert: cert.text, key: key.text, peer, notAfter } };
}

/** The AppError FAILED_PRECONDITION TLS_SETUP that tells all `problems`. */
export function errorFromProblems(problems: readonly CredentialProblem[]): AppError {
  const message = problems.map(({ file, message }) => `${file} ${message}`).join("; ");
  const hint = [...new Set(problems.map(({ mend }) => mend))].join("; ");
  const fields = problems.map(({ file, message }) => ({ field: file, reason: "TLS_SETUP" as const, message }));
  return new AppError("FAILED_PRECONDITION", "TLS_SETUP", message, { hint, fields });
}

type Report = (file: string, message: string, mend?: string) => void;

function readAuthorities(
  file: string,
  now: TimeMs,
  report: Report,
): { text: Buffer; authorities: X509Certificate[] } | undefined {
  const read = readCertificates(file, report);
  if (read === undefined) return undefined;
  for (const authority of read.certificates) {
    const fault = authority.ca
      ? dateFault(authority, now)
      : "holds a certificate that is no authority (CA:TRUE is missing)";
    if (fault !== undefined) report(file, fault);
  }
  return { text: read.text, authorities: read.certificates };
}

function readLeaf(file: string, report: Report): { text: Buffer; leaf: X509Certificate } | undefined {
  const read = readCertificates(file, report);
  const leaf = read?.certificates[0];
  return read === undefined || leaf === undefined ? undefined : { text: read.text, leaf };
}

function checkLeaf(
  leaf: X509Certificate,
  { certFile }: CredentialPaths,
  { expectedRole, now }: CredentialExpectation,
  report: Report,
): void {
  const roles = typeof expectedRole === "string" ? [expectedRole] : expectedRole;
  for (const fault of [dateFault(leaf, now), identityFault(leaf, roles)]) {
    if (fault !== undefined) report(certFile, fault);
  }
}

function readCertificates(file: string, report: Report): { text: Buffer; certificates: X509Certificate[] } | undefined {
  const text = readText(file, report);
  if (text === undefined) return undefined;
  try {
    const certificates = certificatesFromPem(text.toString("latin1"));
    if (certificates.length > 0) return { text, certificates };
    report(file, text.length === 0 ? "is empty" : "holds no certificate in PEM");
  } catch {
    report(file, "holds a certificate that cannot be read");
  }
  return undefined;
}

function readKey(file: string, report: Report): { text: Buffer; key: KeyObject } | undefined {
  const text = readText(file, report);
  if (text === undefined) return undefined;
  const mode = statSync(file).mode & 0o777;
  if ((mode & OPEN_TO_OTHERS) !== 0) {
    report(
      file,
      `is open to other users (mode 0${mode.toString(8)}); a key must be its owner's alone`,
      `chmod 600 ${file}`,
    );
  }
  try {
    return { text, key: createPrivateKey(text) };
  } catch {
    report(file, text.length === 0 ? "is empty" : "holds no private key in PEM without a passphrase");
    return undefined;
  }
}

function readText(file: string, report: Report): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") report(file, "is missing");
    else report(file, `cannot be read (${code ?? "unknown error"})`, `ls -l ${file}`);
    return undefined;
  }
}
