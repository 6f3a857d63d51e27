/**
 * The only version spoken, on every connection between processes, as node:tls takes it; and the groups that both sides may agree on, for
 * OpenSSL's own list begins as weak as 112 bits.
 */
export const TLS_VERSION = { minVersion: "TLSv1.3", maxVersion: "TLSv1.3", ecdhCurve: "X25519:P-256:P-384" } as const;
