import { z } from "zod";
import { AppError, ERROR_REASONS, type ErrorCode } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { readSimulatorAddress, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { Output } from "../output.ts";

const LIMIT_MS = 5 * SECOND_MS;
const answerSchema = z.object({ symbol: z.string(), price: z.string().nullable() });
const errorSchema = z.object({
  code: z.string(),
  reason: z.enum(ERROR_REASONS),
  message: z.string(),
  hint: z.string(),
});

/** `bell simulator set`: moves a price of the simulator that runs. Throws AppError: what it answers, or UNAVAILABLE. */
export async function setPrice(context: Context, options: GlobalOptions, symbol: string, price: string): Promise<void> {
  const address = readSimulatorAddress(context.environment);
  const answer = await post(`http://${address}/control/price`, { symbol: symbol.toUpperCase(), price }, address);
  const { data } = answerSchema.safeParse(answer);
  if (data === undefined) throw stranger(address);
  const text = (): string => `${data.symbol} stands at ${shortPrice(data.price ?? price)} now (SIMULATED).`;
  new Output(context.terminal, options.json === true).show(data, text);
}

/** "201.50" rather than "201.5000": two decimals, more only where they count. */
function shortPrice(text: string): string {
  return text.replace(/(\.\d\d\d*?)0+$/, "$1");
}

async function post(url: string, body: object, address: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
  } catch (cause) {
    throw absent(address, cause);
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const { data } = errorSchema.safeParse(answer);
  if (data === undefined) throw stranger(address);
  throw new AppError(data.code as ErrorCode, data.reason, data.message, { hint: data.hint });
}

function absent(address: string, cause: unknown): AppError {
  return new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", `no simulator answers at ${address}`, {
    hint: "start it with ./bell up (or ./bell simulator), or set BELL_SIMULATOR_LISTEN to where it listens",
    cause,
  });
}

function stranger(address: string): AppError {
  return new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", `what answers at ${address} is not the simulator`, {
    hint: "set BELL_SIMULATOR_LISTEN to where the simulator listens",
  });
}
