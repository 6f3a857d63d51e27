import { AppError } from "../domain/error.ts";

/** How many may work and wait. */
export interface TurnLimits {
  /** At once. */
  readonly atOnce: number;
  /** So many may wait, in all and of one place. */
  readonly waiting: number;
  readonly waitingEach: number;
  /** By then a full queue has been worked off. */
  readonly goneMs: number;
}

/** Turns at something dear, given to places in the network one after the other: one that asks for many turns takes nobody else's. */
export class FairTurns {
  readonly #limits: TurnLimits;
  /** Who waits, by place, in the order in which the places have their turns. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;
  #count = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Does the work when its turn has come. Throws AppError RESOURCE_EXHAUSTED RATE_LIMITED when too many wait. */
  async run<Result>(place: string, work: () => Promise<Result>): Promise<Result> {
    await this.#turn(place);
    try {
      return await work();
    } finally {
      this.#handOn();
    }
  }

  async #turn(place: string): Promise<void> {
    const { atOnce, waiting, waitingEach, goneMs } = this.#limits;
    if (this.#running < atOnce) {
      this.#running += 1;
      return;
    }
    const others = this.#waiting.get(place) ?? [];
    if (this.#count >= waiting || others.length >= waitingEach) {
      throw new AppError("RESOURCE_EXHAUSTED", "RATE_LIMITED", "too many log-ins at once", {
        hint: "Try again in a few seconds.",
        retryAfterMs: goneMs,
      });
    }
    this.#count += 1;
    await new Promise<void>((resolve) => {
      others.push(resolve);
      this.#waiting.set(place, others);
    });
  }

  /** The turn goes straight to the next: were it free in between, a newcomer could take it too. */
  #handOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [place, [first, ...others]] = next;
    this.#waiting.delete(place);
    if (others.length > 0) this.#waiting.set(place, others); // behind all others
    this.#count -= 1;
    first?.();
  }
}
