// Step 7 of a quote's story: a notifier with a free place gets one sealed notification on a lease. Places wait here; whenever
// something may have become due, the store is asked for one delivery for each of them.
import { AppError } from "../domain/error.ts";
import type { AmbiguityPolicy, DeliveryOutcome } from "../domain/notification.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import { DomainPace, type DomainGate, type Flight } from "./domain-pace.ts";
import type { NotificationStore, SealedDelivery } from "./notification-store.ts";

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

/** Which delivery is meant. */
type DeliveryKey = Pick<SealedDelivery, "notificationId" | "token">;

/** What one notifier has under way, and which domains it may have more of. */
interface Notifier {
  readonly pace: DomainPace;
  readonly flights: Map<string, Flight>;
}

/** Hands what is due to places, in the order in which they became free; whose turn it is decides the store. */
export class Dispatcher {
  readonly #store: NotificationStore;
  readonly #policy: AmbiguityPolicy;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #notifiers = new Map<object, Notifier>();
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
    const notifier = this.#notifiers.get(place.owner) ?? { pace: new DomainPace(), flights: new Map() };
    this.#notifiers.set(place.owner, notifier);
    notifier.pace.offer();
    this.#places.push(place);
    this.wake();
  }

  /** A notifier tells how a delivery ended. Something may go after wake(), when that is written down. */
  learn(owner: object, delivery: DeliveryKey, { kind }: DeliveryOutcome): void {
    this.#land(owner, delivery, kind !== "serverTrouble");
  }

  /** A notifier may not send a delivery any more, and tells no outcome of it. */
  forget(owner: object, delivery: DeliveryKey): void {
    this.#land(owner, delivery, false);
  }

  /** A notifier is gone: its places count no more. */
  withdraw(owner: object): void {
    this.#notifiers.delete(owner);
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

  #land(owner: object, delivery: DeliveryKey, isOfDomain: boolean): void {
    const notifier = this.#notifiers.get(owner);
    const flight = notifier?.flights.get(keyOf(delivery));
    if (notifier === undefined || flight === undefined) return;
    notifier.flights.delete(keyOf(delivery));
    notifier.pace.end(flight, this.#clock.monotonic(), isOfDomain);
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      this.#woken = false;
      try {
        // One commit for both: what the sweep sets free is there for what is handed out.
        for (const done of await Promise.allSettled([this.#store.sweep(this.#policy), this.#handOutAll()])) {
          if (done.status === "rejected") throw done.reason;
        }
        await this.#sleep((await this.#store.nextDueInMs()) ?? SWEEP_EVERY_MS);
      } catch (error) {
        // A store in trouble says so itself, once.
        if (!(error instanceof AppError)) this.#log.error({ err: error }, "handing out failed; it is tried again");
        await this.#sleep(RETRY_AFTER_MS);
      }
    }
  }

  async #handOutAll(): Promise<void> {
    /** Whose free places may have nothing of what is ready. */
    const shut = new Set<object>();
    for (;;) {
      const places = this.#places.filter(({ owner }) => !shut.has(owner)).slice(0, ASKED_AT_ONCE);
      if (places.length === 0) return;
      const asked = await Promise.allSettled(places.map((place) => this.#begin(place)));
      const begun = asked.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
      // Each by itself: where one cannot be given back, the others still reach their places.
      const handedOut = begun.map(({ place, delivery, flight }) =>
        delivery === null ? Promise.resolve() : this.#handOut(place, delivery, flight),
      );
      const failed = [...asked, ...(await Promise.allSettled(handedOut))].find(
        (answer) => answer.status === "rejected",
      );
      if (failed !== undefined) throw failed.reason;
      if (begun.some(({ delivery, isShut }) => delivery === null && !isShut)) return;
      for (const { place, delivery } of begun) if (delivery === null) shut.add(place.owner);
    }
  }

  /** `isShut`: something may be ready, but not for this notifier. Rejects as the store does. */
  async #begin(place: NotifierPlace) {
    const pace = this.#notifiers.get(place.owner)?.pace ?? new DomainPace();
    const monoMs = this.#clock.monotonic();
    const seen: { flight: Flight | null; isShut: boolean } = { flight: null, isShut: false };
    const takeBack = (): void => {
      if (seen.flight !== null) pace.undo(seen.flight);
      seen.flight = null;
    };
    const gate: DomainGate = {
      isOpen: (domain) => {
        takeBack(); // asked after a mail has entered: its commit failed, and all is tried again
        const isOpen = pace.mayBegin(domain, monoMs);
        seen.isShut ||= !isOpen;
        return isOpen;
      },
      enter: (domain) => (seen.flight = pace.begin(domain, monoMs)),
    };
    try {
      const delivery = await this.#store.beginDelivery(this.#policy, gate);
      if (delivery === null) takeBack();
      return { place, delivery, ...seen };
    } catch (error) {
      takeBack();
      throw error;
    }
  }

  /** The place may have gone while the store was asked; one that stays is free until it takes something. */
  async #handOut(place: NotifierPlace, delivery: SealedDelivery, flight: Flight | null): Promise<void> {
    const at = this.#places.indexOf(place);
    if (at !== -1) this.#places.splice(at, 1);
    if (at === -1 || !place.take(delivery)) await this.#giveBack(delivery);
    else if (flight !== null) this.#notifiers.get(place.owner)?.flights.set(keyOf(delivery), flight);
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

function keyOf({ notificationId, token }: DeliveryKey): string {
  return `${notificationId} ${token}`;
}
