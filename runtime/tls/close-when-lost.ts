import type { Socket } from "node:net";

/** Twice so long after a connection was reset, whoever talks over it knows. */
const LOOK_EVERY_MS = 500;

/** What a socket of Node keeps to itself: how it asks the system who the other end is. A negative answer is an error. */
interface SystemSocket {
  readonly _handle?: { getpeername?(found: object): number } | null;
}

/**
 * Closes a connection that the system has closed already, which Node's HTTP/2 over TLS may not notice: when the other end's reset arrives
 * while a write is under way, nothing is read from the socket or written to it any more, and neither the socket nor the session says so
 * (nodejs/node issue 61304; seen with Node 24). The calls on it would wait for the next keepalive, which is a minute.
 */
export function closeWhenLost(socket: Socket): void {
  let wasLost = false;
  const timer = setInterval(() => {
    const isLost = hasNoPeer(socket);
    if (isLost && wasLost) socket.destroy(); // the first time Node may be about to tell it itself
    wasLost = isLost;
  }, LOOK_EVERY_MS);
  timer.unref();
  socket.once("close", () => clearInterval(timer));
}

/** Asked anew each time: `socket.remoteAddress` keeps its first answer. */
function hasNoPeer(socket: Socket): boolean {
  const { _handle: handle } = socket as unknown as SystemSocket;
  return (handle?.getpeername?.({}) ?? 0) < 0;
}
