import type { ServerDuplexStream } from "@grpc/grpc-js";
import { X509Certificate } from "node:crypto";
import type { TimeMs } from "../../domain/time.ts";
import { identityUri } from "../../runtime/tls/identity.ts";
import type { Connection } from "../status-connections.ts";
import { callerOf } from "./caller.ts";

type ConnectedCall = Pick<ServerDuplexStream<unknown, unknown>, "getAuthContext" | "getPeer" | "metadata">;

/** Who makes a streaming call, for the status. For calls that the access check let in. */
export function connectionOf(call: ConnectedCall, now: TimeMs): Connection {
  const raw = call.getAuthContext().sslPeerCertificate?.raw;
  return {
    uri: identityUri(callerOf(call.metadata).peer),
    expireTimeMs: raw === undefined ? now : new X509Certificate(raw).validToDate.getTime(),
    address: call.getPeer(),
    connectTimeMs: now,
  };
}
