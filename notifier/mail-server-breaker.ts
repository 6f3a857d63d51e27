import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { SendResult } from "./send-mail.ts";

/** While the mail server is in trouble, it is asked this often whether that is over. */
export const PROBE_INTERVAL_MS = 15_000;

/** These show that the mail server serves us, whatever it thinks of the mail. */
const SERVED: ReadonlySet<OutcomeKind> = new Set([
  OutcomeKind.TAKEN,
  OutcomeKind.ADDRESS_REFUSED,
  OutcomeKind.CONTENT_REFUSED,
]);

export interface BreakerOptions {
  /** Connects and logs in, no more; rejects while that fails. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  /** Called when mail may be asked for again. */
  readonly onAdmit: () => void;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the probing. */
  readonly signal: AbortSignal;
}

/**
 * Keeps mail with the server while the mail server is away or refuses us: nothing is charged for such an attempt, so without
 * a pause it would be made again and again. `trial`: it can be talked to again, but had refused us at the envelope, so that
 * only a mail can show whether it still does; one is enough.
 */
export class MailServerBreaker {
  readonly #options: BreakerOptions;
  #state: "closed" | "open" | "trial" = "closed";
  #reply = "";
  #hold = new AbortController();

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Of so many places, how many may have mail. */
  placesOf(count: number): number {
    if (this.#state === "open") return 0;
    return this.#state === "trial" ? Math.min(1, count) : count;
  }

  /** For attempts that begin now: aborted when another one meets the trouble first. Its reason is what the mail server said. */
  get hold(): AbortSignal {
    return this.#hold.signal;
  }

  /** Learns from how an attempt ended. */
  learn(result: SendResult): void {
    if (result.kind === OutcomeKind.SERVER_TROUBLE) this.#trip(result);
    else if (SERVED.has(result.kind)) this.#recover();
  }

  #trip({ reply, duringSetup }: SendResult): void {
    if (this.#state === "open") return;
    if (this.#state === "closed" || reply !== this.#reply) {
      this.#options.log.warn({ reply }, "the mail server is in trouble; mail waits until it serves us again");
    }
    this.#reply = reply;
    this.#state = "open";
    this.#hold.abort(new Error(reply));
    void this.#probeUntilOver(duringSetup);
  }

  #recover(): void {
    if (this.#state === "closed") return;
    this.#options.log.info({}, "the mail server serves us again");
    this.#admit("closed");
  }

  #admit(state: "closed" | "trial"): void {
    this.#state = state;
    this.#hold = new AbortController();
    this.#options.onAdmit();
  }

  /** Rejects never; returns early when a mail in flight shows first that the trouble is over, or at the end. */
  async #probeUntilOver(duringSetup: boolean): Promise<void> {
    const { clock, signal } = this.#options;
    do {
      try {
        await clock.sleep(PROBE_INTERVAL_MS, signal);
      } catch {
        return; // the notifier ends
      }
      if (this.#state !== "open") return;
    } while (!(await this.#answers()));
    if (this.#isOver()) return;
    if (duringSetup) this.#recover();
    else this.#admit("trial");
  }

  /** A separate question, for the state changes while the probe is awaited. */
  #isOver(): boolean {
    return this.#state !== "open";
  }

  async #answers(): Promise<boolean> {
    try {
      await this.#options.probe(this.#options.signal);
      return true;
    } catch (error) {
      this.#options.log.debug({ err: error }, "the mail server is still in trouble");
      return false;
    }
  }
}
