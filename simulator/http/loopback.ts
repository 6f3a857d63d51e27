import type { IncomingMessage } from "node:http";
import { isLoopbackHost } from "../../runtime/config/loopback-host.ts";

/**
 * Whether a request comes from this machine and was meant for it: the peer's address, the Host header (a page elsewhere
 * whose name was re-bound to 127.0.0.1 still sends its own name) and the Origin, if there is one, are all loopback.
 */
export function isLoopbackRequest(request: IncomingMessage): boolean {
  const peer = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const origin = request.headers.origin;
  return (
    isLoopbackHost(peer) &&
    isLoopbackHost(withoutPort(request.headers.host ?? "")) &&
    (origin === undefined || isLoopbackHost(withoutPort(origin.replace(/^https?:\/\//, ""))))
  );
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}
