// Who a peer is comes from its certificate alone: one URI among its alternative names, spiffe://tickerbell/ROLE/NAME. TLS
// has checked the chain before; it accepts a certificate with no such name, with two, or one that may sign others.
import { X509Certificate } from "node:crypto";
import { AppError } from "../../domain/error.ts";
import { ROLES, type Peer, type Role } from "../../domain/role.ts";
import { readCertificateExtensions, type CertificateExtensions } from "./certificate-extensions.ts";
import { DerError } from "./der.ts";

export const TRUST_DOMAIN = "tickerbell";
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
  const extensions = extensionsOf(certificate);
  if (extensions.isAuthority) throw refusal("it is a certificate authority (CA:TRUE), not a leaf");
  if (extensions.signsCertificates) throw refusal("its key usage allows it to sign certificates (keyCertSign)");
  if (extensions.signsRevocationLists) throw refusal("its key usage allows it to sign revocation lists (cRLSign)");
  const peer = peerFromUris(extensions.uris);
  const [usage, words] = peer.role === "server" ? [SERVER_AUTH, "serverAuth"] : [CLIENT_AUTH, "clientAuth"];
  if (!extensions.extendedKeyUsages.includes(usage))
    throw refusal(`its extended key usage lacks ${words}, which role ${peer.role} needs`);
  return peer;
}

function extensionsOf(certificate: Buffer | X509Certificate): CertificateExtensions {
  try {
    return readCertificateExtensions(certificate instanceof X509Certificate ? certificate.raw : certificate);
  } catch (error) {
    if (error instanceof DerError) throw refusal(`it cannot be read: ${error.message}`, error);
    throw error;
  }
}

function peerFromUris(uris: readonly string[]): Peer {
  const [uri, ...others] = uris;
  if (uri === undefined)
    throw refusal(`it has no URI among its alternative names; one is needed: ${PREFIX}${TRUST_DOMAIN}/ROLE/NAME`);
  if (others.length > 0)
    throw refusal(`it has ${uris.length} URIs among its alternative names; exactly one is allowed`);
  if (!uri.startsWith(PREFIX)) throw refusal(`its URI ${quote(uri)} does not begin with ${PREFIX}`);
  const [domain, role, name, ...rest] = uri.slice(PREFIX.length).split("/");
  if (domain !== TRUST_DOMAIN) throw refusal(`its trust domain is ${quote(domain ?? "")}, not ${quote(TRUST_DOMAIN)}`);
  if (!isRole(role)) throw refusal(`its role ${quote(role ?? "")} is unknown; known are ${ROLES.join(", ")}`);
  if (name === undefined || rest.length > 0 || !isPeerName(name)) {
    throw refusal(`its URI ${quote(uri)} is not ${PREFIX}${TRUST_DOMAIN}/${role}/NAME with a plain NAME`);
  }
  return { role, name };
}

function isRole(text: string | undefined): text is Role {
  return (ROLES as readonly (string | undefined)[]).includes(text);
}

/** A stranger wrote this text: it is escaped and cut before it reaches a log line or a terminal. */
function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text).replace(/[\u007f-\u009f]/g, "?");
}

function refusal(fault: string, cause?: unknown): AppError {
  return new AppError(
    "UNAUTHENTICATED",
    "CERTIFICATE_IDENTITY",
    `the certificate does not say who it is for: ${fault}`,
    {
      hint: "make certs",
      cause,
    },
  );
}
