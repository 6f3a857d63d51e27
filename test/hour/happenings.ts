import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { Random } from "../random-history.ts";
import type { Machine } from "./machine.ts";

interface Happening {
  readonly everyMs: () => number;
  readonly act: () => Promise<void>;
  nextMs: TimeMs;
}

/** What happens again and again on a machine, one after the other; its time goes on in between. */
export class Happenings {
  readonly #machine: Machine;
  readonly #random: Random;
  #all: Happening[] = [];

  constructor(machine: Machine, random: Random) {
    this.#machine = machine;
    this.#random = random;
  }

  /** At even distances. */
  every(ms: number, act: () => Promise<void>): void {
    this.#add(() => ms, act);
  }

  /** At random distances, so far apart on the average. */
  often(aboutMs: number, act: () => Promise<void>): void {
    this.#add(() => Math.round(this.#random(2 * aboutMs) / SECOND_MS) * SECOND_MS, act);
  }

  /** Nothing of what was said so far happens any more. */
  stop(): void {
    this.#all = [];
  }

  /** Lets so much time pass, with all that happens in it. */
  async run(ms: number): Promise<void> {
    const endMs = this.#machine.trueMs + ms;
    for (let next = this.#next(endMs); next !== null; next = this.#next(endMs)) {
      await this.#machine.runUntil(next.nextMs);
      await next.act();
      next.nextMs += Math.max(SECOND_MS, next.everyMs());
    }
    await this.#machine.runUntil(endMs);
  }

  #add(everyMs: () => number, act: () => Promise<void>): void {
    this.#all.push({ everyMs, act, nextMs: this.#machine.trueMs + everyMs() });
  }

  #next(endMs: TimeMs): Happening | null {
    const due = this.#all.filter(({ nextMs }) => nextMs <= endMs);
    return due.reduce<Happening | null>((a, b) => (a === null || b.nextMs < a.nextMs ? b : a), null);
  }
}
