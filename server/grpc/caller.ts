import type { Metadata } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Seen } from "../session-store.ts";
import type { UserRecord } from "../user-record.ts";
import type { CallAudit } from "./call-audit.ts";
import { sessionRequired } from "./user-need.ts";

/** The user that a call is made for, and what proves it. */
export interface CallerUser {
  readonly record: UserRecord;
  /** The session that the call is made with; null when it is made with an access token of a script. */
  readonly sessionId: string | null;
  /** The script's token; null when the call is made with a session. */
  readonly accessTokenId: string | null;
  /** When what the caller brought ends. */
  readonly expireTimeMs: TimeMs;
}

/** Who makes a call: a process by its certificate, and the user it speaks for, if any. */
export interface Caller {
  readonly peer: Peer;
  readonly user: CallerUser | null;
  readonly seen: Seen;
  /** Writes the call down. */
  readonly audit: CallAudit;
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

/** The user of a call; the access table lets nobody else reach the handlers that ask. */
export function userOf(caller: Caller): UserRecord {
  if (caller.user !== null) return caller.user.record;
  throw new AppError("UNAUTHENTICATED", "NOT_LOGGED_IN", "this call needs a signed-in user", {
    hint: "./bell login EMAIL",
  });
}

/** User and session of a call that an access token of a script does not do for; the access table lets nobody else reach the handlers that ask. */
export function sessionOf({ user }: Caller): { readonly record: UserRecord; readonly sessionId: string } {
  if (user !== null && user.sessionId !== null) return { record: user.record, sessionId: user.sessionId };
  throw sessionRequired();
}
