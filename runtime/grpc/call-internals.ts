// What grpc-js keeps to itself and has no other way to. A test holds the version in use to it.
import type { Server, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import type { Http2Server, ServerHttp2Stream } from "node:http2";

/** The HTTP/2 stream under a call, as an interceptor gets it that stands alone; it may be closed already, and then has no session. */
export function http2StreamOf(call: ServerInterceptingCallInterface): ServerHttp2Stream {
  const stream = Reflect.get(call, "stream") as Partial<ServerHttp2Stream> | undefined;
  if (typeof stream?.close === "function") return stream as ServerHttp2Stream;
  throw new Error("grpc-js no longer keeps the HTTP/2 stream of a call where it was");
}

/** The largest that a compressed message of this call may become; the server's options know one number for all methods. */
export function limitUnpacked(call: ServerInterceptingCallInterface, bytes: number): void {
  if (typeof Reflect.get(call, "maxReceiveMessageSize") !== "number") {
    throw new Error("grpc-js no longer keeps a call's largest message where it was");
  }
  Reflect.set(call, "maxReceiveMessageSize", bytes);
}

/** The HTTP/2 servers under a gRPC server, one for each of its injectors and ports: only they tell when a handshake is done. */
export function http2ServersOf(server: Server): readonly Http2Server[] {
  const servers: unknown = Reflect.get(server, "http2Servers");
  if (servers instanceof Map && servers.size > 0) return [...servers.keys()] as Http2Server[];
  throw new Error("grpc-js no longer keeps its HTTP/2 servers where they were");
}
