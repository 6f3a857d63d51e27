import { createServer, type Server, type Socket } from "node:net";
import { Client, credentials } from "@grpc/grpc-js";
import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { QuoteServiceService } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { Api } from "./api.ts";

describe("Api", () => {
  let api: Api | undefined;
  let silent: Server | undefined;
  const sockets: Socket[] = [];
  afterEach(() => {
    api?.close();
    silent?.close();
    for (const socket of sockets) socket.destroy();
  });
  const open = (
    server: string,
    explained: AppError | null = null,
    interruption = new AbortController().signal,
  ): Api => {
    const opened = {
      client: new Client(server, credentials.createInsecure()),
      explain: () => Promise.resolve(explained),
    };
    return (api = new Api({ server, opened, clock: systemClock, interruption, callLimitMs: 300, connectLimitMs: 300 }));
  };
  const ask = async (one: Api): Promise<unknown> =>
    one.unary(QuoteServiceService.listQuotes, { symbols: [] }, "anybody").catch((error: unknown) => error);

  it("says at once which server is absent and how to start one", async () => {
    const error = await ask(open("127.0.0.1:1"));
    expect(error).to.be.instanceOf(AppError).with.property("reason", "SERVER_UNREACHABLE");
    expect(error).to.have.property("message").that.includes("127.0.0.1:1");
    expect(error).to.have.property("hint").that.includes("./bell up");
  });

  it("tells the better reason when one is found", async () => {
    const better = new AppError("FAILED_PRECONDITION", "TLS_SETUP", "cli.crt expired");
    expect(await ask(open("127.0.0.1:1", better))).to.equal(better);
  });

  it("gives up on a server that takes the connection and stays silent", async () => {
    silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent?.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const error = await ask(open(`127.0.0.1:${port}`));
    expect(error).to.be.instanceOf(AppError).with.property("code").that.is.oneOf(["UNAVAILABLE", "DEADLINE_EXCEEDED"]);
  });

  it("is interrupted by Ctrl-C", async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await ask(open("127.0.0.1:1", null, controller.signal))).to.have.property("code", "CANCELLED");
  });
});
