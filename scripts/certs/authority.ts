import { createHash, createPublicKey, type KeyObject, type X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import { dateFault } from "../../runtime/tls/certificate-faults.ts";
import { certificatesFromPem } from "../../runtime/tls/pem.ts";
import { authorityProfile } from "./certificate-profile.ts";
import { closeKeyFile, newKey, readKeyFile } from "./key-file.ts";
import { signCertificate, type Issuer } from "./sign-certificate.ts";
import { CERTIFICATE_MODE, createFile, KEY_MODE } from "./write-file.ts";

const SET_CLOCK = "set this machine's clock";

/** The authority that signs every leaf of one folder. */
export interface Authority extends Issuer {
  readonly certFile: string;
  /** Those that are trusted besides, while this one takes their place; they sign nothing any more. */
  readonly older: readonly X509Certificate[];
  /** How it came about in this run. */
  readonly action: "made" | "kept";
  readonly reason: string;
}

/**
 * The authority of `folder`, made if there is none. What is there is never overwritten: `ca.crt` without its key, with
 * another's key or past its life is for a person to decide on.
 * @throws AppError FAILED_PRECONDITION TLS_SETUP naming the fault and the way out; nothing has been touched then.
 */
export async function openAuthority(folder: string, now: TimeMs): Promise<Authority> {
  const certFile = join(folder, "ca.crt");
  const keyFile = join(folder, "ca.key");
  const hadCertificate = existsSync(certFile); // first: a run beside this one writes the key before the certificate
  const hadKey = existsSync(keyFile);
  if (hadCertificate && !hadKey)
    throw refusal(`${keyFile} is missing, so nothing can be issued by ${certFile}`, [certFile], restore(keyFile));
  if (!hadKey) await createFile(keyFile, newKey(), KEY_MODE);
  const key = readAuthorityKey(keyFile, certFile);
  if (!hadCertificate) await createAuthorityCertificate(certFile, keyFile, key, now);
  const { certificate, older } = readAuthorityCertificates(certFile, keyFile, key, now);
  const closed = closeKeyFile(keyFile);
  return { certFile, keyFile, certificate, older, ...reasonFor(hadCertificate, hadKey, closed) };
}

function reasonFor(hadCertificate: boolean, hadKey: boolean, closed: boolean): Pick<Authority, "action" | "reason"> {
  if (!hadCertificate) return { action: "made", reason: hadKey ? "from the ca.key that was there" : "there was none" };
  return { action: "kept", reason: closed ? "fine; its key was open to other users and is closed now" : "fine" };
}

async function createAuthorityCertificate(
  certFile: string,
  keyFile: string,
  key: KeyObject,
  now: TimeMs,
): Promise<void> {
  await createFile(certFile, await signAuthority(keyFile, key, now), CERTIFICATE_MODE);
}

/**
 * An authority's own certificate (PEM). The name follows from the key: a certificate made again from the same key goes on vouching for
 * the same leaves.
 */
export async function signAuthority(keyFile: string, key: KeyObject, now: TimeMs): Promise<string> {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const keyId = createHash("sha256").update(publicKey).digest("hex").slice(0, 8);
  return signCertificate(authorityProfile(keyId, now), keyFile);
}

function readAuthorityKey(keyFile: string, certFile: string): KeyObject {
  const key = readKeyFile(keyFile);
  if (key === undefined)
    throw refusal(`${keyFile} holds no private key in PEM without a passphrase`, [keyFile, certFile], restore(keyFile));
  return key;
}

function readAuthorityCertificates(
  certFile: string,
  keyFile: string,
  key: KeyObject,
  now: TimeMs,
): Pick<Authority, "certificate" | "older"> {
  const certificates = parseCertificates(certFile);
  const certificate = certificates.find((one) => one.checkPrivateKey(key));
  if (certificate === undefined)
    throw refusal(`${keyFile} is not the key of ${certFile}`, [certFile], restore(keyFile));
  if (!certificate.ca) throw refusal(`${certFile} is no authority (CA:TRUE is missing)`, [certFile], restore(certFile));
  const fault = dateFault(certificate, now);
  if (fault === undefined) return { certificate, older: certificates.filter((one) => one !== certificate) };
  throw refusal(`${certFile} ${fault}`, [certFile], now < certificate.validFromDate.getTime() ? SET_CLOCK : undefined);
}

function parseCertificates(certFile: string): X509Certificate[] {
  try {
    const certificates = certificatesFromPem(readFileSync(certFile, "latin1"));
    if (certificates.length > 0) return certificates;
  } catch {
    // told below, together with the file that holds no certificate at all
  }
  throw refusal(`${certFile} holds no certificate that can be read`, [certFile], restore(certFile));
}

function restore(file: string): string {
  return `restore ${file} from a backup`;
}

/** `betterWay` comes before the way that always works: to begin again. */
function refusal(message: string, toMove: readonly string[], betterWay?: string): AppError {
  const moves = toMove
    .filter((file) => existsSync(file))
    .map((file) => `mv ${file} ${file}.old`)
    .join(" && ");
  const hint = `${betterWay === undefined ? "" : `${betterWay}, or `}begin with a new authority: ${moves} && make certs`;
  return new AppError("FAILED_PRECONDITION", "TLS_SETUP", message, { hint });
}
