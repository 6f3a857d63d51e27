import { X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import { renderDate } from "./render-date.ts";
import type { Revocation, RevocationList } from "./revocation-list.ts";

/** What of a peer's certificate can change after the handshake: whether it is believed, and its time. */
export type LivingCertificate = Pick<PeerCertificate, "serialNumber" | "valid_to">;

/**
 * Why a peer whose handshake was good is not to be heard any more: an AppError UNAUTHENTICATED CERTIFICATE_REVOKED or
 * CERTIFICATE_EXPIRED; null while all is well. TLS itself asks only once, at the beginning.
 */
export function peerFault(certificate: LivingCertificate, revoked: RevocationList, now: TimeMs): AppError | null {
  const revocation = revoked.find(certificate.serialNumber);
  if (revocation !== undefined) {
    const text = `the certificate with the serial number ${revocation.serial} ${revokedText(revocation)}`;
    return new AppError("UNAUTHENTICATED", "CERTIFICATE_REVOKED", text, { hint: "./bell certs renew" });
  }
  const notAfter = Date.parse(certificate.valid_to);
  if (now <= notAfter) return null;
  const text = `the certificate expired on ${renderDate(notAfter)}`;
  return new AppError("UNAUTHENTICATED", "CERTIFICATE_EXPIRED", text, { hint: "make certs" });
}

/** `was revoked on 2026-11-22 15:00 UTC: stolen`, the end of a sentence about a certificate. */
export function revokedText({ time, reason }: Revocation): string {
  return `was revoked on ${renderDate(time)}${reason === "" ? "" : `: ${reason}`}`;
}

/** The same of a certificate's bytes (DER). */
export function livingCertificate(raw: Buffer): LivingCertificate {
  const { serialNumber, validTo } = new X509Certificate(raw);
  return { serialNumber, valid_to: validTo };
}
