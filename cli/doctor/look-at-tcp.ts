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
    const timer = setTimeout(() => setImmediate(() => end("silent")), limitMs); // what came while this program was busy is heard first
    socket.once("connect", () => end("connected"));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => end(lookOf(code)));
  });
}

function lookOf(code: string | undefined): TcpLook {
  if (code === "ECONNREFUSED") return "refused";
  return code === "ENOTFOUND" || code === "EAI_AGAIN" ? "unknown" : "silent";
}

/** Whether whoever listens somewhere is one of ours. `mute`: it says nothing, as another program may, or ours that hangs. */
export type SpeakerLook = "ours" | "another" | "mute";

/** Whether whoever listens there says `ours` at its beginning, after it was told `question`. Never rejects. */
export function hear({ host, port }: Address, question: string, ours: RegExp, limitMs: number): Promise<SpeakerLook> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect({ host, port });
    const end = (look: SpeakerLook): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(look);
    };
    const timer = setTimeout(() => end(heard === "" ? "mute" : "another"), limitMs);
    socket.once("connect", () => {
      if (question !== "") socket.write(question);
    });
    socket.on("data", (bytes: Buffer) => {
      heard += bytes.toString("latin1");
      if (ours.test(heard)) end("ours");
      else if (heard.length > READ_MAX) end("another");
    });
    socket.on("error", () => end("another")).on("end", () => end("another"));
  });
}

/** Whether whoever listens there shows the certificate of a Tickerbell server, whoever issued it. Never rejects. */
export function seeCertificate({ host, port }: Address, limitMs: number): Promise<SpeakerLook> {
  return new Promise((resolve) => {
    const socket = connectTls({ host, port, ...TLS_VERSION, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
    const end = (look: SpeakerLook): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(look);
    };
    const timer = setTimeout(() => end("mute"), limitMs);
    socket.once("secureConnect", () => {
      const certificate = socket.getPeerX509Certificate();
      const identity = certificate === undefined ? "none" : identityOf(certificate);
      end(typeof identity !== "string" && identity.role === "server" ? "ours" : "another");
    });
    socket.on("error", () => end("another")).on("end", () => end("another"));
  });
}
