import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Address } from "../../runtime/config/setting-types.ts";
import { identityOf } from "../../runtime/tls/identity.ts";
import { TLS_VERSION } from "../../runtime/tls/tls-version.ts";

/** `refused`: nobody listens; `unknown`: no such host; `silent`: no connection comes about; `connected`: somebody listens. */
export type TcpLook = "refused" | "unknown" | "silent" | "connected";

/** So much is read of what another program says; more is not needed to know who it is. */
const READ_MAX = 4_096;

/** Whether anybody listens there at all. Never rejects. */
export function lookAtTcp({ host, port }: Address, limitMs: number): Promise<TcpLook> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (look: TcpLook): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(look);
    };
    const timer = setTimeout(() => end("silent"), limitMs);
    socket.once("connect", () => end("connected"));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => end(lookOf(code)));
  });
}

function lookOf(code: string | undefined): TcpLook {
  if (code === "ECONNREFUSED") return "refused";
  return code === "ENOTFOUND" || code === "EAI_AGAIN" ? "unknown" : "silent";
}

/** The beginning of what whoever listens there says, after it was told `question`; empty: nothing. Never rejects. */
export function listenTo(
  { host, port }: Address,
  question: string,
  isEnough: RegExp,
  limitMs: number,
): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect({ host, port });
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard);
    };
    const timer = setTimeout(end, limitMs);
    socket.once("connect", () => {
      if (question !== "") socket.write(question);
    });
    socket.on("data", (bytes: Buffer) => {
      heard += bytes.toString("latin1");
      if (isEnough.test(heard) || heard.length > READ_MAX) end();
    });
    socket.on("error", end).on("end", end);
  });
}

/** Whether whoever listens there shows the certificate of a Tickerbell server, whoever issued it. Never rejects. */
export function showsServerCertificate({ host, port }: Address, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ host, port, ...TLS_VERSION, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
    const end = (isServer: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isServer);
    };
    const timer = setTimeout(() => end(false), limitMs);
    socket.once("secureConnect", () => {
      const certificate = socket.getPeerX509Certificate();
      const identity = certificate === undefined ? "none" : identityOf(certificate);
      end(typeof identity !== "string" && identity.role === "server");
    });
    socket.on("error", () => end(false)).on("end", () => end(false));
  });
}
