import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import {
  StatusServiceService as statusService,
  type SystemStatus,
} from "../../proto/gen/tickerbell/v1/status_service.ts";
import {
  SymbolServiceService as symbolService,
  type TrackedSymbol,
} from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { parseTarget } from "../../runtime/tls/parse-target.ts";
import { Api } from "../api.ts";
import type { OpenedClient } from "../client.ts";
import type { CliConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { lookAtTcp, type TcpLook } from "./look-at-tcp.ts";
import { within } from "./within.ts";

/** What the server said of everything. */
export interface ServerAnswer {
  readonly kind: "answered";
  /** host:port. */
  readonly server: string;
  readonly status: SystemStatus;
  /** Null when it does not tell its list, as an older one. */
  readonly symbols: readonly TrackedSymbol[] | null;
  /** This machine's clock when it was asked. */
  readonly sentMs: TimeMs;
  readonly tookMs: number;
}

/** Why it said nothing. */
type ServerSilence =
  | { readonly kind: "failed"; readonly server: string; readonly failure: AppError }
  /** Our own certificates do not do, which is told of them; whether anybody is there can be seen all the same. */
  | { readonly kind: "unasked"; readonly server: string; readonly tcp: TcpLook }
  | { readonly kind: "late"; readonly server: string }
  /** BELL_SERVER cannot be read, which is told of the settings. */
  | { readonly kind: "unknown" };

export type ServerLook = ServerAnswer | ServerSilence;

/** All the time that the server has: another five seconds are for what is looked at when it does not answer. */
const LOOK_LIMIT_MS = 5_000;
/** In it the way to the server, and its answers. While the first is waited for, a failed connection is looked into. */
const CONNECT_LIMIT_MS = 2_500;
const CALL_LIMIT_MS = 2_000;
const TCP_LIMIT_MS = 2_000;

/** Asks the server how everything stands. Throws AppError CANCELLED when the person presses Ctrl-C, and defects; any other failure is what it returns. */
export async function askServer(context: Context, config: CliConfig): Promise<ServerLook> {
  const { server } = config;
  const look = await within(LOOK_LIMIT_MS, context.clock, () => lookAtServer(context, config));
  return look ?? { kind: "late", server };
}

async function lookAtServer(context: Context, config: CliConfig): Promise<ServerLook> {
  const { server } = config;
  let opened: OpenedClient;
  try {
    opened = await context.openClient(config, context.clock);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const target = parseTarget(server);
    const tcp = target === undefined ? "unknown" : await lookAtTcp(target, TCP_LIMIT_MS);
    return { kind: "unasked", server, tcp };
  }
  const limits = { connectLimitMs: CONNECT_LIMIT_MS, callLimitMs: CALL_LIMIT_MS };
  const api = new Api({ server, opened, clock: context.clock, interruption: context.interruption(), ...limits });
  try {
    return await answerOf(api, server, context.clock);
  } catch (failure) {
    if (!(failure instanceof AppError) || failure.code === "CANCELLED") throw failure;
    return { kind: "failed", server, failure };
  } finally {
    api.close();
  }
}

async function answerOf(api: Api, server: string, clock: Clock): Promise<ServerAnswer> {
  const [sentMs, began] = [clock.now(), clock.monotonic()];
  const status = await api.unary(statusService.getStatus, {}, "anybody");
  const tookMs = clock.monotonic() - began;
  return { kind: "answered", server, status, symbols: await symbolsOf(api), sentMs, tookMs };
}

async function symbolsOf(api: Api): Promise<readonly TrackedSymbol[] | null> {
  try {
    return (await api.unary(symbolService.listSymbols, {}, "anybody")).symbols;
  } catch (error) {
    if (error instanceof AppError && error.code !== "CANCELLED") return null;
    throw error;
  }
}
