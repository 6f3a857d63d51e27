import type { KeyObject, X509Certificate } from "node:crypto";
import { AppError } from "../../domain/error.ts";
import type { Role } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import { peerFromCertificate } from "./identity.ts";
import { renderDate } from "./render-date.ts";

/** Why `certificate` is not in force at `now`, as the end of a sentence; undefined when it is. */
export function dateFault(certificate: X509Certificate, now: TimeMs): string | undefined {
  const { validFromDate, validToDate } = certificate;
  if (now > validToDate.getTime()) return `expired on ${renderDate(validToDate.getTime())}`;
  if (now < validFromDate.getTime())
    return `is not valid before ${renderDate(validFromDate.getTime())}; is this machine's clock right?`;
  return undefined;
}

/** Whether one of `authorities` signed `certificate`: by name, key identifier and signature. */
export function isIssuedBy(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  return authorities.some((authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
}

/** Why `certificate` does not serve a process of one of `roles`, as the end of a sentence; undefined when it does. */
export function identityFault(certificate: X509Certificate, roles: readonly Role[]): string | undefined {
  try {
    const peer = peerFromCertificate(certificate);
    return roles.includes(peer.role)
      ? undefined
      : `is for the role ${peer.role}, but ${roles.join(" or ")} is needed here`;
  } catch (error) {
    if (error instanceof AppError) return `cannot be used: ${error.message}`;
    throw error;
  }
}

/** Why `key` does not serve `certificate`, as the end of a sentence; undefined when it does. */
export function keyFault(certificate: X509Certificate, key: KeyObject): string | undefined {
  return certificate.checkPrivateKey(key) ? undefined : "is not the key of this certificate";
}
