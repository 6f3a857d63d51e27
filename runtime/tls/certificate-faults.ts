import type { X509Certificate } from "node:crypto";
import type { Role } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import { identityOf } from "./identity.ts";
import { renderDate } from "./render-date.ts";

/** Why `certificate` is not in force at `now`, as the end of a sentence; undefined when it is. */
export function dateFault(certificate: X509Certificate, now: TimeMs): string | undefined {
  const { validFromDate, validToDate } = certificate;
  if (now > validToDate.getTime()) return `expired on ${renderDate(validToDate.getTime())}`;
  if (now < validFromDate.getTime())
    return `is not valid before ${renderDate(validFromDate.getTime())}; is this machine's clock right?`;
  return undefined;
}

/** Why `certificate` can vouch for nobody at `now`, as the end of a sentence; undefined when it can. */
export function authorityFault(certificate: X509Certificate, now: TimeMs): string | undefined {
  return certificate.ca ? dateFault(certificate, now) : "is no authority (CA:TRUE is missing)";
}

/** Whether one of `authorities` signed `certificate`: by name, key identifier and signature. */
export function isIssuedBy(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  return authorities.some((authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
}

/** Why `certificate` does not serve a process of one of `roles`, as the end of a sentence; undefined when it does. */
export function identityFault(certificate: Buffer | X509Certificate, roles: readonly Role[]): string | undefined {
  const identity = identityOf(certificate);
  if (typeof identity === "string") return `proves no identity here: ${identity}`;
  return roles.includes(identity.role)
    ? undefined
    : `is for the role ${identity.role}, but ${roles.join(" or ")} is needed here`;
}
