// One client on a simulated line: what it subscribed to, what it says, and how long it may.
import type { WebSocket } from "ws";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { TapeTrade } from "./trade-tape.ts";

/** So many streams a line has at most. */
export const STREAMS_MAX = 1_024;
/** So many messages a client may send in a second. */
const INBOUND_MAX = 5;
/** A ping must be answered within this. */
const PONG_MS_MAX = MINUTE_MS;
const POLICY_VIOLATION = 1008;

export interface ListenerOptions {
  readonly socket: WebSocket;
  /** Events come as `{stream, data}`. */
  readonly isCombined: boolean;
  readonly streams: readonly string[];
  readonly clock: Clock;
  readonly pingMs: number;
  readonly lifeMs: number;
  /** Every message of the client. */
  readonly onInbound: () => void;
}

/** A line's end at the service. `tick` must be called often. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #streams: Set<string>;
  readonly #openedAt: number;
  #pingedAt: number;
  #unansweredSince: number | null = null;
  #inboundAt: number[] = [];

  constructor(options: ListenerOptions) {
    const { socket, streams, clock } = options;
    this.#options = options;
    this.#streams = new Set(streams);
    this.#openedAt = clock.monotonic();
    this.#pingedAt = this.#openedAt;
    socket.on("message", (data) => this.#take((data as Buffer).toString("utf8")));
    socket.on("pong", () => (this.#unansweredSince = null));
    socket.on("error", () => undefined);
  }

  /** Pings, and ends a line that is too old or whose client is gone. */
  tick(): void {
    const { socket, clock, pingMs, lifeMs } = this.#options;
    const now = clock.monotonic();
    if (now - this.#openedAt >= lifeMs) {
      socket.close(1001);
    } else if (this.#unansweredSince !== null && now - this.#unansweredSince >= PONG_MS_MAX) {
      socket.terminate();
    } else if (now - this.#pingedAt >= pingMs) {
      this.#pingedAt = now;
      this.#unansweredSince ??= now;
      socket.ping(String(now));
    }
  }

  /** Sends a trade if it is subscribed to. */
  tell(symbol: string, { id, timeMs, price, quantity }: TapeTrade): void {
    const stream = `${symbol.toLowerCase()}@trade`;
    if (!this.#streams.has(stream)) return;
    const isMaker = id % 2 === 0;
    this.#send(stream, {
      e: "trade",
      E: timeMs + 1,
      s: symbol,
      t: id,
      p: price,
      q: quantity,
      T: timeMs,
      m: isMaker,
      M: true,
    });
  }

  /** The service is about to end this line. */
  announceShutdown(nowMs: number): void {
    this.#send("!serverShutdown", { e: "serverShutdown", E: nowMs });
  }

  #send(stream: string, data: object): void {
    this.#options.socket.send(JSON.stringify(this.#options.isCombined ? { stream, data } : data));
  }

  #take(text: string): void {
    const { socket, clock, onInbound } = this.#options;
    onInbound();
    const now = clock.monotonic();
    this.#inboundAt = [...this.#inboundAt.filter((at) => now - at < SECOND_MS), now];
    if (this.#inboundAt.length > INBOUND_MAX) socket.close(POLICY_VIOLATION, "Too many requests");
    else socket.send(JSON.stringify(this.#answer(text)));
  }

  #answer(text: string): object {
    const request = requestIn(text);
    if (request === null) return { code: 3, msg: "Invalid JSON: expected value at line 1 column 1" };
    const { method, params = [], id = null } = request;
    if (method === "LIST_SUBSCRIPTIONS") return { result: [...this.#streams], id };
    if (method !== "SUBSCRIBE" && method !== "UNSUBSCRIBE") {
      return { code: 2, msg: "Invalid request: unknown variant, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`" };
    }
    for (const stream of params) {
      if (method === "UNSUBSCRIBE") this.#streams.delete(stream);
      else if (this.#streams.size < STREAMS_MAX) this.#streams.add(stream);
      else return { code: 2, msg: `Invalid request: at most ${STREAMS_MAX} streams`, id };
    }
    return { result: null, id };
  }
}

interface Request {
  readonly method?: unknown;
  readonly params?: readonly string[];
  readonly id?: number;
}

function requestIn(text: string): Request | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { params = [] } = value as Request;
    return Array.isArray(params) && params.every((one) => typeof one === "string") ? value : null;
  } catch {
    return null;
  }
}
