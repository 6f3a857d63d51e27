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
 * only a mail can show whether it still does.
 */
export class MailServerBreaker {
  readonly #options: BreakerOptions;
  #state: "closed" | "open" | "trial" = "closed";
  #reply = "";

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Whether mail may be asked for. */
  get admits(): boolean {
    return this.#state !== "open";
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
    void this.#probeUntilOver(duringSetup);
  }

  #recover(): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#options.log.info({}, "the mail server serves us again");
    if (wasOpen) this.#options.onAdmit();
  }

  /** Rejects never; returns early when a mail in flight shows first that the trouble is over, or at the end. */
  async #probeUntilOver(duringSetup: boolean): Promise<void> {
    const { clock, signal, onAdmit } = this.#options;
    do {
      try {
        await clock.sleep(PROBE_INTERVAL_MS, signal);
      } catch {
        return; // the notifier ends
      }
      if (this.#state !== "open") return;
    } while (!(await this.#answers()));
    if (this.#isOver()) return;
    if (duringSetup) {
      this.#recover();
    } else {
      this.#state = "trial";
      onAdmit();
    }
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
