import { X509Certificate } from "node:crypto";

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Every certificate in a PEM text, in its order; throws if one of them cannot be parsed, empty if there is none. */
export function certificatesFromPem(text: string): X509Certificate[] {
  return (text.match(CERTIFICATE_BLOCK) ?? []).map((block) => new X509Certificate(block));
}
