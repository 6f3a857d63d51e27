import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { AppError } from "../../domain/error.ts";
import { SERVER_ADDRESSES, SERVER_HOSTS } from "./certificate-profile.ts";

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Host names and IP addresses as a certificate bears them; throws AppError INVALID_ARGUMENT for a word that is neither. */
export function checkServerNames(words: readonly string[]): string[] {
  const names = words.map((word) => word.toLowerCase());
  const bad = names.find((name) => isIP(name) === 0 && (!HOST.test(name) || /^[\d.]+$/.test(name)));
  if (bad === undefined) return names;
  const mend = "such as bell.example.com or 192.0.2.7, separated by commas";
  throw AppError.invalidField("hosts", "FIELD_INVALID", `"${bad}" is neither a host name nor an IP address`, mend);
}

/** Under which names and addresses the server is to be found: those it always has, and `more`. */
export function serverNames(more: readonly string[]): string[] {
  return [...new Set([...SERVER_HOSTS, ...SERVER_ADDRESSES, ...more])];
}

/** Whether a certificate bears the name or address. */
export function bearsName(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

/** The host names and addresses that a certificate bears, so that its successor is found under the same. */
export function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  const entries = subjectAltName.matchAll(/(?:DNS|IP Address):([^,"]+)/g);
  return [...entries].map(([, name = ""]) => (isIP(name) === 6 ? shortIpv6(name) : name.toLowerCase()));
}

/** Node spells out all eight groups; people and openssl do not. */
function shortIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
