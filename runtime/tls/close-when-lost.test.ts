import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { Worker } from "node:worker_threads";
import { doNothingForMs } from "../../test/support/do-nothing.ts";
import { eventually } from "../../test/support/eventually.ts";
import { sharedCertificates, uncheckedFiles } from "../../test/support/shared-certificates.ts";
import { closeWhenLost } from "./close-when-lost.ts";

/** Takes some of what is sent, lets the client send more, and resets every connection a moment later. */
const RESETTING_SERVER = `
  const { createSecureServer } = require("node:http2");
  const { createServer } = require("node:net");
  const { parentPort, workerData } = require("node:worker_threads");
  const sockets = [];
  const http2 = createSecureServer(workerData);
  http2.on("session", (session) => session.on("error", () => undefined));
  http2.on("stream", (stream) => {
    stream.on("error", () => undefined).once("data", () => undefined);
    stream.on("data", () => setTimeout(() => sockets.splice(0).forEach((socket) => socket.resetAndDestroy()), 50));
  });
  const tcp = createServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
    http2.emit("connection", socket);
  });
  tcp.listen(0, "127.0.0.1", () => parentPort.postMessage(tcp.address().port));`;

describe("a connection that is reset during a write", () => {
  let server: Worker;
  let socket: TLSSocket;
  beforeEach(async () => {
    const { ca, cert, key } = uncheckedFiles((await sharedCertificates()).files("server"));
    server = new Worker(RESETTING_SERVER, { eval: true, workerData: { cert: cert.toString(), key: key.toString() } });
    const [port] = (await once(server, "message")) as [number];
    socket = connectTls({ port, host: "localhost", ca, ALPNProtocols: ["h2"] });
    await once(socket, "secureConnect");
  });
  afterEach(async () => {
    socket.destroy();
    await server.terminate();
  });

  it("ends, and so do the session and the call on it", async () => {
    closeWhenLost(socket);
    const session = connectHttp2("https://localhost", { createConnection: () => socket });
    const call = session.request({ ":method": "POST" });
    for (const emitter of [session, call]) emitter.on("error", () => undefined);
    call.write(Buffer.alloc(1_000_000)); // more than the server takes unread
    await once(session, "connect");
    await new Promise(setImmediate); // so much is on its way
    doNothingForMs(400);
    await eventually("the call has ended", () => call.closed && session.closed && socket.destroyed);
  });
});
