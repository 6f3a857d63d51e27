import type { handleUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { randomUUID } from "node:crypto";
import { AppError } from "../../domain/error.ts";
import { statusFromError, type StatusParts } from "../../proto/convert/error.ts";
import type { Log } from "../../runtime/log/log.ts";
import { callerOf, type Caller } from "./caller.ts";

/** A unary call as a plain function: what it throws becomes the call's status. */
export type UnaryHandler<Request, Response> = (request: Request, caller: Caller) => Promise<Response>;

/** Makes gRPC's handler of a plain function. */
export function answer<Request, Response>(
  handler: UnaryHandler<Request, Response>,
  log: Log,
): handleUnaryCall<Request, Response> {
  return (call, callback: sendUnaryData<Response>) => {
    answered(handler, call.request, callerOf(call.metadata)).then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(error, log)),
    );
  };
}

/** What was done, and what was refused, is in the audit before the caller hears of it. */
async function answered<Request, Response>(
  handler: UnaryHandler<Request, Response>,
  request: Request,
  caller: Caller,
): Promise<Response> {
  try {
    const response = await handler(request, caller);
    await caller.audit.done(request, response);
    return response;
  } catch (error) {
    caller.audit.refused(request, error);
    throw error;
  }
}

/** The status for whatever a handler threw. A defect is logged here, once, under an id that the caller is told; nothing else of it leaves. */
export function statusOf(error: unknown, log: Log): StatusParts {
  if (error instanceof AppError) return statusFromError(error);
  const id = randomUUID();
  log.error({ err: error, errorId: id }, "a call failed by a defect");
  return statusFromError(
    new AppError("INTERNAL", "INTERNAL_ERROR", `an internal error; the server's log has it as ${id}`),
  );
}
