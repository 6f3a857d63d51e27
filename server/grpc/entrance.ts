import type { Metadata, ServerListener } from "@grpc/grpc-js";
import type { PeerCertificate } from "node:tls";
import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import type { Log } from "../../runtime/log/log.ts";
import { identityUri, peerFromCertificate } from "../../runtime/tls/identity.ts";
import type { LiveCredentials } from "../../runtime/tls/live-credentials.ts";
import type { Audit } from "../audit.ts";
import type { Seen } from "../session-store.ts";
import { accessRule, type UserNeed } from "./access.ts";
import { statusOf } from "./answer.ts";
import { CallAudit, type AuditedCaller } from "./call-audit.ts";
import type { CallLimits } from "./call-limits.ts";
import { rememberCaller, type Caller, type CallerUser } from "./caller.ts";
import type { ConnectionGuard } from "./connection-guard.ts";
import type { GuardedCall } from "./guarded-call.ts";
import type { Identity } from "./identity.ts";
import type { RefusalLog } from "./refusal-log.ts";
import { seenFrom } from "./seen.ts";
import { assertNeed } from "./user-need.ts";

export interface EntranceDeps {
  readonly identity: Pick<Identity, "findUser" | "openCalls">;
  readonly callLimits: CallLimits;
  readonly guard: Pick<ConnectionGuard, "admit">;
  readonly certificates: Pick<LiveCredentials, "faultOf" | "noticePeer">;
  readonly audit: Audit;
  readonly refusals: Pick<RefusalLog, "note">;
  readonly log: Log;
}

/** Who calls, as far as the check has come. */
interface Known extends AuditedCaller {
  peer: Peer | null;
  user: CallerUser | null;
}

/** Checks one call before its handler hears of it, and counts it out again when it is gone. */
export class Entrance {
  readonly #deps: EntranceDeps;
  readonly #call: () => GuardedCall;
  /** What counts the call out. */
  readonly #leaving: (() => void)[] = [];

  /** The call is made after its entrance. */
  constructor(deps: EntranceDeps, call: () => GuardedCall) {
    this.#deps = deps;
    this.#call = call;
  }

  /** What hears of the call before its handler does. */
  listener(): ServerListener {
    const call = this.#call();
    return {
      onReceiveMetadata: (metadata, next) => void this.#admit(metadata, next),
      onReceiveMessage: (message, next) => {
        if (!call.isEnding) next(message);
      },
      onReceiveHalfClose: (next) => {
        if (!call.isEnding) next();
      },
    };
  }

  /** The call is gone. */
  leave(): void {
    for (const leave of this.#leaving.splice(0)) leave();
  }

  async #admit(metadata: Metadata, next: (metadata: Metadata) => void): Promise<void> {
    const call = this.#call();
    const seen = seenFrom(call.getConnectionInfo().remoteAddress, metadata);
    const known: Known = { path: call.method.path, peer: null, user: null, address: seen.address };
    try {
      await this.#check(metadata, seen, known);
    } catch (error) {
      this.#refuse(known, error);
      return;
    }
    next(metadata);
  }

  async #check(metadata: Metadata, seen: Seen, known: Known): Promise<void> {
    const { identity, guard, certificates, audit } = this.#deps;
    const call = this.#call();
    const peer = peerOf(call.getAuthContext().sslPeerCertificate, certificates);
    known.peer = peer;
    const need = needOf(peer, call.method.path);
    guard.admit();
    const user = need === "nobody" ? null : await identity.findUser(bearerToken(metadata), seen.address);
    known.user = user;
    if (user !== null) assertNeed(need, user);
    const caller = { peer, user, seen, audit: new CallAudit(audit, known), isToldToGo: () => call.isEnding };
    this.#countIn(caller);
    if (call.isStream) await caller.audit.done(undefined, undefined); // its end may be far away: that it was begun is what is written
    rememberCaller(metadata, caller);
  }

  /** Throws AppError RESOURCE_EXHAUSTED when the caller has no room for one more. */
  #countIn(caller: Caller): void {
    const { callLimits, identity } = this.#deps;
    const call = this.#call();
    const { method, isStream } = call;
    this.#onGone(callLimits.enter(caller, { path: method.path, isStream }, caller.seen.address));
    this.#onGone(identity.openCalls.enter(call, caller));
  }

  /** While the user was looked up, the call may have gone. */
  #onGone(leave: () => void): void {
    if (this.#call().stream.closed) leave();
    else this.#leaving.push(leave);
  }

  #refuse(known: Known, error: unknown): void {
    const { audit, refusals, log } = this.#deps;
    const { path: method, peer, address } = known;
    new CallAudit(audit, known).denied(error);
    refusals.note({ method, peer: peer === null ? "" : identityUri(peer), address, reason: reasonOf(error) });
    this.#call().sendStatus(statusOf(error, log));
  }
}

/** TLS has asked whether the certificate is ours and in force, when the connection was made; much may have happened since. */
function peerOf(certificate: PeerCertificate | undefined, certificates: EntranceDeps["certificates"]): Peer {
  if (certificate !== undefined) {
    const peer = peerFromCertificate(certificate.raw);
    const fault = certificates.faultOf(certificate);
    if (fault !== null) throw fault;
    certificates.noticePeer(identityUri(peer), certificate);
    return peer;
  }
  throw new AppError("UNAUTHENTICATED", "CERTIFICATE_REQUIRED", "the connection has no client certificate", {
    hint: "`make certs` makes one for each role.",
  });
}

/** Which user the role needs for a method. What is not in the table, and for whom, is refused. */
function needOf({ role, name }: Peer, path: string): UserNeed {
  const rule = accessRule(path);
  if (rule?.roles.includes(role) === true) return rule.user;
  throw new AppError("PERMISSION_DENIED", "ROLE_NOT_ALLOWED", `${role} "${name}" may not call ${path}`, {
    hint: "The role is the certificate's: use the one that belongs to this kind of client.",
  });
}

/** The token of `authorization: Bearer …`, given exactly once. */
function bearerToken(metadata: Metadata): string {
  const values = metadata.get("authorization");
  const match = values.length === 1 ? /^Bearer ([\w.~+/=-]+)$/i.exec(String(values[0])) : null;
  if (match?.[1] !== undefined) return match[1];
  throw new AppError("UNAUTHENTICATED", "NOT_LOGGED_IN", "this call needs a signed-in user", {
    hint: "./bell login EMAIL",
  });
}

function reasonOf(error: unknown): string {
  return error instanceof AppError ? error.reason : "INTERNAL_ERROR";
}
