import type { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import { dateFault, identityFault, isIssuedBy } from "../../runtime/tls/certificate-faults.ts";
import { peerFromCertificate } from "../../runtime/tls/identity.ts";
import { certificatesFromPem } from "../../runtime/tls/pem.ts";
import type { RevocationList } from "../../runtime/tls/revocation-list.ts";
import type { Authority } from "./authority.ts";
import { leafProfile } from "./certificate-profile.ts";
import { closeKeyFile, isCurrentKind, newKey, readKeyFile } from "./key-file.ts";
import { bearsName, namesOf, serverNames } from "./server-names.ts";
import { signCertificate } from "./sign-certificate.ts";
import { CERTIFICATE_MODE, createFile, KEY_MODE, replaceFile } from "./write-file.ts";

/** One leaf to be had: `ROLE.crt` and `ROLE.key` in `folder`. */
export interface LeafOrder {
  readonly folder: string;
  readonly authority: Authority;
  readonly peer: Peer;
  readonly now: TimeMs;
  readonly days: number;
  /** Names and addresses of the server beside those it always has; what it bears already it keeps. */
  readonly hosts: readonly string[];
  /** It is renewed even if it is sound. */
  readonly isForced: boolean;
  /** Whose certificate stands here gets another, with another key. */
  readonly revoked: RevocationList;
}

/** What was done for one certificate, and why. */
export interface CertificateResult {
  readonly name: string;
  readonly path: string;
  readonly action: "made" | "kept" | "renewed";
  readonly reason: string;
  readonly notAfter: TimeMs;
  /** The host names and addresses that it bears; none unless it is the server's. */
  readonly hosts: readonly string[];
}

interface LeafPaths {
  readonly certFile: string;
  readonly keyFile: string;
}

const MAX_ROUNDS = 3;
const ASKED_FOR = "it was asked for";

/**
 * Sees to it that a sound certificate with its key is in force. The key comes first and is kept as long as it is sound,
 * so renewing replaces one file in one step: no moment, and no run that was cut off, leaves half a pair. The result is
 * looked at again, because another run may have been at work in between.
 * @throws AppError FAILED_PRECONDITION TLS_SETUP
 */
export async function issueLeaf(order: LeafOrder): Promise<CertificateResult> {
  const paths = {
    certFile: join(order.folder, `${order.peer.role}.crt`),
    keyFile: join(order.folder, `${order.peer.role}.key`),
  };
  const existed = existsSync(paths.certFile);
  let firstFault: string | undefined;
  for (let round = 0; round <= MAX_ROUNDS; round += 1) {
    const found = inspectLeaf(order, paths);
    const inspection = order.isForced && round === 0 && typeof found !== "string" ? ASKED_FOR : found;
    if (typeof inspection !== "string")
      return resultOf(inspection, order, paths, existed ? firstFault : "there was none");
    firstFault ??= inspection;
    await renewLeaf(order, paths);
  }
  throw new AppError(
    "FAILED_PRECONDITION",
    "TLS_SETUP",
    `${paths.certFile} ${firstFault ?? ""} and could not be renewed`,
    {
      hint: "another run may be at work in the same folder; then: make certs",
    },
  );
}

function resultOf(
  certificate: X509Certificate,
  order: LeafOrder,
  { certFile, keyFile }: LeafPaths,
  fault?: string,
): CertificateResult {
  const closed = closeKeyFile(keyFile) ? "fine; its key was open to other users and is closed now" : "fine";
  const existed = fault !== undefined && fault !== "there was none";
  return {
    name: order.peer.role,
    path: certFile,
    action: fault === undefined ? "kept" : existed ? "renewed" : "made",
    reason: fault ?? closed,
    notAfter: certificate.validToDate.getTime(),
    hosts: namesOf(certificate),
  };
}

async function renewLeaf(order: LeafOrder, { certFile, keyFile }: LeafPaths): Promise<void> {
  const { authority, peer, now, days, hosts } = order;
  const key = readKeyFile(keyFile);
  if (!existsSync(keyFile)) await createFile(keyFile, newKey(), KEY_MODE);
  else if (key === undefined || !isCurrentKind(key) || isRevoked(readCertificate(certFile), order))
    await replaceFile(keyFile, newKey(), KEY_MODE);
  const life = { now, days, notAfter: authority.certificate.validToDate.getTime() };
  const profile = leafProfile(peer, life, serverNames([...hosts, ...namesUntilNow(certFile, authority)]));
  await replaceFile(certFile, await signCertificate(profile, keyFile, authority), CERTIFICATE_MODE);
}

/** What this authority let the server be called so far: whoever renews it need not know. */
function namesUntilNow(certFile: string, authority: Authority): string[] {
  const certificate = readCertificate(certFile);
  if (certificate === undefined || !isIssuedBy(certificate, [authority.certificate, ...authority.older])) return [];
  return namesOf(certificate);
}

/** The certificate in force, or the fault for which it has to be renewed. */
function inspectLeaf(order: LeafOrder, { certFile, keyFile }: LeafPaths): X509Certificate | string {
  const { authority, peer, now, hosts } = order;
  const certificate = readCertificate(certFile);
  if (certificate === undefined) return "could not be read";
  const key = readKeyFile(keyFile);
  if (key === undefined) return "had no key that can be read";
  if (!certificate.checkPrivateKey(key)) return "had another certificate's key";
  if (!isCurrentKind(key)) return "had a key that is not ECDSA P-256";
  if (!isIssuedBy(certificate, [authority.certificate, ...authority.older])) return "was issued by another authority";
  if (isRevoked(certificate, order)) return "was revoked; its key is new too";
  return (
    dateFault(certificate, now) ?? nameFault(certificate, peer, hosts) ?? ageFault(certificate, now) ?? certificate
  );
}

function isRevoked(certificate: X509Certificate | undefined, { revoked }: LeafOrder): boolean {
  return certificate !== undefined && revoked.find(certificate.serialNumber) !== undefined;
}

function nameFault(certificate: X509Certificate, peer: Peer, hosts: readonly string[]): string | undefined {
  const fault = identityFault(certificate, [peer.role]);
  if (fault !== undefined) return fault;
  if (peerFromCertificate(certificate).name !== peer.name) return `was for another name than ${peer.name}`;
  if (peer.role !== "server") return undefined;
  const isWhole = serverNames(hosts).every((name) => bearsName(certificate, name));
  return isWhole ? undefined : "lacked a name under which the server is looked for";
}

function ageFault({ validFromDate, validToDate }: X509Certificate, now: TimeMs): string | undefined {
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()];
  return now - from > ((to - from) * 2) / 3 ? "two thirds of its life had passed" : undefined;
}

function readCertificate(file: string): X509Certificate | undefined {
  try {
    return certificatesFromPem(readFileSync(file, "latin1"))[0];
  } catch {
    return undefined;
  }
}
