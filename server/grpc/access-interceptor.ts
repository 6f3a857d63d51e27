// Every call passes here before its handler sees anything: certificate, role, user, and then whether its caller has room for one more.
// TLS alone would let in any leaf of our authority, whatever it says it is.
import type { Metadata, Responder, ServerInterceptor } from "@grpc/grpc-js";
import type { PeerCertificate } from "node:tls";
import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import type { Limits } from "../../runtime/grpc/limits.ts";
import type { Log } from "../../runtime/log/log.ts";
import { identityUri, peerFromCertificate } from "../../runtime/tls/identity.ts";
import type { LiveCredentials } from "../../runtime/tls/live-credentials.ts";
import { accessRule } from "./access.ts";
import type { Audit } from "../audit.ts";
import { statusOf } from "./answer.ts";
import { CallAudit, type AuditedCaller } from "./call-audit.ts";
import type { CallLimits } from "./call-limits.ts";
import { rememberCaller, type CallerUser } from "./caller.ts";
import type { ConnectionGuard } from "./connection-guard.ts";
import { GuardedCall, type CallEnd } from "./guarded-call.ts";
import type { Identity } from "./identity.ts";
import { seenFrom } from "./seen.ts";
import { assertNeed } from "./user-need.ts";

export interface AccessDeps {
  readonly identity: Pick<Identity, "findUser" | "openCalls">;
  readonly limits: Limits;
  readonly callLimits: CallLimits;
  readonly guard: ConnectionGuard;
  readonly certificates: Pick<LiveCredentials, "faultOf" | "noticePeer">;
  readonly audit: Audit;
  readonly log: Log;
}

/** The interceptor that lets in who belongs. Order: identity, permission of the role, user, permission of the user, limits. */
export function accessInterceptor(deps: AccessDeps): ServerInterceptor {
  const { limits, guard } = deps;
  return (method, call) => {
    let leave = (): void => undefined;
    const onGone = (gone: GuardedCall, end: CallEnd): void => {
      leave();
      guard.remove(gone, end);
    };
    const onEntered = (entered: () => void): void => {
      if (guarded.stream.closed) entered();
      else leave = entered;
    };
    const responder = entrance(() => guarded, deps, onEntered);
    const guarded = new GuardedCall(call, method, limits, { onGone }, responder);
    guard.add(guarded);
    return guarded;
  };
}

/** Who calls, as far as the check has come. */
interface Known extends AuditedCaller {
  peer: Peer | null;
  user: CallerUser | null;
}

/** Checks a call before its handler hears of it; `onEntered` gets what counts it out again. */
function entrance(call: () => GuardedCall, deps: AccessDeps, onEntered: (leave: () => void) => void): Responder {
  const { identity, callLimits, guard, certificates, audit, log } = deps;
  const check = async (metadata: Metadata, known: Known): Promise<void> => {
    const { method, isStream } = call();
    const peer = peerOf(call().getAuthContext().sslPeerCertificate, certificates);
    known.peer = peer;
    const rule = accessRule(method.path);
    if (rule?.roles.includes(peer.role) !== true) throw notAllowed(peer, method.path);
    guard.admit();
    const seen = seenFrom(call().getConnectionInfo().remoteAddress, metadata);
    const user = rule.user === "nobody" ? null : await identity.findUser(bearerToken(metadata), seen.address);
    known.user = user;
    if (user !== null) assertNeed(rule.user, user);
    const caller = { peer, user, seen, audit: new CallAudit(audit, known), isToldToGo: () => call().isEnding };
    const leaveLimits = callLimits.enter(caller, { path: method.path, isStream }, seen.address);
    const leaveOpen = identity.openCalls.enter(call(), caller);
    onEntered(() => {
      leaveLimits();
      leaveOpen();
    });
    if (isStream) await caller.audit.done(undefined, undefined); // its end may be far away: that it was begun is what is written
    rememberCaller(metadata, caller);
  };
  return {
    start: (next) => {
      next({
        onReceiveMetadata: (metadata, nextMetadata) => {
          const { address } = seenFrom(call().getConnectionInfo().remoteAddress, metadata);
          const known: Known = { path: call().method.path, peer: null, user: null, address };
          check(metadata, known).then(
            () => nextMetadata(metadata),
            (error: unknown) => {
              new CallAudit(audit, known).denied(error);
              log.warn({ method: call().method.path, peer: call().getPeer(), reason: reasonOf(error) }, "call refused");
              call().sendStatus(statusOf(error, log));
            },
          );
        },
        onReceiveMessage: (message, nextMessage) => {
          if (!call().isEnding) nextMessage(message);
        },
        onReceiveHalfClose: (nextHalfClose) => {
          if (!call().isEnding) nextHalfClose();
        },
      });
    },
  };
}

/** TLS has asked whether the certificate is ours and in force, when the connection was made; much may have happened since. */
function peerOf(certificate: PeerCertificate | undefined, certificates: AccessDeps["certificates"]): Peer {
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

function notAllowed({ role, name }: Peer, path: string): AppError {
  return new AppError("PERMISSION_DENIED", "ROLE_NOT_ALLOWED", `${role} "${name}" may not call ${path}`, {
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
