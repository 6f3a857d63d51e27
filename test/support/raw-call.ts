// A gRPC call as bytes over node:http2, for what no gRPC library would send.
import { connect, type ClientHttp2Session, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from "node:http2";
import type { Role } from "../../domain/role.ts";
import { filesOfRole, uncheckedFiles } from "./shared-certificates.ts";

/** What came back. */
export interface RawAnswer {
  /** HTTP's status; undefined when the stream was reset. */
  readonly http: number | undefined;
  /** gRPC's; undefined when there was none. */
  readonly grpc: number | undefined;
  readonly message: string;
  /** HTTP/2's code when the stream was reset. */
  readonly reset: number;
}

/** What is sent. */
export interface RawRequest {
  readonly path: string;
  /** The body, message heads included. */
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the client says that it has no more; it does unless told. */
  readonly end?: boolean;
}

/** A message with its head. */
export function framed(bytes: Uint8Array, compressed = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed, 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** A connection with a role's certificate; destroy it after the tests. `address` is host:port, `from` this side's address. */
export async function rawSession(address: string, role: Role, from?: string): Promise<ClientHttp2Session> {
  const { ca, cert, key } = uncheckedFiles(await filesOfRole(role));
  const own = from === undefined ? {} : { localAddress: from };
  const session = connect(`https://${address}`, { ca, cert, key, servername: "localhost", ...own });
  return session.on("error", () => undefined);
}

/** Makes one call and resolves when its stream is gone. */
export function rawCall(session: ClientHttp2Session, request: RawRequest): Promise<RawAnswer> {
  const { path, body = Buffer.alloc(0), headers = {}, end = true } = request;
  const grpc = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...headers };
  const stream = session.request(grpc, { endStream: false });
  const got: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
  stream
    .on("response", (head) => void Object.assign(got, head))
    .on("trailers", (tail) => void Object.assign(got, tail));
  stream.on("error", () => undefined).resume();
  if (end) stream.end(body);
  else stream.write(body);
  return new Promise((resolve) => {
    stream.on("close", () => {
      const status = got["grpc-status"];
      resolve({
        http: got[":status"],
        grpc: status === undefined ? undefined : Number(status),
        message: decodeURI(String(got["grpc-message"] ?? "")),
        reset: stream.rstCode,
      });
    });
  });
}
