import { isIP } from "node:net";
import { checkServerIdentity, createSecureContext, type PeerCertificate, type SecureContext } from "node:tls";
import { ChannelCredentials } from "@grpc/grpc-js";
import type { CredentialFiles } from "./credential-files.ts";
import { identityFault } from "./certificate-faults.ts";
import { parseTarget } from "./parse-target.ts";
import { TLS_VERSION } from "./tls-version.ts";

/** Mutual TLS for a gRPC channel: the other end must be our authority's, bear the host's name, and be a server. */
export function channelCredentials(files: CredentialFiles): ChannelCredentials {
  return new MutualTlsChannelCredentials(files);
}

/**
 * Why the certificate that `host` showed is not our server's; undefined if it is. Without the role, whoever holds any leaf
 * of the authority that bears the host's name could play the server.
 */
function checkServerPeer(host: string, certificate: PeerCertificate): Error | undefined {
  const hostFault = checkServerIdentity(host, certificate);
  if (hostFault !== undefined) return hostFault;
  const fault = identityFault(certificate.raw, ["server"]);
  return fault === undefined ? undefined : new Error(`the certificate of ${host} ${fault}`);
}

type ConnectorArguments = Parameters<ChannelCredentials["_createSecureConnector"]>;
type Connector = ReturnType<ChannelCredentials["_createSecureConnector"]>;

/**
 * grpc-js announces the host's name to the server (SNI) even if it is an IP address, which TLS forbids and Node warns of
 * on the terminal. For an address this announces `localhost` instead, which no server of ours looks at, and still checks
 * the certificate against the address.
 */
class MutualTlsChannelCredentials extends ChannelCredentials {
  readonly #context: SecureContext;

  constructor({ ca, cert, key }: CredentialFiles) {
    super();
    this.#context = createSecureContext({ ca, cert, key, ...TLS_VERSION });
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(...[target, options, callCredentials]: ConnectorArguments): Connector {
    const address = parseTarget(target.path)?.host ?? "";
    if (isIP(address) === 0)
      return this.#checking(checkServerPeer)._createSecureConnector(target, options, callCredentials);
    const credentials = this.#checking((_name, certificate) => checkServerPeer(address, certificate));
    const named = { ...options, "grpc.ssl_target_name_override": "localhost" };
    return credentials._createSecureConnector(target, named, callCredentials);
  }

  #checking(checkServerIdentity: typeof checkServerPeer): ChannelCredentials {
    return ChannelCredentials.createFromSecureContext(this.#context, { checkServerIdentity });
  }
}
