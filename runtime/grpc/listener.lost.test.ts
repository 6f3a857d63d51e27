import { Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { doNothingForMs } from "../../test/support/do-nothing.ts";
import { eventually } from "../../test/support/eventually.ts";
import { sharedCertificates, uncheckedFiles } from "../../test/support/shared-certificates.ts";
import { createLog } from "../log/log.ts";
import { limits } from "./limits.ts";
import { Listener } from "./listener.ts";

/** Reads what it may without telling the server that it may send more; when asked to, tells it, and resets the connection a moment later. */
const RESETTING_CLIENT = `
  const http2 = require("node:http2");
  const tls = require("node:tls");
  const { parentPort, workerData } = require("node:worker_threads");
  const tcp = require("node:net").connect(workerData.port, "127.0.0.1").on("error", () => undefined);
  const socket = tls.connect({ socket: tcp, ca: workerData.ca, servername: "localhost", ALPNProtocols: ["h2"] }, () => {
    const session = http2.connect("https://localhost", { createConnection: () => socket });
    const headers = { ":method": "POST", ":path": "/test.Test/Tell", "content-type": "application/grpc", te: "trailers" };
    const call = session.on("error", () => undefined).request(headers);
    call.on("error", () => undefined).end(Buffer.alloc(5));
    call.once("response", () => parentPort.postMessage("reads"));
    parentPort.once("message", () => {
      call.on("data", () => undefined);
      setTimeout(() => tcp.resetAndDestroy(), 50);
    });
  });`;

const plain = (bytes: Buffer): Buffer => bytes;
const METHOD = {
  path: "/test.Test/Tell",
  requestStream: false,
  responseStream: true,
  requestSerialize: plain,
  requestDeserialize: plain,
  responseSerialize: plain,
  responseDeserialize: plain,
} as const;

describe("a listener whose client is reset during a write", () => {
  it("ends the call on that connection", async () => {
    const { ca, cert, key } = uncheckedFiles((await sharedCertificates()).files("server"));
    const server = new Server();
    let call: ServerWritableStream<Buffer, Buffer> | undefined;
    server.addService(
      { Tell: METHOD },
      {
        Tell: (begun: ServerWritableStream<Buffer, Buffer>) => {
          call = begun;
          for (let count = 0; count < 20; count += 1) begun.write(Buffer.alloc(100_000));
        },
      },
    );
    const log = createLog("server", "silent");
    const credentials = ServerCredentials.createSsl(null, [{ cert_chain: cert, private_key: key }]);
    const listener = await Listener.open(server, credentials, { host: "127.0.0.1", port: 0 }, limits, log);
    const client = new Worker(RESETTING_CLIENT, { eval: true, workerData: { port: listener.port, ca: ca.toString() } });
    try {
      await once(client, "message");
      client.postMessage("read on");
      doNothingForMs(400);
      await eventually("the call has ended", () => call?.cancelled === true, 5_000);
    } finally {
      await client.terminate();
      listener.cut();
      await listener.stop();
      server.forceShutdown();
    }
  });
});
