import type { X509Certificate } from "node:crypto";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { HostPort } from "./parse-target.ts";
import { TLS_VERSION } from "./tls-version.ts";

interface Own {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What one look at a server found. */
export interface ProbeResult {
  /**
   * `no-address`: the name is unknown; `refused`: nobody listens; `no-answer`: no connection comes about; `silent`: one does, and
   * nothing more; `closed`: it hung up without a word; `not-tls`: it speaks no TLS 1.3.
   */
  readonly outcome: "no-address" | "refused" | "no-answer" | "silent" | "closed" | "not-tls" | "rejected" | "accepted";
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
export function probeServer(target: HostPort, own: Own): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const tcp = connectTcp(target); // only what is under TLS counts the bytes of a handshake
    let socket: TLSSocket | undefined;
    let certificate: X509Certificate | undefined;
    const finish = (outcome: ProbeResult["outcome"], errorCode?: string): void => {
      clearTimeout(timer);
      socket?.destroy();
      tcp.destroy();
      resolve({ outcome, certificate, errorCode });
    };
    const fail = ({ code }: NodeJS.ErrnoException): void => finish(outcomeOf(code, certificate, tcp.bytesRead), code);
    const timer = setTimeout(() => finish(tcp.connecting ? "no-answer" : "silent"), TIMEOUT_MS);
    tcp.on("error", fail);
    tcp.once("connect", () => {
      socket = connect(tlsOptions(tcp, target, own));
      socket.once("secureConnect", () => void (certificate = socket?.getPeerX509Certificate()));
      socket.once("data", () => finish("accepted"));
      socket.once("close", () => finish(outcomeOf(undefined, certificate, tcp.bytesRead)));
      socket.on("error", fail);
    });
  });
}

function tlsOptions(socket: Socket, { host }: HostPort, own: Own): ConnectionOptions {
  const servername = isIP(host) === 0 ? host : ""; // TLS names no addresses
  return { socket, servername, ...own, ...TLS_VERSION, rejectUnauthorized: false, ALPNProtocols: ["h2"] };
}

function outcomeOf(
  code: string | undefined,
  certificate: X509Certificate | undefined,
  bytesRead: number,
): ProbeResult["outcome"] {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "no-address";
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "no-answer";
  if (bytesRead === 0) return "closed";
  return certificate === undefined && !isCertificateAlert(code) ? "not-tls" : "rejected";
}

/** A TLS alert about our certificate: the peer does speak TLS. */
function isCertificateAlert(code: string | undefined): boolean {
  return code !== undefined && /ALERT.*(CERTIFICATE|UNKNOWN_CA)/.test(code);
}
