import type { IncomingMessage } from "node:http";
import { isLocalHost, isLoopbackHost } from "../../runtime/config/loopback-host.ts";

/**
 * Whether a request comes from this machine and was meant for it: the peer's address, the Host header (a page elsewhere
 * whose name was re-bound to 127.0.0.1 still sends its own name) and the Origin, if there is one, are all loopback.
 * With `localHosts` (BELL_LOCAL_HOSTS) the place is a private network, whose members and whose gateway have addresses of
 * their own: then whoever reaches it may ask, but Host and Origin must still be loopback or one of those names.
 */
export function isLocalRequest(request: IncomingMessage, localHosts: readonly string[] = []): boolean {
  const peer = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const origin = request.headers.origin;
  return (
    (localHosts.length > 0 || isLoopbackHost(peer)) &&
    isLocalHost(withoutPort(request.headers.host ?? ""), localHosts) &&
    (origin === undefined || isLocalHost(withoutPort(origin.replace(/^https?:\/\//, "")), localHosts))
  );
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}
