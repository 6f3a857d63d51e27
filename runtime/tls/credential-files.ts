// A process looks at its own three files before it speaks TLS: the library's own words for every fault in them are
// "failed to connect". All faults are told at once, each with its file and what mends it.
import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { AppError } from "../../domain/error.ts";
import type { Peer, Role } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import { openMode } from "../config/open-mode.ts";
import { authorityFault, dateFault, identityFault, isIssuedBy } from "./certificate-faults.ts";
import { peerFromCertificate } from "./identity.ts";
import { revokedText } from "./peer-fault.ts";
import { certificatesFromPem } from "./pem.ts";
import { readRevocationFile, revocationFileOf } from "./revocation-file.ts";
import type { RevocationList } from "./revocation-list.ts";
import { plainSerial } from "./serial.ts";
import { TLS_VERSION } from "./tls-version.ts";

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
  /** The certificate's serial number, as `plainSerial` spells it. */
  readonly serial: string;
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
  /** The list of revoked certificates, where it is known already; else the one beside the authority is read, and checked too. */
  readonly revoked?: RevocationList;
}

export type CredentialCheck =
  | { readonly problems: readonly []; readonly files: CredentialFiles }
  | { readonly problems: readonly [CredentialProblem, ...CredentialProblem[]]; readonly files?: undefined };

const MAKE_CERTS = "make certs";

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
  const report = reportTo(problems);
  const ca = readAuthorities(paths.caFile, expectation.now, report);
  const cert = readLeaf(paths.certFile, report);
  const key = readKey(paths.keyFile, report);
  if (cert !== undefined) checkLeaf(cert.leaf, paths, expectation, report);
  checkRevocation(cert?.leaf, paths, expectation.revoked, report);
  const files = checkTogether(ca, cert, key, { paths, report, isSound: () => problems.length === 0 });
  const [first, ...others] = problems;
  if (first !== undefined) return { problems: [first, ...others] };
  if (files === undefined) throw new Error("a file is missing, unreported");
  return { problems: [], files };
}

/** The three files as one, when they belong together and nothing else is wrong with them. */
function checkTogether(
  ca: Authorities | undefined,
  cert: Leaf | undefined,
  key: Key | undefined,
  { paths, report, isSound }: { paths: CredentialPaths; report: Report; isSound: () => boolean },
): CredentialFiles | undefined {
  if (cert === undefined) return undefined;
  const { leaf } = cert;
  if (ca !== undefined && !isIssuedBy(leaf, ca.authorities)) {
    report(paths.certFile, `was issued by another authority than ${paths.caFile}`);
  }
  if (key !== undefined && !leaf.checkPrivateKey(key.key)) report(paths.keyFile, `is not the key of ${paths.certFile}`);
  if (ca === undefined || key === undefined || !isSound()) return undefined;
  const texts = { ca: ca.text, cert: cert.text, key: key.text };
  checkWithTls(texts, paths, report);
  if (!isSound()) return undefined;
  const serial = plainSerial(leaf.serialNumber) ?? "";
  return { paths, ...texts, peer: peerFromCertificate(leaf), notAfter: leaf.validToDate.getTime(), serial };
}

/** The AppError FAILED_PRECONDITION TLS_SETUP that tells all `problems`. */
export function errorFromProblems(problems: readonly CredentialProblem[]): AppError {
  const message = problems.map(({ file, message }) => `${file} ${message}`).join("; ");
  const hint = [...new Set(problems.map(({ mend }) => mend))].join("; ");
  const fields = problems.map(({ file, message }) => ({ field: file, reason: "TLS_SETUP" as const, message }));
  return new AppError("FAILED_PRECONDITION", "TLS_SETUP", message, { hint, fields });
}

/** A list of revoked certificates that cannot be read, for the `fault` that `readRevocationFile` names. */
export function revocationProblem(paths: Pick<CredentialPaths, "caFile">, fault: string): CredentialProblem {
  const mend = "each line of it is SERIAL DATE REASON: docs/deployment.md";
  return { file: revocationFileOf(paths), message: fault, mend };
}

/** Whoever may read a key can be whoever it was made for. Undefined also when there is no such file. */
export function openKeyProblem(file: string): CredentialProblem | undefined {
  const open = openMode(statSync(file, { throwIfNoEntry: false })?.mode ?? 0);
  if (open === null) return undefined;
  const message = `is open to other users (mode ${open}); a key must be its owner's alone`;
  return { file, message, mend: `chmod 600 ${file}` };
}

/** Every certificate in a file, in its order; or none, and what is wrong with the file. */
export function lookIntoFile(file: string): {
  readonly certificates: readonly X509Certificate[];
  readonly problems: readonly CredentialProblem[];
} {
  const problems: CredentialProblem[] = [];
  const read = readCertificates(file, reportTo(problems));
  return { certificates: read?.certificates ?? [], problems };
}

type Report = (file: string, message: string, mend?: string) => void;

function reportTo(problems: CredentialProblem[]): Report {
  return (file, message, mend = MAKE_CERTS) => void problems.push({ file, message, mend });
}

interface Authorities {
  readonly text: Buffer;
  readonly authorities: readonly X509Certificate[];
}

interface Leaf {
  readonly text: Buffer;
  readonly leaf: X509Certificate;
}

interface Key {
  readonly text: Buffer;
  readonly key: KeyObject;
}

function readAuthorities(file: string, now: TimeMs, report: Report): Authorities | undefined {
  const read = readCertificates(file, report);
  if (read === undefined) return undefined;
  for (const authority of read.certificates) {
    const fault = authorityFault(authority, now);
    if (fault !== undefined) report(file, fault);
  }
  return { text: read.text, authorities: read.certificates };
}

function readLeaf(file: string, report: Report): Leaf | undefined {
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

/** TLS has limits of its own, such as on short keys; it is asked before a process relies on the files. */
function checkWithTls(
  texts: Pick<CredentialFiles, "ca" | "cert" | "key">,
  { certFile }: CredentialPaths,
  report: Report,
): void {
  try {
    createSecureContext({ ...texts, ...TLS_VERSION });
  } catch (error) {
    report(certFile, `cannot be used: ${(error as Error).message}`);
  }
}

/** A list that cannot be read is a fault by itself: nobody knows whom it was to keep out. */
function checkRevocation(
  leaf: X509Certificate | undefined,
  paths: CredentialPaths,
  known: RevocationList | undefined,
  report: Report,
): void {
  const list = known ?? readRevocationFile(revocationFileOf(paths));
  if (typeof list === "string") {
    const { file, message, mend } = revocationProblem(paths, list);
    report(file, message, mend);
    return;
  }
  const revocation = leaf === undefined ? undefined : list.find(leaf.serialNumber);
  if (revocation !== undefined) report(paths.certFile, revokedText(revocation), "./bell certs renew");
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

function readKey(file: string, report: Report): Key | undefined {
  const text = readText(file, report);
  if (text === undefined) return undefined;
  const open = openKeyProblem(file);
  if (open !== undefined) report(file, open.message, open.mend);
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
