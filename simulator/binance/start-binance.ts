// Binance on this machine: the same lines, messages and minute bars, fed by seeded random trades; and what goes wrong with it, on demand.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { DAY_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { listenHttp } from "../http/listen.ts";
import { answerKlines } from "./klines-door.ts";
import { Listener, STREAMS_MAX } from "./listener.ts";
import { TradeTape } from "./trade-tape.ts";

const PING_MS = 20 * SECOND_MS;
const TICK_MS = 100;
const PER_SECOND = 4;
/** So many lines one address may open in five minutes. */
const CONNECTS_MAX = 300;
const CONNECTS_WINDOW_MS = 5 * MINUTE_MS;
const NO_LINE = "HTTP/1.1 %s No\r\nServer: tickerbell-simulator\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

export interface BinanceConfig {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly seed: number | string;
  readonly symbols: readonly string[];
  /** Trades of each symbol in a second. */
  readonly perSecond?: number;
  readonly pingMs?: number;
  /** After this every line ends. */
  readonly lifeMs?: number;
  /** How often trades go out. */
  readonly tickMs?: number;
}

/** What was asked of it. */
export interface BinanceCounts {
  lines: number;
  /** The most lines that were opened within any five minutes. */
  linesInWindow: number;
  /** The most lines that were open together. */
  linesTogether: number;
  inbound: number;
  klines: number;
}

/** Starts it; throws FAILED_PRECONDITION when the port is taken. */
export async function startBinance(config: BinanceConfig, clock: Clock): Promise<BinanceSimulator> {
  const simulator = new BinanceSimulator(config, clock);
  await simulator.listen();
  return simulator;
}

/** A service that runs. */
export class BinanceSimulator {
  readonly counts: BinanceCounts = { lines: 0, linesInWindow: 0, linesTogether: 0, inbound: 0, klines: 0 };
  readonly tapes: ReadonlyMap<string, TradeTape>;
  /** The status that whoever wants a line is answered with; null: a line. */
  refuseLines: number | null = null;
  /** The same for bars. */
  refuseKlines: number | null = null;
  /** Nothing is said, not even a ping, and lines stay open. */
  isSilent = false;
  /** Minutes that the service has no bar of. */
  readonly withheld = new Set<TimeMs>();
  readonly #config: BinanceConfig;
  readonly #clock: Clock;
  readonly #sockets = new WebSocketServer({ noServer: true, clientTracking: false, autoPong: true });
  readonly #listeners = new Map<WebSocket, Listener>();
  readonly #closing = new AbortController();
  #openings: number[] = [];
  #toldUntilMs: TimeMs;
  #http: { address: string; close(): Promise<void> } | null = null;
  #telling: Promise<void> = Promise.resolve();

  constructor(config: BinanceConfig, clock: Clock) {
    const { seed, symbols, perSecond = PER_SECOND } = config;
    this.#config = config;
    this.#clock = clock;
    this.#toldUntilMs = clock.now();
    this.tapes = new Map(symbols.map((symbol) => [symbol, new TradeTape(String(seed), symbol, perSecond)]));
    this.#sockets.on("headers", (headers) => headers.push("Server: tickerbell-simulator"));
  }

  /** For BELL_BINANCE_URL. */
  get url(): string {
    return `ws://${this.#http?.address ?? ""}`;
  }

  /** For BELL_BINANCE_REST_URL. */
  get restUrl(): string {
    return `http://${this.#http?.address ?? ""}`;
  }

  async listen(): Promise<void> {
    const listener = { name: "simulated Binance", setting: "BELL_BINANCE_URL" };
    this.#http = await listenHttp(
      (request, response) => this.#answer(request, response),
      this.#config,
      listener,
      this.#clock,
      (request, socket, head) => this.#upgrade(request, socket, head),
    );
    this.#telling = this.#tell();
  }

  /** Ends every line without a word; `reset` as a router that lost its memory does. */
  drop(how: "end" | "reset" = "end"): void {
    for (const socket of this.#listeners.keys()) {
      if (how === "reset") (socket as unknown as { _socket: Socket })._socket.resetAndDestroy();
      else socket.terminate();
    }
  }

  /** Says that it is going, and ends the lines that are open now after that time. */
  async shutDown(graceMs: number): Promise<void> {
    const going = [...this.#listeners];
    for (const [, listener] of going) listener.announceShutdown(this.#clock.now());
    await this.#clock.sleep(graceMs, this.#closing.signal).catch(() => undefined);
    for (const [socket] of going) socket.close(1001);
  }

  /** Sends every line what a test makes up. */
  say(text: string | Buffer): void {
    for (const socket of this.#listeners.keys()) socket.send(text);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.drop();
    await this.#telling;
    await this.#http?.close();
  }

  async #tell(): Promise<void> {
    const { tickMs = TICK_MS } = this.#config;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#clock.sleep(tickMs, signal).catch(() => undefined);
      const now = this.#clock.now();
      if (!this.isSilent && this.#listeners.size > 0) this.#tellTrades(now);
      this.#toldUntilMs = now;
    }
  }

  #tellTrades(now: TimeMs): void {
    for (const [symbol, tape] of this.tapes) {
      for (const trade of tape.trades(this.#toldUntilMs, now)) {
        for (const listener of this.#listeners.values()) listener.tell(symbol, trade);
      }
    }
    for (const listener of this.#listeners.values()) listener.tick();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("Server", "tickerbell-simulator");
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname !== "/api/v3/klines") {
      response.writeHead(404).end();
      return;
    }
    this.counts.klines += 1;
    const { tapes, withheld } = this;
    const answer =
      this.refuseKlines === null
        ? answerKlines(searchParams, { tapes, withheld, now: this.#clock.now() })
        : { status: this.refuseKlines, body: { code: -1003, msg: "refused on purpose" } };
    response.writeHead(answer.status, { "Content-Type": "application/json;charset=UTF-8" });
    response.end(JSON.stringify(answer.body));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const now = this.#clock.monotonic();
    this.#openings = [...this.#openings.filter((at) => now - at < CONNECTS_WINDOW_MS), now];
    this.counts.lines += 1;
    this.counts.linesInWindow = Math.max(this.counts.linesInWindow, this.#openings.length);
    const asked = streamsIn(request.url ?? "/");
    const refused = this.refuseLines ?? (this.#openings.length > CONNECTS_MAX ? 429 : asked === null ? 400 : null);
    if (refused !== null || asked === null) {
      socket.end(NO_LINE.replace("%s", String(refused)));
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#listenTo(opened, asked));
  }

  #listenTo(socket: WebSocket, asked: { readonly isCombined: boolean; readonly streams: readonly string[] }): void {
    const { pingMs = PING_MS, lifeMs = DAY_MS } = this.#config;
    const onInbound = (): void => void (this.counts.inbound += 1);
    const listener = new Listener({ socket, ...asked, clock: this.#clock, pingMs, lifeMs, onInbound });
    this.#listeners.set(socket, listener);
    this.counts.linesTogether = Math.max(this.counts.linesTogether, this.#listeners.size);
    socket.on("close", () => this.#listeners.delete(socket));
  }
}

function streamsIn(url: string): { isCombined: boolean; streams: string[] } | null {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const isCombined = pathname === "/stream";
  if (!isCombined && pathname !== "/ws" && !pathname.startsWith("/ws/")) return null;
  const names = isCombined ? (searchParams.get("streams") ?? "") : pathname.slice("/ws/".length);
  const streams = names.split("/").filter((name) => name !== "");
  return streams.length > STREAMS_MAX ? null : { isCombined, streams };
}
