import { expect } from "chai";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { lookAtTcp } from "./look-at-tcp.ts";

const LIMIT_MS = 20;

describe("lookAtTcp()", () => {
  it("hears a port that answered in time, though this program was too busy to hear it then", async () => {
    const listener = createServer((socket) => socket.destroy());
    await once(listener.listen(0, "127.0.0.1"), "listening");
    try {
      const look = lookAtTcp({ host: "127.0.0.1", port: (listener.address() as AddressInfo).port }, LIMIT_MS);
      await new Promise((resolve) => process.nextTick(resolve)); // the connection is on its way
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * LIMIT_MS); // as loading a program halts it
      expect(await look).to.equal("connected");
    } finally {
      listener.close();
    }
  });
});
