import { AppError } from "../domain/error.ts";

/** What whoever comes with a log-in that is over hears, or whose user is gone. */
export function sessionEnded(message = "the session has ended"): AppError {
  return new AppError("UNAUTHENTICATED", "SESSION_ENDED", message, { hint: "./bell login EMAIL" });
}
