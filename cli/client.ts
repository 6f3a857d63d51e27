import type { Client } from "@grpc/grpc-js";
import type { AppError } from "../domain/error.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { CliConfig } from "./config.ts";

/** A way to the server. */
export interface OpenedClient {
  readonly client: Client;
  /** Why a call failed before the server answered it, as far as can be found out; null if nothing is found. */
  explain(failure: unknown): Promise<AppError | null>;
}

/** Opens a way to the server; throws AppError TLS_SETUP when the caller's own certificates are not as they must be. */
export type OpenClient = (config: CliConfig, clock: Clock) => OpenedClient | Promise<OpenedClient>;
