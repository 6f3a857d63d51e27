import { expect } from "chai";
import { once } from "node:events";
import { WebSocket } from "ws";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { SkippingClock } from "../../test/support/skipping-clock.ts";
import { startBinance, type BinanceConfig, type BinanceSimulator } from "./start-binance.ts";

const START_MS = Date.UTC(2026, 4, 12, 9, 41);

interface Client {
  readonly socket: WebSocket;
  readonly messages: unknown[];
  pings: number;
  closed: number | null;
}

describe("startBinance()", () => {
  let clock: SkippingClock;
  let service: BinanceSimulator;
  const sockets: WebSocket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    const closed = service.close();
    await clock.runUntil(clock.now() + 5 * SECOND_MS);
    await closed;
  });

  async function start(config: Partial<BinanceConfig> = {}): Promise<void> {
    clock = new SkippingClock(START_MS);
    const symbols = ["BTCUSDT", "ETHUSDT"];
    service = await startBinance({ host: "127.0.0.1", port: 0, seed: 1, symbols, ...config }, clock);
  }

  async function listen(path: string, options: { autoPong?: boolean } = {}): Promise<Client> {
    const socket = new WebSocket(`${service.url}${path}`, options);
    const client: Client = { socket, messages: [], pings: 0, closed: null };
    sockets.push(socket);
    socket.on("message", (data: Buffer) => client.messages.push(JSON.parse(data.toString())));
    socket.on("ping", () => (client.pings += 1));
    socket.on("close", (code) => (client.closed = code));
    socket.on("error", () => undefined);
    await once(socket, "open");
    return client;
  }

  async function klines(query: Record<string, string>): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${service.restUrl}/api/v3/klines?${new URLSearchParams(query).toString()}`);
    return { status: response.status, body: await response.json() };
  }

  it("tells trades, wrapped on a combined line and bare on another, each once and numbered", async () => {
    await start();
    const combined = await listen("/stream?streams=btcusdt@trade/ethusdt@trade");
    const bare = await listen("/ws/btcusdt@trade");
    await clock.runUntil(START_MS + 10 * SECOND_MS);
    const of = (symbol: string) =>
      (combined.messages as { stream: string; data: { s: string; t: number } }[])
        .filter(({ stream, data }) => stream === `${symbol.toLowerCase()}@trade` && data.s === symbol)
        .map(({ data }) => data);
    expect(combined.messages).to.have.length(of("BTCUSDT").length + of("ETHUSDT").length);
    expect(bare.messages).to.eql(of("BTCUSDT"));
    const ids = of("ETHUSDT").map(({ t }) => t);
    expect(ids.length).to.be.within(38, 40);
    expect(ids).to.eql(ids.map((_, at) => ids[0]! + at));
    expect(Object.keys(of("BTCUSDT")[0]!)).to.eql(["e", "E", "s", "t", "p", "q", "T", "m", "M"]);
  });

  it("has minute bars that say what their trades said, and refuses as the service does", async () => {
    await start();
    const client = await listen("/ws/btcusdt@trade");
    await clock.runUntil(START_MS + MINUTE_MS + SECOND_MS);
    const trades = (client.messages as { p: string; q: string; T: number }[]).filter(
      ({ T }) => T < START_MS + MINUTE_MS,
    );
    const { body } = await klines({ symbol: "BTCUSDT", interval: "1m", startTime: String(START_MS) });
    const [first, ...others] = body as [number, string, string, string, string, string, number, string, number][];
    expect(others).to.have.length(1);
    const prices = trades.map(({ p }) => Number(p));
    const [start_, open, high, low, close, volume, end, , count] = first!;
    expect([start_, end, count]).to.eql([START_MS, START_MS + MINUTE_MS - 1, trades.length]);
    const expected = [prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1)];
    expect([open, high, low, close].map(Number)).to.eql(expected);
    expect(Number(volume)).to.be.closeTo(
      trades.reduce((sum, { q }) => sum + Number(q), 0),
      1e-9,
    );
    const unknown = await klines({ symbol: "DOGEUSDT", interval: "1m" });
    expect(unknown).to.eql({ status: 400, body: { code: -1121, msg: "Invalid symbol." } });
    expect((await klines({ symbol: "BTCUSDT", interval: "7m" })).status).to.equal(400);
    expect((await klines({ symbol: "BTCUSDT", interval: "1m", limit: "2000" })).body).to.have.length(1_000);
  });

  it("subscribes and unsubscribes, and says what it does not understand", async () => {
    await start();
    const client = await listen("/ws");
    const say = async (value: unknown): Promise<unknown> => {
      client.socket.send(typeof value === "string" ? value : JSON.stringify(value));
      await clock.runUntil(clock.now() + SECOND_MS / 2);
      return client.messages.findLast((message) => !("e" in (message as object)));
    };
    expect(await say({ method: "SUBSCRIBE", params: ["btcusdt@trade"], id: 1 })).to.eql({ result: null, id: 1 });
    expect(await say({ method: "LIST_SUBSCRIPTIONS", id: 3 })).to.eql({ result: ["btcusdt@trade"], id: 3 });
    expect(client.messages.some((message) => "e" in (message as object))).to.equal(true);
    expect(await say({ method: "UNSUBSCRIBE", params: ["btcusdt@trade"], id: 4 })).to.eql({ result: null, id: 4 });
    expect(await say({ method: "DANCE", id: 5 })).to.have.property("code", 2);
    expect(await say("{")).to.have.property("code", 3);
  });

  it("pings every 20 s, and ends the line of whoever does not answer, says too much, or is there for a day", async () => {
    await start({ tickMs: SECOND_MS, lifeMs: 10 * MINUTE_MS });
    const good = await listen("/ws");
    const mute = await listen("/ws", { autoPong: false });
    const loud = await listen("/ws");
    for (let at = 0; at < 6; at += 1) loud.socket.send("{}");
    await clock.runUntil(START_MS + 90 * SECOND_MS);
    expect(good).to.include({ pings: 4, closed: null });
    expect(mute.closed).to.equal(1006);
    expect(loud.closed).to.equal(1008);
    await clock.runUntil(START_MS + 11 * MINUTE_MS);
    expect(good.closed).to.equal(1001);
    expect(service.counts).to.include({ lines: 3, linesTogether: 3, inbound: 6 });
  });

  it("lets nobody open more than 300 lines in five minutes", async () => {
    await start({ tickMs: MINUTE_MS, lifeMs: DAY_MS });
    for (let at = 0; at < 300; at += 1) (await listen("/ws")).socket.terminate();
    const refused = new WebSocket(`${service.url}/ws`);
    const [error] = (await once(refused, "error").catch((cause: unknown) => [cause])) as [Error];
    expect(error.message).to.include("429");
  });
});
