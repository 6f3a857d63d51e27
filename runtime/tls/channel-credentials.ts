import { isIP, type Socket } from "node:net";
import { checkServerIdentity, createSecureContext, TLSSocket, type PeerCertificate } from "node:tls";
import { ChannelCredentials } from "@grpc/grpc-js";
import { closeWhenLost } from "./close-when-lost.ts";
import type { CredentialFiles } from "./credential-files.ts";
import { identityFault } from "./certificate-faults.ts";
import type { LiveCredentials } from "./live-credentials.ts";
import { parseTarget } from "./parse-target.ts";
import { TLS_VERSION } from "./tls-version.ts";

/** Where a channel finds, for each connection anew, what it shows and what it holds against the server. */
export type CredentialSource = Pick<LiveCredentials, "current" | "look" | "faultOf" | "guard">;

/**
 * Mutual TLS for a gRPC channel: the other end must be our authority's, bear the host's name, and be a server. With live credentials
 * each connection shows the files as they are when it is made; those that are open go on.
 */
export function channelCredentials(source: CredentialFiles | CredentialSource): ChannelCredentials {
  return new MutualTlsChannelCredentials("paths" in source ? fixed(source) : source);
}

/** For a program that ends before its files change. */
function fixed(files: CredentialFiles): CredentialSource {
  return { current: files, look: () => undefined, faultOf: () => null, guard: () => undefined };
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

class MutualTlsChannelCredentials extends ChannelCredentials {
  readonly #source: CredentialSource;

  constructor(source: CredentialSource) {
    super();
    this.#source = source;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(...toWhere: ConnectorArguments): Connector {
    return new LiveConnector(this.#source, toWhere);
  }
}

/** grpc-js keeps one of these for as long as it knows an address, and connects with it again and again. */
class LiveConnector implements Connector {
  readonly #source: CredentialSource;
  readonly #toWhere: ConnectorArguments;
  #made: { readonly files: CredentialFiles; readonly connector: Connector };

  constructor(source: CredentialSource, toWhere: ConnectorArguments) {
    this.#source = source;
    this.#toWhere = toWhere;
    this.#made = this.#make();
  }

  async connect(socket: Socket): ReturnType<Connector["connect"]> {
    this.#source.look();
    if (this.#made.files !== this.#source.current) this.#made = this.#make();
    const connected = await this.#made.connector.connect(socket);
    closeWhenLost(socket);
    if (connected.socket instanceof TLSSocket) this.#source.guard(connected.socket);
    return connected;
  }

  waitForReady(): Promise<void> {
    return this.#made.connector.waitForReady();
  }

  getCallCredentials(): ReturnType<Connector["getCallCredentials"]> {
    return this.#made.connector.getCallCredentials();
  }

  destroy(): void {
    this.#made.connector.destroy();
  }

  /**
   * grpc-js announces the host's name to the server (SNI) even if it is an IP address, which TLS forbids and Node warns of
   * on the terminal. For an address this announces `localhost` instead, which no server of ours looks at, and still checks
   * the certificate against the address.
   */
  #make() {
    const files = this.#source.current;
    const [target, options, callCredentials] = this.#toWhere;
    const address = parseTarget(target.path)?.host ?? "";
    const isAddress = isIP(address) !== 0;
    const checkServer = (name: string, certificate: PeerCertificate): Error | undefined =>
      checkServerPeer(isAddress ? address : name, certificate) ?? this.#source.faultOf(certificate) ?? undefined;
    const context = createSecureContext({ ca: files.ca, cert: files.cert, key: files.key, ...TLS_VERSION });
    const credentials = ChannelCredentials.createFromSecureContext(context, { checkServerIdentity: checkServer });
    const named = isAddress ? { ...options, "grpc.ssl_target_name_override": "localhost" } : options;
    return { files, connector: credentials._createSecureConnector(target, named, callCredentials) };
  }
}
