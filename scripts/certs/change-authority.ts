// One authority takes another's place without a call that fails: first everybody trusts both, then the leaves are renewed under the new
// one, then the old one is no longer trusted. Whoever does it decides when a step has reached every machine.
import type { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import { isIssuedBy } from "../../runtime/tls/certificate-faults.ts";
import { openAuthority, signAuthority, type Authority } from "./authority.ts";
import { certificatesIn } from "./certificates-in.ts";
import { authorityResult, ISSUED_ROLES } from "./issue-certificates.ts";
import { newKey, readKeyFile } from "./key-file.ts";
import type { CertificateResult } from "./leaf.ts";
import { CERTIFICATE_MODE, createFile, KEY_MODE, replaceFile } from "./write-file.ts";

/** The key of an authority that is about to take its place. */
const NEXT_KEY_NAME = "ca.key.next";

/**
 * The first step: `ca.crt` holds a new authority beside the old one, and `ca.key` is the new one's; the old key is gone. No leaf is
 * renewed yet. Begun and broken off, it goes on where it was.
 * @throws AppError FAILED_PRECONDITION TLS_SETUP when a change is under way already, or the authority there is cannot be used.
 */
export async function beginNewAuthority(folder: string, now: TimeMs): Promise<CertificateResult> {
  const authority = await openAuthority(folder, now);
  const nextKeyFile = join(folder, NEXT_KEY_NAME);
  if (authority.older.length > 0 && !existsSync(nextKeyFile)) throw changeUnderWay(authority);
  await createFile(nextKeyFile, newKey(), KEY_MODE);
  const key = readKeyFile(nextKeyFile);
  if (key === undefined) throw unusable(nextKeyFile);
  const { certFile, keyFile } = authority;
  if (!certificatesIn(certFile).some((one) => one.checkPrivateKey(key))) {
    const certificate = await signAuthority(nextKeyFile, key, now);
    await replaceFile(certFile, `${certificate}${readFileSync(certFile, "latin1")}`, CERTIFICATE_MODE);
  }
  await rename(nextKeyFile, keyFile);
  const begun = await openAuthority(folder, now);
  return { ...authorityResult(begun), action: "made", reason: "trusted beside the one before, which signs no more" };
}

/**
 * The last step: `ca.crt` holds the new authority alone.
 * @throws AppError FAILED_PRECONDITION TLS_SETUP while a leaf of this folder is the old one's.
 */
export async function dropOldAuthorities(folder: string, now: TimeMs): Promise<CertificateResult> {
  const authority = await openAuthority(folder, now);
  const { certFile, certificate, older } = authority;
  if (older.length === 0) return { ...authorityResult(authority), reason: "no other was trusted" };
  const left = ISSUED_ROLES.map((role) => join(folder, `${role}.crt`)).filter((file) => isOf(file, older));
  if (left.length > 0) {
    const text = `still issued by an authority that is to go: ${left.join(", ")}`;
    throw new AppError("FAILED_PRECONDITION", "TLS_SETUP", text, { hint: "./bell certs renew --force" });
  }
  await replaceFile(certFile, certificate.toString(), CERTIFICATE_MODE);
  return { ...authorityResult(authority), reason: "trusted alone from now on" };
}

/** Where there is none, or what is none, nobody shows it. */
function isOf(file: string, authorities: readonly X509Certificate[]): boolean {
  return certificatesIn(file).some((leaf) => isIssuedBy(leaf, authorities));
}

function changeUnderWay({ certFile }: Authority): AppError {
  return new AppError("FAILED_PRECONDITION", "TLS_SETUP", `${certFile} holds an older authority beside the new one`, {
    hint: "end that change first: ./bell certs renew --force, and then ./bell certs renew --drop-old-ca",
  });
}

function unusable(file: string): AppError {
  const hint = `rm ${file} && ./bell certs renew --new-ca`;
  return new AppError("FAILED_PRECONDITION", "TLS_SETUP", `${file} holds no private key`, { hint });
}
