import type { X509Certificate } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { dateFault } from "../../runtime/tls/certificate-faults.ts";
import { checkCredentialFiles } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { readRevocationFile } from "../../runtime/tls/revocation-file.ts";
import { RevocationList, REVOCATION_FILE_NAME } from "../../runtime/tls/revocation-list.ts";
import { plainSerial } from "../../runtime/tls/serial.ts";
import { certificatesIn } from "./certificates-in.ts";
import { ISSUED_ROLES, type IssuedRole } from "./issue-certificates.ts";

/** A certificate that ends sooner is told of. Renewal begins when a third of its life is left, which is a little more. */
const EXPIRES_SOON_MS = 30 * DAY_MS;

/** How one certificate of a folder stands. */
export interface CertificateState {
  /** A role; `ca` for the authority, `older ca` for one that is trusted besides. */
  readonly name: string;
  readonly file: string;
  /** Null when the file cannot be read. */
  readonly serial: string | null;
  readonly notAfter: TimeMs | null;
  /** Each the end of a sentence about the certificate; a process with such a certificate does not start. */
  readonly faults: readonly string[];
}

/** How a whole folder stands. */
export interface FolderState {
  readonly certificates: readonly CertificateState[];
  readonly revocations: {
    readonly file: string;
    readonly list: RevocationList;
    /** The end of a sentence about the file; null when all is well. */
    readonly fault: string | null;
  };
}

/** Looks at every certificate of a folder, with its key; changes nothing, never throws. */
export function folderState(folder: string, now: TimeMs): FolderState {
  const file = join(folder, REVOCATION_FILE_NAME);
  const read = readRevocationFile(file);
  const list = typeof read === "string" ? RevocationList.none : read;
  const roles = ISSUED_ROLES.filter(
    (role) => existsSync(join(folder, `${role}.crt`)) || existsSync(join(folder, `${role}.key`)),
  );
  return {
    certificates: [...authorityStates(folder, now), ...roles.map((role) => leafState(folder, role, { now, list }))],
    revocations: { file, list, fault: typeof read === "string" ? read : null },
  };
}

/** Whether it is in force, but not for long. */
export function endsSoon({ notAfter }: CertificateState, now: TimeMs): boolean {
  return notAfter !== null && notAfter - now < EXPIRES_SOON_MS;
}

function authorityStates(folder: string, now: TimeMs): CertificateState[] {
  const file = join(folder, "ca.crt");
  if (!existsSync(file)) return [{ name: "ca", file, serial: null, notAfter: null, faults: ["is missing"] }];
  const authorities = certificatesIn(file);
  if (authorities.length === 0) {
    return [{ name: "ca", file, serial: null, notAfter: null, faults: ["holds no certificate that can be read"] }];
  }
  const keyFault = isOpenToOthers(join(folder, "ca.key")) ? ["its key is open to other users"] : [];
  return authorities.map((authority, at) => {
    const faults = [authority.ca ? dateFault(authority, now) : "is no authority (CA:TRUE is missing)"];
    const told = faults.filter((fault) => fault !== undefined);
    return {
      name: at === 0 ? "ca" : "older ca",
      file,
      ...factsOf(authority),
      faults: at === 0 ? [...told, ...keyFault] : told,
    };
  });
}

function leafState(
  folder: string,
  role: IssuedRole,
  { now, list }: { now: TimeMs; list: RevocationList },
): CertificateState {
  const paths = credentialPaths(folder, role);
  const { problems } = checkCredentialFiles(paths, { expectedRole: role, now, revoked: list });
  const faults = problems.flatMap(({ file, message }) => {
    if (file === paths.certFile) return [message];
    return file === paths.keyFile ? [`its key ${message}`] : [];
  });
  const [leaf] = certificatesIn(paths.certFile);
  return { name: role, file: paths.certFile, ...factsOf(leaf), faults };
}

function factsOf(certificate: X509Certificate | undefined): Pick<CertificateState, "serial" | "notAfter"> {
  if (certificate === undefined) return { serial: null, notAfter: null };
  return { serial: plainSerial(certificate.serialNumber) ?? null, notAfter: certificate.validToDate.getTime() };
}

function isOpenToOthers(file: string): boolean {
  return ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0;
}
