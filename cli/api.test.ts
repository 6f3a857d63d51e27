import { createServer, type Server, type Socket } from "node:net";
import { Client, credentials } from "@grpc/grpc-js";
import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { QuoteServiceService } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { Api } from "./api.ts";
import { FakeServer } from "./testing/fake-server.ts";

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
    limitMs = 300,
  ): Api => {
    const opened = {
      client: new Client(server, credentials.createInsecure()),
      explain: () => Promise.resolve(explained),
    };
    const limits = { callLimitMs: limitMs, connectLimitMs: limitMs };
    return (api = new Api({ server, opened, clock: systemClock, interruption, ...limits }));
  };
  /** For a server that answers, however busy the machine is. */
  const openPatiently = (server: string): Api => open(server, null, new AbortController().signal, 30_000);
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

  it("ends the streams that are still read when it is closed", async () => {
    const server = await FakeServer.start({
      WatchQuotes: () => [{ quote: undefined }],
      "WatchQuotes.open": () => null,
    });
    try {
      const one = openPatiently(server.address);
      const items = one.serverStream(QuoteServiceService.watchQuotes, { symbols: [] }, "anybody");
      await items.next();
      const rest = items.next();
      one.close();
      expect(await rest.catch((error: unknown) => error)).to.have.property("code", "CANCELLED");
    } finally {
      server.close();
    }
  });

  it("waits its turn when it is told that it comes too fast, and gives up when that takes too long", async () => {
    let refusals = 2;
    const tooFast = (retryAfterMs: number): AppError =>
      new AppError("RESOURCE_EXHAUSTED", "RATE_LIMITED", "too many calls", { retryAfterMs });
    const server = await FakeServer.start({
      ListQuotes: () => {
        if (refusals-- > 0) throw tooFast(1);
        return { quotes: [] };
      },
      GetQuote: () => {
        throw tooFast(60_000);
      },
    });
    try {
      const one = openPatiently(server.address);
      expect(await ask(one)).to.deep.equal({ quotes: [] });
      expect(server.requests("ListQuotes")).to.have.length(3);
      const asked = one.unary(QuoteServiceService.getQuote, { symbol: "AAPL" }, "anybody");
      expect(await asked.catch((error: unknown) => error)).to.have.property("reason", "RATE_LIMITED");
    } finally {
      server.close();
    }
  });
});
