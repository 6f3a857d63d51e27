// Step 7 of a quote's story: a notifier with a free place gets one sealed notification on a lease. Places wait here; whenever
// something may have become due, the store is asked for one delivery for each of them.
import { AppError } from "../domain/error.ts";
import type { AmbiguityPolicy } from "../domain/notification.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { NotificationStore, SealedDelivery } from "./store.ts";

/** Leases, lateness and clocks are looked after at least this often. */
const SWEEP_EVERY_MS = MINUTE_MS;
/** So many free places are asked for at once, and so in one commit. */
const ASKED_AT_ONCE = 16;
/** After a failure of the store the next try waits so long. */
const RETRY_AFTER_MS = 1_000;

/** Made once: an error made for each mail costs more than asking the store for it. */
const WOKEN = new Error("woken");

/** A free place of a connected notifier. */
export interface NotifierPlace {
  /** The stream it belongs to. */
  readonly owner: object;
  /** Takes a delivery; false when the notifier is gone, and then it was not taken. */
  take(delivery: SealedDelivery): boolean;
}

/** Hands what is due to places, in the order in which they became free. */
export class Dispatcher {
  readonly #store: NotificationStore;
  readonly #policy: AmbiguityPolicy;
  readonly #clock: Clock;
  readonly #log: Log;
  #places: NotifierPlace[] = [];
  #wake: () => void = () => undefined;
  #woken = false;
  #closed = false;
  #running: Promise<void> | null = null;

  constructor(store: NotificationStore, policy: AmbiguityPolicy, clock: Clock, log: Log) {
    this.#store = store;
    this.#policy = policy;
    this.#clock = clock;
    this.#log = log;
  }

  /** Starts handing out. */
  start(): void {
    this.#running = this.#run();
  }

  /** A notifier has a free place. */
  offer(place: NotifierPlace): void {
    this.#places.push(place);
    this.wake();
  }

  /** A notifier is gone: its places count no more. */
  withdraw(owner: object): void {
    this.#places = this.#places.filter((place) => place.owner !== owner);
  }

  /** Something was written that may be due. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Whether the server is ending: streams that break from now on break because of that. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Stops handing out; what is handed out already is reported by its notifier or found by its lease. */
  async close(): Promise<void> {
    this.#closed = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      this.#woken = false;
      try {
        await this.#store.sweep(this.#policy);
        await this.#handOutAll();
        await this.#sleep((await this.#store.nextDueInMs()) ?? SWEEP_EVERY_MS);
      } catch (error) {
        // A store in trouble says so itself, once.
        if (!(error instanceof AppError)) this.#log.error({ err: error }, "handing out failed; it is tried again");
        await this.#sleep(RETRY_AFTER_MS);
      }
    }
  }

  async #handOutAll(): Promise<void> {
    while (this.#places.length > 0) {
      const places = this.#places.slice(0, ASKED_AT_ONCE);
      const asked = await Promise.allSettled(places.map(() => this.#store.beginDelivery(this.#policy)));
      const begun = asked.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
      for (const delivery of begun) if (delivery !== null) await this.#handOut(delivery);
      const failed = asked.find((answer) => answer.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      if (begun.includes(null)) return;
    }
  }

  /** Places may have gone while the store was asked; one that stays is free until it takes something. */
  async #handOut(delivery: SealedDelivery): Promise<void> {
    if (this.#places.shift()?.take(delivery) !== true) await this.#giveBack(delivery);
  }

  async #giveBack({ notificationId, token }: SealedDelivery): Promise<void> {
    const outcome = { kind: "serverTrouble", reply: "the notifier went away before it was handed over" } as const;
    await this.#store.endDelivery(notificationId, token, outcome, this.#policy);
  }

  /** Until woken, or until the next thing can be due: without a free place only sweeping is left to do. */
  async #sleep(ms: number): Promise<void> {
    if (this.#woken || this.#closed) return;
    const limit = this.#places.length === 0 ? Math.max(ms, RETRY_AFTER_MS) : ms;
    const awake = new AbortController();
    this.#wake = () => awake.abort(WOKEN);
    await this.#clock.sleep(Math.min(limit, SWEEP_EVERY_MS), awake.signal).catch(() => undefined);
    this.#wake = () => undefined;
  }
}
