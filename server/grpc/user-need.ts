import { AppError } from "../../domain/error.ts";
import type { UserRecord } from "../user-record.ts";
import type { UserNeed } from "./access.ts";

/** What a user has brought, as far as it decides. */
interface Brought {
  readonly record: Pick<UserRecord, "isOperator">;
  readonly sessionId: string | null;
}

/** Throws AppError PERMISSION_DENIED, SESSION_REQUIRED or OPERATOR_REQUIRED, when a user may not do what needs more than a user. */
export function assertNeed(need: UserNeed, { record, sessionId }: Brought): void {
  if (need === "user" || need === "nobody") return;
  if (sessionId === null) throw sessionRequired();
  if (need === "operator" && !record.isOperator) throw operatorRequired();
}

/** For a call that an access token of a script does not do for. */
export function sessionRequired(): AppError {
  const message = "this call needs a log-in: an access token does not do";
  return new AppError("PERMISSION_DENIED", "SESSION_REQUIRED", message, { hint: "./bell login EMAIL" });
}

function operatorRequired(): AppError {
  return new AppError("PERMISSION_DENIED", "OPERATOR_REQUIRED", "this call needs a user who is an operator", {
    hint: "An operator can make you one: ./bell operators add EMAIL. The first types the code of `./bell operators code`: ./bell operators claim CODE",
  });
}
