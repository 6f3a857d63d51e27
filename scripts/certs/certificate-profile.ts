import { isIP } from "node:net";
import type { Peer } from "../../domain/role.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { identityUri } from "../../runtime/tls/identity.ts";

/** What a certificate is to say: its subject's common name, the lines of its extensions, its life. */
export interface CertificateProfile {
  readonly commonName: string;
  readonly extensions: readonly string[];
  readonly notBefore: TimeMs;
  readonly notAfter: TimeMs;
}

/** Under which names a client may always look for the server. */
export const SERVER_HOSTS = ["localhost", "server"] as const;
export const SERVER_ADDRESSES = ["127.0.0.1", "::1"] as const;

const AUTHORITY_DAYS = 3_650;
const CLOCK_SKEW_MS = 5 * MINUTE_MS; // so that a peer whose clock is a little behind accepts a new certificate at once

/** An authority that may sign leaves and nothing else. `keyId` keeps two authorities' names apart. */
export function authorityProfile(keyId: string, now: TimeMs): CertificateProfile {
  return {
    commonName: `Tickerbell CA ${keyId}`,
    extensions: [
      "basicConstraints = critical, CA:TRUE, pathlen:0",
      "keyUsage = critical, keyCertSign, cRLSign",
      "subjectKeyIdentifier = hash",
    ],
    notBefore: now - CLOCK_SKEW_MS,
    notAfter: now + AUTHORITY_DAYS * DAY_MS,
  };
}

/**
 * A role's leaf, valid for `days` but never longer than its authority, whose life ends at `notAfter`. `hosts` are the names and
 * addresses under which the server is looked for; other roles have none.
 */
export function leafProfile(
  peer: Peer,
  life: { now: TimeMs; days: number; notAfter: TimeMs },
  hosts: readonly string[],
): CertificateProfile {
  return {
    commonName: `tickerbell ${peer.role} ${peer.name}`,
    extensions: leafExtensions(
      [`URI:${identityUri(peer)}`, ...(peer.role === "server" ? hosts.map(alternativeName) : [])],
      peer.role === "server" ? "serverAuth" : "clientAuth",
    ),
    notBefore: life.now - CLOCK_SKEW_MS,
    notAfter: Math.min(life.now + life.days * DAY_MS, life.notAfter),
  };
}

/** The extensions of any leaf; `names` are openssl's spelling of alternative names. */
export function leafExtensions(names: readonly string[], usage: string): string[] {
  return [
    "basicConstraints = critical, CA:FALSE",
    "keyUsage = critical, digitalSignature",
    `extendedKeyUsage = ${usage}`,
    `subjectAltName = ${names.join(", ")}`,
    "subjectKeyIdentifier = hash",
    "authorityKeyIdentifier = keyid:always",
  ];
}

/** openssl's spelling. */
function alternativeName(host: string): string {
  return isIP(host) === 0 ? `DNS:${host}` : `IP:${host}`;
}
