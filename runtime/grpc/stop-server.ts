import type { Server } from "@grpc/grpc-js";

/** Open streams are told to go after so long; unary calls finish long before. */
const DRAIN_MS = 500;
/** Whatever is still open then is cut. */
const FORCE_AFTER_MS = 3_000;

/** Ends a server in good order: no new calls, what is under way finishes, then the streams. `address` is where it is bound. */
export function stopServer(server: Server, address: string): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      server.forceShutdown();
    }, FORCE_AFTER_MS);
    server.drain(address, DRAIN_MS); // first: a server that shuts down has forgotten its addresses
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
