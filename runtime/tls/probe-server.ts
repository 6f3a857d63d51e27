import type { X509Certificate } from "node:crypto";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { HostPort } from "./parse-target.ts";
import { TLS_VERSION } from "./tls-version.ts";

/** What one look at a server found. */
export interface ProbeResult {
  /** `no-address`: the name is unknown; `refused`: nobody listens; `no-answer`: silence; `not-tls`: it speaks no TLS 1.3. */
  readonly outcome: "no-address" | "refused" | "no-answer" | "not-tls" | "rejected" | "accepted";
  /** What the server showed, if it came to that. */
  readonly certificate?: X509Certificate | undefined;
  /** node's word for what went wrong, if something did. */
  readonly errorCode?: string | undefined;
}

const TIMEOUT_MS = 2_000;

/**
 * Connects once, trusting nobody, shows our certificate and waits for the server's first bytes: an HTTP/2 server speaks at
 * once if it takes the certificate and hangs up if it does not. Sends nothing, never throws, takes at most two seconds.
 */
export function probeServer(
  target: HostPort,
  own: { readonly cert: Buffer; readonly key: Buffer },
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const options: ConnectionOptions = {
      ...target,
      ...own,
      ...TLS_VERSION,
      rejectUnauthorized: false,
      ALPNProtocols: ["h2"],
    };
    const socket = connect(options);
    let certificate: X509Certificate | undefined;
    const finish = (outcome: ProbeResult["outcome"], errorCode?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ outcome, certificate, errorCode });
    };
    const timer = setTimeout(() => finish("no-answer"), TIMEOUT_MS);
    socket.once("secureConnect", () => void (certificate = peerCertificateOf(socket)));
    socket.once("data", () => finish("accepted"));
    socket.once("close", () => finish(certificate === undefined ? "not-tls" : "rejected"));
    socket.on("error", (error: NodeJS.ErrnoException) => finish(outcomeOf(error, certificate), error.code));
  });
}

function peerCertificateOf(socket: TLSSocket): X509Certificate | undefined {
  return socket.getPeerX509Certificate();
}

function outcomeOf(error: NodeJS.ErrnoException, certificate: X509Certificate | undefined): ProbeResult["outcome"] {
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return "no-address";
  if (error.code === "ECONNREFUSED") return "refused";
  if (error.code === "ETIMEDOUT" || error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH") return "no-answer";
  return certificate === undefined && !isCertificateAlert(error.code) ? "not-tls" : "rejected";
}

/** A TLS alert about our certificate: the peer does speak TLS. */
function isCertificateAlert(code: string | undefined): boolean {
  return code !== undefined && /ALERT.*(CERTIFICATE|UNKNOWN_CA)/.test(code);
}
