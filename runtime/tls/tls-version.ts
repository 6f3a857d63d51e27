/** The only version spoken, on every connection between processes, as node:tls takes it. */
export const TLS_VERSION = { minVersion: "TLSv1.3", maxVersion: "TLSv1.3" } as const;
