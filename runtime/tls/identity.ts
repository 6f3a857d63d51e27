// Who a peer is comes from its certificate alone: one URI among its alternative names, spiffe://tickerbell/ROLE/NAME. TLS
// has checked the chain before; it accepts a certificate with no such name, with two, or one that may sign others.
import { X509Certificate } from "node:crypto";
import { AppError } from "../../domain/error.ts";
import { ROLES, type Peer, type Role } from "../../domain/role.ts";
import { readCertificateExtensions, type CertificateExtensions } from "./certificate-extensions.ts";
import { DerError } from "./der.ts";

const TRUST_DOMAIN = "tickerbell";
const PREFIX = "spiffe://";
const NAME_PATTERN = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/; // safe in a URI, a file name, a host name and a log line
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

/** The URI that names a role's certificate. */
export function identityUri(peer: Peer): string {
  return `${PREFIX}${TRUST_DOMAIN}/${peer.role}/${peer.name}`;
}

/** Whether a text can be the NAME of an identity: 1 to 63 of a-z, 0-9, dot, hyphen and underscore. */
export function isPeerName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

/**
 * The role and name in a certificate (DER, as TLS hands it over), whose chain and dates TLS has checked already.
 * @throws AppError UNAUTHENTICATED CERTIFICATE_IDENTITY saying what is wrong with it.
 */
export function peerFromCertificate(certificate: Buffer | X509Certificate): Peer {
  const identity = identityOf(certificate);
  if (typeof identity !== "string") return identity;
  throw new AppError(
    "UNAUTHENTICATED",
    "CERTIFICATE_IDENTITY",
    `the certificate proves no identity here: ${identity}`,
    {
      hint: "make certs",
    },
  );
}

/** The same without throwing: the peer, or the fault as a clause that begins with `it` or `its`. */
export function identityOf(certificate: Buffer | X509Certificate): Peer | string {
  try {
    const raw = certificate instanceof X509Certificate ? certificate.raw : certificate;
    return identityFromExtensions(readCertificateExtensions(raw));
  } catch (error) {
    if (error instanceof DerError) return `it cannot be read: ${error.message}`;
    throw error;
  }
}

function identityFromExtensions(extensions: CertificateExtensions): Peer | string {
  if (extensions.isAuthority) return "it is a certificate authority (CA:TRUE), not a leaf";
  if (extensions.signsCertificates) return "its key usage allows it to sign certificates (keyCertSign)";
  if (extensions.signsRevocationLists) return "its key usage allows it to sign revocation lists (cRLSign)";
  const peer = peerFromUris(extensions.uris);
  if (typeof peer === "string") return peer;
  const [usage, words] = peer.role === "server" ? [SERVER_AUTH, "serverAuth"] : [CLIENT_AUTH, "clientAuth"];
  if (extensions.extendedKeyUsages.includes(usage)) return peer;
  return `its extended key usage lacks ${words}, which the role ${peer.role} needs`;
}

function peerFromUris(uris: readonly string[]): Peer | string {
  const [uri, ...others] = uris;
  if (uri === undefined)
    return `it has no URI among its alternative names; one is needed: ${PREFIX}${TRUST_DOMAIN}/ROLE/NAME`;
  if (others.length > 0) return `it has ${uris.length} URIs among its alternative names; exactly one is allowed`;
  if (!uri.startsWith(PREFIX)) return `its URI ${quote(uri)} does not begin with ${PREFIX}`;
  const [domain, role, name, ...rest] = uri.slice(PREFIX.length).split("/");
  if (domain !== TRUST_DOMAIN) return `its trust domain is ${quote(domain ?? "")}, not ${quote(TRUST_DOMAIN)}`;
  if (!isRole(role)) return `its role ${quote(role ?? "")} is unknown; known are ${ROLES.join(", ")}`;
  if (name !== undefined && rest.length === 0 && isPeerName(name)) return { role, name };
  return `its URI ${quote(uri)} is not ${PREFIX}${TRUST_DOMAIN}/${role}/NAME with a plain NAME`;
}

function isRole(text: string | undefined): text is Role {
  return (ROLES as readonly (string | undefined)[]).includes(text);
}

/** A stranger wrote this text: it is escaped and cut before it reaches a log line or a terminal. */
function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text).replace(/[\u007f-\u009f]/g, "?");
}
