import { Server, ServerCredentials } from "@grpc/grpc-js";
import { expect } from "chai";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { eventually } from "../../test/support/eventually.ts";
import { createLog } from "../log/log.ts";
import { limits as usualLimits, type Limits } from "./limits.ts";
import { Listener } from "./listener.ts";

describe("a listener", () => {
  const log: string[] = [];
  const sockets: Socket[] = [];
  let server: Server;
  let listener: Listener;

  async function open(fewer: Partial<Limits>): Promise<void> {
    const limits = { ...usualLimits, ...fewer };
    server = new Server();
    const lines = createLog("server", "debug", { write: (line: string) => log.push(line) });
    const address = { host: "127.0.0.1", port: 0 };
    listener = await Listener.open(server, ServerCredentials.createInsecure(), address, limits, lines);
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    listener.cut();
    await listener.stop();
    server.forceShutdown();
    log.length = 0;
  });

  /** Connects, and says whether the connection is closed before the server has said a word. */
  async function isRefused(localAddress = "127.0.0.1"): Promise<boolean> {
    const socket = connect({ host: "127.0.0.1", port: listener.port, localAddress });
    sockets.push(socket);
    socket.on("error", () => undefined);
    const [refused, taken] = [once(socket, "close"), once(socket, "data")]; // HTTP/2 begins with the server's settings
    return Promise.race([refused.then(() => true), taken.then(() => false)]);
  }

  it("takes no more from one address than that may have, while there is room for others", async function () {
    if (process.platform !== "linux") this.skip(); // only there is all of 127.* this machine
    await open({ connections: 10, connectionsPerAddress: 2 });
    expect([await isRefused(), await isRefused(), await isRefused(), await isRefused()]).to.deep.equal([
      false,
      false,
      true,
      true,
    ]);
    expect(log.filter((line) => line.includes("too many connections")).length).to.equal(1);
    expect(await isRefused("127.0.0.2")).to.equal(false);
  });

  it("takes another from an address when one of its connections has ended", async () => {
    await open({ connections: 10, connectionsPerAddress: 1 });
    expect([await isRefused(), await isRefused()]).to.deep.equal([false, true]);
    sockets[0]!.destroy();
    await eventually("another is taken", async () => !(await isRefused()));
  });

  it("takes no more in all than it may have, whoever they are from", async function () {
    if (process.platform !== "linux") this.skip();
    await open({ connections: 2, connectionsPerAddress: 2 });
    expect([await isRefused("127.0.0.2"), await isRefused("127.0.0.3")]).to.deep.equal([false, false]);
    expect(await isRefused()).to.equal(true);
  });

  it("takes no more from an address of which too many were cut for what they sent, and goes on with those it has", async function () {
    if (process.platform !== "linux") this.skip();
    await open({ cutsForgiven: 2, cutForgivenMs: 1e9 });
    expect(await isRefused("127.0.0.2")).to.equal(false);
    const [good] = sockets;
    for (let cut = 0; cut < 3; cut += 1) {
      expect(await isRefused("127.0.0.2")).to.equal(false);
      const gone = once(sockets.at(-1)!, "close");
      sockets.at(-1)!.end("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "garbage".repeat(9));
      await gone;
    }
    expect(await isRefused("127.0.0.2")).to.equal(true);
    expect(await isRefused()).to.equal(false);
    expect(good!.closed).to.equal(false);
    expect(log.filter((line) => line.includes("has to wait")).length).to.equal(1);
  });
});
