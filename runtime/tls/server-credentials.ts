import { ServerCredentials } from "@grpc/grpc-js";
import { connectionOptions } from "../grpc/server-options.ts";
import type { CredentialFiles } from "./credential-files.ts";
import { TLS_VERSION } from "./tls-version.ts";

/**
 * Mutual TLS for a gRPC server: a client without a certificate of our authority does not get through the handshake. Who the
 * client is, `peerFromCertificate` says afterwards, for TLS accepts any leaf of the authority.
 */
export function serverCredentials(files: CredentialFiles): ServerCredentials {
  return new MutualTlsServerCredentials(files);
}

/** grpc-js's own `createSsl` takes no TLS version; its base class hands on whatever node:tls and node:http2 take. */
class MutualTlsServerCredentials extends ServerCredentials {
  constructor({ ca, cert, key }: CredentialFiles) {
    const context = { ca, cert, key, ...TLS_VERSION };
    const options = { requestCert: true, rejectUnauthorized: true, ...connectionOptions, ...TLS_VERSION };
    super(options, context);
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}
