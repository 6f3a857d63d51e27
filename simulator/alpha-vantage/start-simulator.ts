// Alpha Vantage on this machine: the same URL, parameters, bodies, quotas and refusals, fed by a seeded random market or by
// recorded bars. Every answer says `Server: tickerbell-simulator`, so that a client can name simulated prices as such.
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { listenHttp } from "../http/listen.ts";
import type { Answer } from "./answer.ts";
import { loadBarsFolder } from "./bars-folder.ts";
import { ControlDoor } from "./control-door.ts";
import type { Market } from "./market.ts";
import type { Plan } from "./plan.ts";
import { acceptsAnswer, QueryDoor } from "./query-door.ts";
import { Quota } from "./quota.ts";
import { RandomMarket } from "./random-market.ts";
import { ReplayMarket } from "./replay-market.ts";

const SYMBOL = /^[A-Z0-9.:/-]{1,20}$/;
const METHODS = "GET, HEAD, OPTIONS";

export interface SimulatorConfig {
  readonly host: string;
  /** Names that are as good as this machine (BELL_LOCAL_HOSTS): prices may be moved from them; none unless told. */
  readonly localHosts?: readonly string[];
  /** 0 takes a free port. */
  readonly port: number;
  /** The same seed gives the same prices at the same time. */
  readonly seed: number | string;
  /** The symbols of the random market, in capitals. */
  readonly symbols: readonly string[];
  /** A folder of recorded bars; with it there is no random market, and `symbols` and `seed` do not count. */
  readonly barsDir?: string | undefined;
  /** What every key may ask that is not in `keys`. */
  readonly defaultPlan: Plan;
  readonly keys?: Readonly<Record<string, Plan>> | undefined;
  /** Functions that are refused to keys without premium; none by default. */
  readonly premiumFunctions?: readonly string[] | undefined;
}

export interface SimulatorDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** A simulator that runs. */
export interface Simulator {
  /** Without a slash at its end; `/query` is the service. */
  readonly url: string;
  /** HOST:PORT. */
  readonly address: string;
  /** Moves a price at once; throws INVALID_ARGUMENT, NOT_FOUND, or FAILED_PRECONDITION while bars are replayed. */
  setPrice(symbol: string, price: string): void;
  close(): Promise<void>;
}

/** Starts it; throws INVALID_ARGUMENT for bad symbols or bars, FAILED_PRECONDITION when the port is taken. */
export async function startSimulator(config: SimulatorConfig, deps: SimulatorDeps): Promise<Simulator> {
  const market = await openMarket(config, deps.clock);
  const quota = new Quota(deps.clock);
  const control = new ControlDoor(market, quota, config.localHosts);
  const door = new QueryDoor({
    market,
    quota,
    keys: new Map(Object.entries(config.keys ?? {})),
    defaultPlan: config.defaultPlan,
    premiumFunctions: new Set(config.premiumFunctions),
  });
  const listening = await listenHttp(
    (request, response) => void route(request, response, { door, control, log: deps.log }),
    config,
    { name: "simulator", setting: "BELL_SIMULATOR_LISTEN" },
    deps.clock,
  );
  deps.log.info({ address: listening.address, market: market.kind, symbols: market.symbols.length }, "simulator ready");
  return { ...listening, setPrice: (symbol, price) => control.setPrice(symbol, price) };
}

async function openMarket(config: SimulatorConfig, clock: Clock): Promise<Market> {
  if (config.barsDir !== undefined) return new ReplayMarket(await loadBarsFolder(config.barsDir));
  const bad = config.symbols.find((symbol) => !SYMBOL.test(symbol));
  if (bad !== undefined) throw AppError.invalidField("symbols", "SYMBOL_FORMAT", `"${bad}" is not a symbol`);
  return new RandomMarket(String(config.seed), config.symbols, clock);
}

interface Doors {
  readonly door: QueryDoor;
  readonly control: ControlDoor;
  readonly log: Log;
}

async function route(request: IncomingMessage, response: ServerResponse, doors: Doors): Promise<void> {
  response.setHeader("Server", "tickerbell-simulator");
  const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
  if (path === "/control" || path.startsWith("/control/")) {
    await doors.control.handle(request, response, path);
    return;
  }
  if (path !== "/query") {
    send(response, 404, { contentType: "text/html; charset=utf-8", body: "<h1>Not Found</h1>" });
    return;
  }
  try {
    answerQuery(request, response, new URLSearchParams(query), doors);
  } catch (error) {
    doors.log.error({ err: error, function: new URLSearchParams(query).get("function") }, "a question failed");
    send(response, 500, { contentType: "text/html; charset=utf-8", body: "<h1>Server Error (500)</h1>" });
  }
}

function answerQuery(request: IncomingMessage, response: ServerResponse, query: URLSearchParams, doors: Doors): void {
  const method = request.method ?? "";
  if (!METHODS.split(", ").includes(method)) {
    send(response, 405, { contentType: "application/json", body: `{"detail": "Method \\"${method}\\" not allowed."}` });
  } else if (!acceptsAnswer(request)) {
    const body = '{"detail": "Could not satisfy the request Accept header."}';
    send(response, 406, { contentType: "application/json", body });
  } else if (method === "OPTIONS") {
    send(response, 200, { contentType: "application/json", body: "{}" });
  } else {
    const answer = doors.door.answer(query);
    doors.log.debug({ function: query.get("function"), symbol: query.get("symbol") }, "answered");
    send(response, 200, answer);
  }
}

/** Sends the headers that the service sends; Node leaves the body away where HEAD asked. */
function send(response: ServerResponse, status: number, answer: Answer): void {
  const body = Buffer.from(answer.body, "utf8");
  response.writeHead(status, {
    "Content-Type": answer.contentType,
    "Content-Length": body.length,
    ...(answer.filename === undefined ? {} : { "Content-Disposition": `attachment; filename=${answer.filename}` }),
    Allow: METHODS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    Vary: "Cookie, Origin",
    Via: "1.1 vegur",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  });
  response.end(body);
}
