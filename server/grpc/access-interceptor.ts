// Every call passes here before its handler sees anything: certificate, role, user. TLS alone would let in any leaf of our
// authority, whatever it says it is.
import { ServerInterceptingCall, type Metadata, type ServerInterceptor } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import type { Log } from "../../runtime/log/log.ts";
import { peerFromCertificate } from "../../runtime/tls/identity.ts";
import { accessRule } from "./access.ts";
import { statusOf } from "./answer.ts";
import { rememberCaller, type Caller } from "./caller.ts";

/** Finds the user that an access token speaks for; throws AppError UNAUTHENTICATED. */
export type FindUser = (accessToken: string) => Promise<NonNullable<Caller["user"]>>;

/** The interceptor that lets in who belongs. Order: identity, then permission, then the user. */
export function accessInterceptor(findUser: FindUser, log: Log): ServerInterceptor {
  return (method, call) => {
    const check = async (metadata: Metadata): Promise<void> => {
      const peer = peerOf(call.getAuthContext().sslPeerCertificate?.raw);
      const rule = accessRule(method.path);
      if (rule?.roles.includes(peer.role) !== true) throw notAllowed(peer, method.path);
      rememberCaller(metadata, { peer, user: rule.user ? await findUser(bearerToken(metadata)) : null });
    };
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, nextMetadata) => {
            check(metadata).then(
              () => nextMetadata(metadata),
              (error: unknown) => {
                log.warn({ method: method.path, peer: call.getPeer(), reason: reasonOf(error) }, "call refused");
                call.sendStatus(statusOf(error, log));
              },
            );
          },
        });
      },
    });
  };
}

function peerOf(certificate: Buffer | undefined): Peer {
  if (certificate !== undefined) return peerFromCertificate(certificate);
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
