// How the certificates of a folder stand, for everybody who tells of them: `bell certs status` and `bell doctor`.
import type { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROLES, type Role } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import { authorityFault } from "../../runtime/tls/certificate-faults.ts";
import {
  checkCredentialFiles,
  lookIntoFile,
  openKeyProblem,
  revocationProblem,
  type CredentialProblem,
} from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { endsSoon } from "../../runtime/tls/ends-soon.ts";
import { readRevocationFile, revocationFileOf } from "../../runtime/tls/revocation-file.ts";
import { RevocationList } from "../../runtime/tls/revocation-list.ts";
import { plainSerial } from "../../runtime/tls/serial.ts";
import { certificatesIn } from "./certificates-in.ts";

const MAKE_CERTS = "make certs";

/** How one certificate of a folder stands. */
export interface CertificateState {
  /** A role; `ca` for the authority, `older ca` for one that is trusted besides. */
  readonly name: Role | "ca" | "older ca";
  readonly file: string;
  /** Null when the file cannot be read. */
  readonly serial: string | null;
  readonly notAfter: TimeMs | null;
  /** What is wrong with the certificate or its key; a process with such a certificate does not start. */
  readonly faults: readonly CredentialProblem[];
}

/** How a whole folder stands. */
export interface FolderState {
  /** The authority's come first. */
  readonly certificates: readonly CertificateState[];
  readonly revocations: {
    readonly file: string;
    readonly list: RevocationList;
    /** Null when all is well. */
    readonly fault: CredentialProblem | null;
  };
}

/** The roles that have a certificate or a key in a folder. */
export function rolesIn(folder: string): Role[] {
  return ROLES.filter((role) => {
    const { certFile, keyFile } = credentialPaths(folder, role);
    return existsSync(certFile) || existsSync(keyFile);
  });
}

/** Looks at the authority, and at the certificate and the key of each of `roles`; changes nothing, never throws. */
export function folderState(folder: string, now: TimeMs, roles: readonly Role[] = rolesIn(folder)): FolderState {
  const caFile = join(folder, "ca.crt");
  const file = revocationFileOf({ caFile });
  const read = readRevocationFile(file);
  const list = typeof read === "string" ? RevocationList.none : read;
  return {
    certificates: [...authorityStates(caFile, now), ...roles.map((role) => leafState(folder, role, { now, list }))],
    revocations: { file, list, fault: typeof read === "string" ? revocationProblem({ caFile }, read) : null },
  };
}

/** Whether it is in force, but not for long. */
export function isNearEnd({ notAfter }: CertificateState, now: TimeMs): boolean {
  return notAfter !== null && endsSoon(notAfter - now);
}

function authorityStates(file: string, now: TimeMs): CertificateState[] {
  const { certificates, problems } = lookIntoFile(file);
  const keyFault = openKeyProblem(join(file, "..", "ca.key"));
  const [first, ...older] = certificates.map((authority) => ({
    file,
    ...factsOf(authority),
    faults: faultOf(file, authorityFault(authority, now)),
  }));
  const ca = first ?? { file, ...factsOf(undefined), faults: problems };
  return [
    { ...ca, name: "ca", faults: keyFault === undefined ? ca.faults : [...ca.faults, keyFault] },
    ...older.map((one) => ({ ...one, name: "older ca" as const })),
  ];
}

function faultOf(file: string, message: string | undefined): CredentialProblem[] {
  return message === undefined ? [] : [{ file, message, mend: MAKE_CERTS }];
}

function leafState(folder: string, role: Role, { now, list }: { now: TimeMs; list: RevocationList }): CertificateState {
  const paths = credentialPaths(folder, role);
  const { problems } = checkCredentialFiles(paths, { expectedRole: role, now, revoked: list });
  const [leaf] = certificatesIn(paths.certFile);
  const faults = problems.filter(({ file }) => file === paths.certFile || file === paths.keyFile);
  return { name: role, file: paths.certFile, ...factsOf(leaf), faults };
}

function factsOf(certificate: X509Certificate | undefined): Pick<CertificateState, "serial" | "notAfter"> {
  if (certificate === undefined) return { serial: null, notAfter: null };
  return { serial: plainSerial(certificate.serialNumber) ?? null, notAfter: certificate.validToDate.getTime() };
}
