// One WebSocket to Binance: opened once, watched, and done with when it ends, for whatever reason.
import { WebSocket, type RawData } from "ws";
import { SECOND_MS } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import { refusalOf } from "../refusal.ts";
import { retryAfterMs } from "../retry-after.ts";
import { isSimulator } from "../simulator.ts";
import type { Refusal } from "../source.ts";
import { parseStreamMessage, tradeStreamOf, type StreamMessage } from "./trade-message.ts";

/** From the first byte to an open line. */
const OPEN_MS_MAX = 10 * SECOND_MS;
/** The service pings every 20 s: a line that lets two of them pass is dead. */
const SILENCE_MS_MAX = 50 * SECOND_MS;
/** A trade has 200 bytes. */
const MESSAGE_BYTES_MAX = 64 * 1024;

export interface LineOptions {
  /** Such as `wss://stream.binance.com:9443`. */
  readonly url: string;
  readonly symbols: ReadonlySet<string>;
  readonly clock: Clock;
  readonly onMessage: (message: StreamMessage) => void;
}

/** A line, from its opening on. `check` must be called now and then. */
export class Line {
  readonly #options: LineOptions;
  readonly #socket: WebSocket;
  #openedAt: number | null = null;
  #heardAt: number;
  #isSimulated = false;
  #end: Refusal | null = null;

  constructor(options: LineOptions) {
    const { url, symbols, clock } = options;
    this.#options = options;
    this.#heardAt = clock.monotonic();
    const streams = [...symbols].map(tradeStreamOf).join("/");
    this.#socket = new WebSocket(`${url}/stream?streams=${streams}`, {
      perMessageDeflate: false,
      maxPayload: MESSAGE_BYTES_MAX,
      followRedirects: false,
      headers: { "User-Agent": "tickerbell" },
    });
    this.#listen();
  }

  /** When it opened, on the monotonic clock; null: not yet. */
  get openedAt(): number | null {
    return this.#openedAt;
  }

  /** The local simulator is at the other end. */
  get isSimulated(): boolean {
    return this.#isSimulated;
  }

  /** Why it is over; null: it is not. */
  get end(): Refusal | null {
    return this.#end;
  }

  /** Ends a line that says nothing. */
  check(): void {
    const limit = this.#openedAt === null ? OPEN_MS_MAX : SILENCE_MS_MAX;
    if (this.#end === null && this.#options.clock.monotonic() - this.#heardAt >= limit) {
      const what = this.#openedAt === null ? "did not open a line" : "was silent, without a ping,";
      this.close(`the source ${what} for ${limit / SECOND_MS} s`);
    }
  }

  /** Nothing is heard of it from now on. */
  close(reason: string): void {
    this.#endWith(refusalOf("outage", reason));
    this.#socket.terminate();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on("upgrade", ({ headers }) => (this.#isSimulated = isSimulator(String(headers["server"]))));
    socket.on("open", () => {
      if (this.#end !== null) return;
      this.#openedAt = this.#options.clock.monotonic();
      this.#hear();
    });
    socket.on("ping", () => this.#hear());
    socket.on("message", (data: RawData, isBinary) => this.#take(data, isBinary));
    socket.on("unexpected-response", (request, { statusCode = 0, headers }) => {
      request.destroy();
      const { "retry-after": retryAfter = "", date = "" } = headers;
      this.#endWith(refusalOfStatus(statusCode, retryAfterMs(retryAfter, date, this.#options.clock.now())));
    });
    socket.on("error", (error) => this.#endWith(refusalOf("outage", `the line broke${codeOf(error)}`)));
    socket.on("close", (code) => this.#endWith(refusalOf("outage", `the source ended the line (${code})`)));
  }

  #take(data: RawData, isBinary: boolean): void {
    if (this.#end !== null) return;
    this.#hear();
    const { symbols, clock, onMessage } = this.#options;
    if (isBinary || !Buffer.isBuffer(data)) onMessage({ kind: "malformed", detail: "bytes instead of text" });
    else onMessage(parseStreamMessage(data.toString("utf8"), symbols, clock.now()));
  }

  #hear(): void {
    this.#heardAt = this.#options.clock.monotonic();
  }

  #endWith(refusal: Refusal): void {
    this.#end ??= refusal;
  }
}

/** 451 is the law's: the service does not serve the part of the world that it is asked from. */
function refusalOfStatus(status: number, waitMs: number | null): Refusal {
  const words = `the source answered HTTP ${status} instead of opening a line`;
  if (status === 451) return refusalOf("not_entitled", `${words}: it does not serve this part of the world`, waitMs);
  return refusalOf("outage", words, waitMs);
}

/** A code is a constant such as ECONNRESET; nothing else of the error is passed on. */
function codeOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return /^[A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : "";
}
