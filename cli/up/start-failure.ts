import { AppError } from "../../domain/error.ts";
import { EXIT } from "../exit-codes.ts";
import type { HopelessStart } from "./keeper.ts";

/** Why `bell up` ends when one of its processes cannot start: with the exit code that the process would have by itself. */
export function startFailure({ processName, exit }: HopelessStart): AppError {
  const message = `${processName} could not start; its lines above say why`;
  const hint = "mend that, then: ./bell up";
  switch (exit.code) {
    case EXIT.damaged:
      return new AppError(
        "DATA_LOSS",
        "STORE_CORRUPT",
        `the data of ${processName} is damaged; its lines above say where`,
        {
          hint: "put a backup in its place (./bell restore FILE), then: ./bell up",
        },
      );
    case EXIT.limit:
      return new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", message, { hint });
    case EXIT.unavailable:
      return new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", message, { hint });
    case EXIT.conflict:
      return new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", message, {
        hint: "if another ./bell up runs here, use that one, or end it with Ctrl-C in its terminal; then: ./bell up",
      });
    default: // it was told nothing but settings
      return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", message, { hint });
  }
}
