// Every call passes here before its handler sees anything: certificate, role, user, and then whether its caller has room for one more.
// TLS alone would let in any leaf of our authority, whatever it says it is.
import type { Responder, ServerInterceptor } from "@grpc/grpc-js";
import type { Limits } from "../../runtime/grpc/limits.ts";
import type { ConnectionGuard } from "./connection-guard.ts";
import { Entrance, type EntranceDeps } from "./entrance.ts";
import { GuardedCall, type CallEnd } from "./guarded-call.ts";

interface AccessDeps extends EntranceDeps {
  readonly limits: Limits;
  readonly guard: ConnectionGuard;
}

/** The interceptor that lets in who belongs. Order: identity, permission of the role, user, permission of the user, limits. */
export function accessInterceptor(deps: AccessDeps): ServerInterceptor {
  const { limits, guard } = deps;
  return (method, call) => {
    const entrance = new Entrance(deps, () => guarded);
    const onGone = (gone: GuardedCall, end: CallEnd): void => {
      entrance.leave();
      guard.remove(gone, end);
    };
    const responder: Responder = { start: (next) => next(entrance.listener()) };
    const guarded = new GuardedCall(call, method, limits, { onGone }, responder);
    guard.add(guarded);
    return guarded;
  };
}
