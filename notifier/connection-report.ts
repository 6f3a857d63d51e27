import type { ServiceError } from "@grpc/grpc-js";
import { AppError } from "../domain/error.ts";
import { errorFromStatus } from "../proto/convert/error.ts";
import type { Log } from "../runtime/log/log.ts";

export interface ConnectionReportOptions {
  readonly log: Log;
  /** Finds a better reason for a failure, if it can. */
  readonly diagnose?: (failure: AppError) => Promise<AppError | null>;
}

/** Says in the log how it stands with the server, once for each change. */
export class ConnectionReport {
  readonly #options: ConnectionReportOptions;
  /** What was said last: "connected", or why not. */
  #state = "";

  constructor(options: ConnectionReportOptions) {
    this.#options = options;
  }

  sayConnected(): void {
    if (this.#state === "connected") return;
    this.#state = "connected";
    this.#options.log.info({}, "connected to the server");
  }

  /** `error` is grpc-js's; null: the server ended the stream in good order. */
  async sayLost(error: Error | null): Promise<void> {
    const failure =
      error === null
        ? new AppError("UNAVAILABLE", "SERVER_STOPPING", "the server ended the stream")
        : errorFromStatus(error as ServiceError);
    if (failure.reason === "SERVER_STOPPING" && this.#state === "connected") {
      // No fault of anybody's: the server stops, or renews the connection. If it stays away, the next attempt says so.
      this.#options.log.debug({ detail: failure.message }, "the server ends the stream; it is made anew");
      return;
    }
    const state = `${failure.code} ${failure.reason}`;
    if (this.#state === state) return;
    this.#state = state;
    const { code, reason, message, hint } = (await this.#options.diagnose?.(failure)) ?? failure;
    this.#options.log.warn({ code, reason, detail: message, hint }, "no connection to the server; it is tried again");
  }
}
