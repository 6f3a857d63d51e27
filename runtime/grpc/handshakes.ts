import type { Socket } from "node:net";
import type { Limits } from "./limits.ts";

type HandshakeLimits = Pick<Limits, "handshakes" | "handshakesPerAddress">;

/**
 * Connections that have not shown a certificate yet, counted apart: whoever opens many of them takes room from nobody but those
 * who do the same.
 */
export class Handshakes {
  readonly #limits: HandshakeLimits;
  /** By address, the oldest first. */
  readonly #socketsOf = new Map<string, Set<Socket>>();
  #size = 0;

  constructor(limits: HandshakeLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Takes one in. Where there are too many now, it is the caller's to end the one that comes back, which is no longer counted:
   * the oldest of this address, or else of the address that has most, so that one alone goes last.
   */
  add(socket: Socket, address: string): Socket | undefined {
    const own = this.#socketsOf.get(address) ?? new Set();
    this.#socketsOf.set(address, own.add(socket));
    this.#size += 1;
    if (own.size > this.#limits.handshakesPerAddress) return this.#takeOldest(address);
    if (this.#size > this.#limits.handshakes) return this.#takeOldest(this.#fullestAddress());
    return undefined;
  }

  /** The handshake is done, or the connection gone; false: it is not among them. */
  delete(socket: Socket, address: string): boolean {
    const own = this.#socketsOf.get(address);
    if (own?.delete(socket) !== true) return false;
    this.#size -= 1;
    if (own.size === 0) this.#socketsOf.delete(address);
    return true;
  }

  #takeOldest(address: string): Socket | undefined {
    const [oldest] = this.#socketsOf.get(address) ?? [];
    if (oldest !== undefined) this.delete(oldest, address);
    return oldest;
  }

  /** Of several, the one that came first. */
  #fullestAddress(): string {
    let fullest = { address: "", size: 0 };
    for (const [address, { size }] of this.#socketsOf) if (size > fullest.size) fullest = { address, size };
    return fullest.address;
  }
}
