import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { Keeper, type HopelessStart, type KeeperOptions } from "./keeper.ts";

/** How long the others wait for one that ends slowly, before the next is asked. */
const PATIENCE_MS = 4 * SECOND_MS;
/** Whoever still lives then is killed: everything is over within 10 s. */
const KILL_AFTER_MS = 9 * SECOND_MS;

/** Starts processes in order, keeps them alive, and ends them in reverse. */
export class Supervisor {
  /** Resolves with the first process that has ended and cannot be started again. */
  readonly lost: Promise<HopelessStart>;
  readonly #lost = Promise.withResolvers<HopelessStart>();
  readonly #clock: Clock;
  readonly #keepers: Keeper[] = [];
  #stopped: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.lost = this.#lost.promise;
  }

  /** Starts one process and waits until it is ready, or until everything stops. Throws HopelessStart. */
  async start(options: Omit<KeeperOptions, "clock" | "onHopeless">): Promise<void> {
    if (this.#stopped !== undefined) return;
    const keeper = new Keeper({ ...options, clock: this.#clock, onHopeless: this.#lost.resolve });
    this.#keepers.push(keeper);
    await Promise.race([keeper.ready, keeper.ended]);
  }

  /** Ends everything, the last started first, within 10 s. Calling it again waits for the same end. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stopAll());
  }

  /** Ends everything at once, as when the person presses Ctrl-C a second time. */
  kill(): void {
    for (const keeper of this.#keepers) keeper.kill();
  }

  async #stopAll(): Promise<void> {
    const over = new AbortController();
    const killing = this.#after(KILL_AFTER_MS, over.signal).then((isDue) => {
      if (isDue) this.kill();
    });
    for (const keeper of this.#keepers.toReversed()) {
      const next = new AbortController();
      keeper.stop();
      await Promise.race([keeper.ended, this.#after(PATIENCE_MS, next.signal)]);
      next.abort();
    }
    await Promise.all(this.#keepers.map(({ ended }) => ended));
    over.abort();
    await killing;
  }

  /** True after `ms`, false when aborted before. */
  #after(ms: number, signal: AbortSignal): Promise<boolean> {
    return this.#clock.sleep(ms, signal).then(
      () => true,
      () => false,
    );
  }
}
