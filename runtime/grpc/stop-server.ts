import type { Server } from "@grpc/grpc-js";
import type { Listener } from "./listener.ts";
import type { Limits } from "./limits.ts";

/**
 * Ends a server in good order: no new connections, `endStreams` tells the open streams, calls under way finish, and what is still
 * open after `stopMs` is cut.
 */
export async function stopServer(
  server: Server,
  listener: Listener,
  endStreams: () => void,
  { stopMs }: Pick<Limits, "stopMs">,
): Promise<void> {
  const force = setTimeout(() => listener.cut(), stopMs);
  const stopped = listener.stop();
  endStreams();
  server.tryShutdown(() => undefined); // each connection is told to go, and ends with its last call
  await stopped;
  clearTimeout(force);
}
