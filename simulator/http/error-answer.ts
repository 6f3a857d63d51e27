import type { ServerResponse } from "node:http";
import { AppError, type ErrorCode } from "../../domain/error.ts";

const STATUS: Readonly<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  DATA_LOSS: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** Answers JSON; the text ends with a line end, for people who ask with curl. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

/** Answers an error as `{code, reason, message, hint}`; what is no AppError becomes INTERNAL with a fixed text. */
export function sendError(response: ServerResponse, error: unknown): void {
  const told =
    error instanceof AppError
      ? error
      : new AppError("INTERNAL", "INTERNAL_ERROR", "something failed inside the simulator", { hint: "see its log" });
  sendJson(response, STATUS[told.code], {
    code: told.code,
    reason: told.reason,
    message: told.message,
    hint: told.hint,
  });
}

/** The refusal for a request that is not this machine's own. */
export function notLoopback(): AppError {
  return new AppError(
    "PERMISSION_DENIED",
    "ROLE_NOT_ALLOWED",
    "this address answers requests of its own machine only",
    {
      hint: "ask from the same machine, by the name localhost or 127.0.0.1",
    },
  );
}
