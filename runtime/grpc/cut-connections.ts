import type { Clock } from "../clock/clock.ts";
import type { Limits } from "./limits.ts";

type CutLimits = Pick<Limits, "cutsForgiven" | "maxCuts" | "cutForgivenMs">;

/** How many connections of an address were cut, as of a moment; they are forgiven one after the other. */
interface Guilt {
  readonly cuts: number;
  readonly atMs: number;
}

/** Beyond so many addresses, those of which everything is forgiven are forgotten. */
const ADDRESSES_KEPT = 1_000;

/**
 * Addresses whose connections had to be cut. What is cut for abuse comes back at once, and each time costs a handshake and all that it may
 * do before it is cut again; so the address waits before it may connect anew. Its connections that behave go on.
 */
export class CutConnections {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #limits: CutLimits;
  readonly #guiltOf = new Map<string, Guilt>();

  constructor(clock: Pick<Clock, "monotonic">, limits: CutLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** A connection of this address was cut for what came on it. True: from now on the address has to wait. */
  note(address: string): boolean {
    if (this.#guiltOf.size >= ADDRESSES_KEPT) this.#forget();
    const before = this.#cutsOf(address);
    const cuts = Math.min(before + 1, this.#limits.maxCuts);
    this.#guiltOf.set(address, { cuts, atMs: this.#clock.monotonic() });
    return before <= this.#limits.cutsForgiven && cuts > this.#limits.cutsForgiven;
  }

  /** Whether this address has to wait before it may connect. */
  mustWait(address: string): boolean {
    return this.#guiltOf.size > 0 && this.#cutsOf(address) > this.#limits.cutsForgiven;
  }

  #cutsOf(address: string): number {
    const guilt = this.#guiltOf.get(address);
    if (guilt === undefined) return 0;
    return Math.max(0, guilt.cuts - (this.#clock.monotonic() - guilt.atMs) / this.#limits.cutForgivenMs);
  }

  #forget(): void {
    for (const address of this.#guiltOf.keys()) if (this.#cutsOf(address) === 0) this.#guiltOf.delete(address);
  }
}
