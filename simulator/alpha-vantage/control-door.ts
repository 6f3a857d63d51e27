import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "../../domain/error.ts";
import { notLoopback, sendError, sendJson } from "../http/error-answer.ts";
import { isLocalRequest } from "../http/loopback.ts";
import type { Market } from "./market.ts";
import type { Quota } from "./quota.ts";

const MAX_BODY_BYTES = 10_000;

/** The simulator's own door, for this machine only: `GET /control` tells its state, `POST /control/price` moves a price. */
export class ControlDoor {
  readonly #market: Market;
  readonly #quota: Quota;
  readonly #localHosts: readonly string[];

  constructor(market: Market, quota: Quota, localHosts: readonly string[] = []) {
    this.#market = market;
    this.#quota = quota;
    this.#localHosts = localHosts;
  }

  /** Answers every request below /control; errors as `{code, reason, message, hint}`. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    try {
      if (!isLocalRequest(request, this.#localHosts)) throw notLoopback();
      if (path === "/control" && request.method === "GET") sendJson(response, 200, this.#state());
      else if (path === "/control/price" && request.method === "POST") {
        sendJson(response, 200, this.#setPrice(await readBody(request)));
      } else throw noDoor(request.method ?? "", path);
    } catch (error) {
      sendError(response, error);
    }
  }

  /** Moves a price; throws NOT_FOUND for a symbol that is not in the market, and what the market throws. */
  setPrice(symbol: string, price: string): void {
    if (!this.#market.has(symbol)) {
      throw new AppError("NOT_FOUND", "SYMBOL_NOT_TRACKED", `${symbol.slice(0, 40)} is not in the simulated market`, {
        hint: `symbols are ${this.#market.symbols.join(" ")}`,
      });
    }
    this.#market.setPrice(symbol, price);
  }

  #setPrice(body: unknown): object {
    const { symbol, price } = readSetPrice(body);
    this.setPrice(symbol, price);
    return { symbol, price: this.#priceOf(symbol) };
  }

  #state(): object {
    const market = this.#market;
    return {
      market: market.kind,
      time: new Date(market.now()).toISOString(),
      ...(market.kind === "bars" ? market.progress() : {}),
      symbols: market.symbols.map((symbol) => ({ symbol, price: this.#priceOf(symbol) })),
      keys: this.#quota.counts(),
    };
  }

  #priceOf(symbol: string): string | null {
    const asOfMs = this.#market.visibleUntil("realtime");
    const window = { fromMs: -Infinity, toMs: Infinity, asOfMs, newest: 1 };
    return this.#market.bars(symbol, this.#market.basePeriodMs(symbol), window)[0]?.close ?? null;
  }
}

/** A web page elsewhere cannot send this content type without asking first, so it cannot move prices. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    throw AppError.invalidField("content-type", "FIELD_INVALID", "the body must be sent as application/json");
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw AppError.invalidField("body", "FIELD_INVALID", `larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new AppError("INVALID_ARGUMENT", "FIELD_INVALID", "body: not JSON", { hint: EXAMPLE, cause });
  }
}

const EXAMPLE = 'send {"symbol":"AAPL","price":"201"}';

function readSetPrice(body: unknown): { symbol: string; price: string } {
  const given = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (field: string): string => {
    const value = given[field];
    if (typeof value === "string" && value !== "") return value;
    const reason = value === undefined || value === "" ? "FIELD_REQUIRED" : "FIELD_INVALID";
    throw AppError.invalidField(field, reason, "must be a text that is not empty", EXAMPLE);
  };
  return { symbol: text("symbol").toUpperCase(), price: text("price") };
}

function noDoor(method: string, path: string): AppError {
  return new AppError("NOT_FOUND", "FIELD_INVALID", `there is no ${method} ${path.slice(0, 100)}`, {
    hint: "ask GET /control or POST /control/price",
  });
}
