import type { Metadata } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import type { UserRecord } from "../user-store.ts";

/** Who makes a call: a process by its certificate, and the user it speaks for, if any. */
export interface Caller {
  readonly peer: Peer;
  readonly user: { readonly record: UserRecord; readonly sessionId: string } | null;
  /** Whether the end of its stream is our doing: the server stops, or the connection has grown old. */
  readonly isToldToGo: () => boolean;
}

/** What the access interceptor found out, kept with the call's own metadata object, which goes on to the handler. */
const callers = new WeakMap<Metadata, Caller>();

export function rememberCaller(metadata: Metadata, caller: Caller): void {
  callers.set(metadata, caller);
}

/** The caller of a call that was let in. */
export function callerOf(metadata: Metadata): Caller {
  const caller = callers.get(metadata);
  if (caller === undefined)
    throw new AppError("INTERNAL", "INTERNAL_ERROR", "the call came in without an access check");
  return caller;
}

/** The signed-in user; the access table lets nobody else reach the handlers that ask. */
export function userOf(caller: Caller): UserRecord {
  if (caller.user !== null) return caller.user.record;
  throw new AppError("UNAUTHENTICATED", "NOT_LOGGED_IN", "this call needs a signed-in user", {
    hint: "./bell login EMAIL",
  });
}
