// The promise: who has no certificate takes no room from those who have one, however many connections he opens.
import { expect } from "chai";
import { connect, type Socket } from "node:net";
import type { AppError } from "../domain/error.ts";
import { QuoteServiceService } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { eventually } from "./support/eventually.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";

describe("connections without a certificate", () => {
  let server: TestServer;
  let isOver = false;
  const sockets = new Set<Socket>();
  let connected = 0;

  before(function () {
    if (process.platform !== "linux") this.skip(); // only there is all of 127.* this machine
  });
  beforeEach(async () => {
    server = await startTestServer();
    isOver = false;
    connected = 0;
  });
  afterEach(async () => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
    await server.close();
  });

  /** One that says nothing, and another as soon as it is cut. */
  function keepSilent(localAddress: string): void {
    if (isOver) return;
    const [host, port] = server.address.split(":");
    const socket = connect({ host: host!, port: Number(port), localAddress });
    sockets.add(socket);
    socket.on("error", () => undefined).on("connect", () => (connected += 1));
    socket.on("close", () => {
      sockets.delete(socket);
      keepSilent(localAddress);
    });
  }

  /** What an honest client on a new connection is told about a symbol that nobody has heard of. */
  async function ask(): Promise<string> {
    const answer = server.ask(QuoteServiceService.getQuote, { symbol: "NONE" });
    return answer.then(
      () => "an answer",
      (error: unknown) => (error as AppError).code,
    );
  }

  const floods: readonly [string, number, (at: number) => string][] = [
    ["of the same address", 150, () => "127.0.0.1"],
    ["of the same address, more than it may have", 400, () => "127.0.0.1"],
    ["of a few others", 1_100, (at) => `127.0.1.${1 + (at % 11)}`],
    ["of as many others", 1_100, (at) => `127.0.${2 + Math.floor(at / 200)}.${1 + (at % 200)}`],
  ];
  for (const [whose, count, addressOf] of floods) {
    it(`that are ${count} ${whose} lock nobody out`, async () => {
      for (let at = 0; at < count; at += 1) keepSilent(addressOf(at));
      await eventually("they are open", () => connected >= count);
      expect(await ask()).to.equal("NOT_FOUND");
    });
  }
});
