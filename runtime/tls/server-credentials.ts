import { ServerCredentials } from "@grpc/grpc-js";
import { connectionOptions } from "../grpc/server-options.ts";
import type { CredentialFiles } from "./credential-files.ts";
import { TLS_VERSION } from "./tls-version.ts";

/**
 * Mutual TLS for a gRPC server: a client without a certificate of our authority does not get through the handshake. Who the
 * client is, `peerFromCertificate` says afterwards, for TLS accepts any leaf of the authority.
 */
export function serverCredentials(files: CredentialFiles): MutualTlsServerCredentials {
  return new MutualTlsServerCredentials(files);
}

/** grpc-js's own `createSsl` takes no TLS version; its base class hands on whatever node:tls and node:http2 take. */
export class MutualTlsServerCredentials extends ServerCredentials {
  constructor(files: CredentialFiles) {
    const options = { requestCert: true, rejectUnauthorized: true, ...connectionOptions, ...TLS_VERSION };
    super(options, contextOf(files));
  }

  /** Shows these files from the next handshake on, and trusts their authorities. Connections that are open go on. */
  replace(files: CredentialFiles): void {
    this.updateSecureContextOptions(contextOf(files));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function contextOf({ ca, cert, key }: CredentialFiles) {
  return { ca, cert, key, ...TLS_VERSION };
}
