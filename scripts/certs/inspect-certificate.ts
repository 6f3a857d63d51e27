import type { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { ROLES } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import { dateFault, identityFault, isIssuedBy } from "../../runtime/tls/certificate-faults.ts";
import { readCertificateExtensions, type CertificateExtensions } from "../../runtime/tls/certificate-extensions.ts";
import { DerError } from "../../runtime/tls/der.ts";
import { revokedText } from "../../runtime/tls/peer-fault.ts";
import { certificatesFromPem } from "../../runtime/tls/pem.ts";
import { readRevocationFile } from "../../runtime/tls/revocation-file.ts";
import { REVOCATION_FILE_NAME } from "../../runtime/tls/revocation-list.ts";
import { plainSerial } from "../../runtime/tls/serial.ts";
import { readKeyFile } from "./key-file.ts";
import { namesOf } from "./server-names.ts";

const USAGES: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.1": "serverAuth",
  "1.3.6.1.5.5.7.3.2": "clientAuth",
};

/** What a certificate says, and what is wrong with it. */
export interface InspectedCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: TimeMs;
  readonly notAfter: TimeMs;
  readonly isAuthority: boolean;
  /** Its URIs, which say who it is for. */
  readonly uris: readonly string[];
  /** The host names and addresses that it bears. */
  readonly hosts: readonly string[];
  readonly usages: readonly string[];
  /** `ec prime256v1`, `rsa 2048`. */
  readonly key: string;
  /** SHA-256 of the whole. */
  readonly fingerprint: string;
  /** Each the end of a sentence about the certificate; empty: it would be believed here. */
  readonly faults: readonly string[];
}

export interface InspectOptions {
  readonly file: string;
  /** The folder whose authority and list of revoked certificates it is held against. */
  readonly folder: string;
  readonly now: TimeMs;
}

/** Every certificate in a file. Throws AppError FAILED_PRECONDITION TLS_SETUP when there is none that can be read. */
export function inspectCertificates({ file, folder, now }: InspectOptions): InspectedCertificate[] {
  const certificates = readCertificates(file);
  if (certificates.length === 0) throw unreadable(file, "holds no certificate in PEM");
  return certificates.map((certificate, at) => {
    const faults = [...faultsOf(certificate, folder, now), at === 0 ? keyFault(certificate, file) : undefined];
    return { ...factsOf(certificate), faults: faults.filter((fault) => fault !== undefined) };
  });
}

function factsOf(certificate: X509Certificate): Omit<InspectedCertificate, "faults"> {
  const { uris, extendedKeyUsages } = extensionsOf(certificate);
  const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details } = certificate.publicKey;
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serial: plainSerial(certificate.serialNumber) ?? "",
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    isAuthority: certificate.ca,
    uris,
    hosts: namesOf(certificate),
    usages: extendedKeyUsages.map((oid) => USAGES[oid] ?? oid),
    key: `${type} ${details?.namedCurve ?? details?.modulusLength ?? ""}`.trim(),
    fingerprint: certificate.fingerprint256,
  };
}

function faultsOf(certificate: X509Certificate, folder: string, now: TimeMs): (string | undefined)[] {
  const revoked = readRevocationFile(join(folder, REVOCATION_FILE_NAME));
  const revocation = typeof revoked === "string" ? undefined : revoked.find(certificate.serialNumber);
  return [
    dateFault(certificate, now),
    ...(certificate.ca ? [] : [identityFault(certificate, ROLES), authorityFault(certificate, join(folder, "ca.crt"))]),
    revocation === undefined ? undefined : revokedText(revocation),
    typeof revoked === "string" ? `cannot be held against ${REVOCATION_FILE_NAME}, which ${revoked}` : undefined,
  ];
}

function authorityFault(certificate: X509Certificate, caFile: string): string | undefined {
  if (!existsSync(caFile)) return undefined;
  let authorities: X509Certificate[] = [];
  try {
    authorities = certificatesFromPem(readFileSync(caFile, "latin1"));
  } catch {
    return `cannot be held against ${caFile}, which cannot be read`;
  }
  return isIssuedBy(certificate, authorities) ? undefined : `was issued by another authority than ${caFile}`;
}

/** The key that bears the file's name beside it, if there is one; it is the key of the first certificate in the file. */
function keyFault(certificate: X509Certificate, file: string): string | undefined {
  const keyFile = file.replace(/\.crt$/, ".key");
  if (keyFile === file || !existsSync(keyFile)) return undefined;
  const key = readKeyFile(keyFile);
  if (key === undefined) return `its key ${keyFile} cannot be read`;
  return certificate.checkPrivateKey(key) ? undefined : `${keyFile} is another certificate's key`;
}

function extensionsOf(certificate: X509Certificate): Pick<CertificateExtensions, "uris" | "extendedKeyUsages"> {
  try {
    return readCertificateExtensions(certificate.raw);
  } catch (error) {
    if (error instanceof DerError) return { uris: [], extendedKeyUsages: [] }; // the identity's fault tells it
    throw error;
  }
}

function readCertificates(file: string): X509Certificate[] {
  let text: string;
  try {
    text = readFileSync(file, "latin1");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw unreadable(file, code === "ENOENT" ? "is missing" : `cannot be read (${code})`);
  }
  try {
    return certificatesFromPem(text);
  } catch {
    throw unreadable(file, "holds a certificate that cannot be read");
  }
}

function unreadable(file: string, fault: string): AppError {
  return new AppError("FAILED_PRECONDITION", "TLS_SETUP", `${file} ${fault}`, { hint: "./bell certs status" });
}

function oneLine(name: string): string {
  return name.replaceAll("\n", ", ");
}
