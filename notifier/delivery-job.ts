import { durationFromProto } from "../proto/convert/duration.ts";
import { OutcomeKind, type Delivery, type Outcome } from "../proto/gen/tickerbell/v1/notification_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import { AddressError, composeMail, type ComposedMail, type MailSender } from "./compose-mail.ts";
import type { DeliverStream } from "./deliver-stream.ts";
import { REPLY_LIMIT, sendMail, type SendResult } from "./send-mail.ts";
import { plainLine } from "./plain-line.ts";
import type { SmtpSessions } from "./smtp-sessions.ts";

/** The longest that a whole attempt takes, in milliseconds. */
export const SEND_LIMIT_MS = 35_000;
/** What must be left of the lease when an attempt is broken off: for the last bytes under way, and for the outcome to arrive. */
const LEASE_RESERVE_MS = 10_000;
/** With less left before the limit, an attempt is not begun: it could only end in doubt. */
const LEAST_TO_BEGIN_MS = 5_000;
/** Made once: an error made for each mail is dearer than the words of the mail. */
const OVER = new Error("the attempt is over");
const TOO_LATE = "too little of the lease was left";

export interface JobDeps {
  readonly sessions: SmtpSessions;
  readonly from: MailSender;
  readonly clock: Clock;
  /** Breaks the attempt off when the process has no more time. */
  readonly giveUp: AbortSignal;
  /** Aborted when the mail server is known to serve nobody: what has not been begun goes back. Its reason is what the mail server said. */
  readonly hold: AbortSignal;
}

/** One delivery in hand: made into a mail, sent within its lease, and kept until the server has its outcome. */
export class DeliveryJob {
  readonly delivery: Delivery;
  /** How often the server broke a stream off after it was told the outcome. */
  refusals = 0;
  readonly #stream: DeliverStream;
  readonly #deps: JobDeps;
  /** On the monotonic clock. */
  readonly #limitMs: number;
  #outcome: Outcome | null = null;
  #isTooLate = false;
  #hasBegun = false;

  /** `stream` is the one that the delivery came on: the lease ends with it. */
  constructor(delivery: Delivery, stream: DeliverStream, deps: JobDeps) {
    this.delivery = delivery;
    this.#stream = stream;
    this.#deps = deps;
    const span = Math.min(SEND_LIMIT_MS, durationFromProto(delivery.leaseDuration) - LEASE_RESERVE_MS);
    this.#limitMs = deps.clock.monotonic() + span;
  }

  /** Null while the attempt goes on. */
  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** Makes the attempt. Null, when there is none: the lease was lost, and there is no outcome; or another attempt met the trouble first. */
  async run(): Promise<SendResult | null> {
    const result = await this.#attempt();
    if (result === null) return null;
    const isHeldBack = this.#deps.hold.aborted && !this.#hasBegun && result.kind !== OutcomeKind.ADDRESS_REFUSED;
    const { kind, reply } = isHeldBack ? heldBack(this.#deps.hold.reason) : result;
    const { notificationId, leaseToken } = this.delivery;
    this.#outcome = { notificationId, leaseToken, kind, reply };
    return isHeldBack ? null : result;
  }

  async #attempt(): Promise<SendResult | null> {
    if (this.#remainingMs() < LEAST_TO_BEGIN_MS) return notTaken(TOO_LATE);
    let mail: ComposedMail;
    try {
      mail = composeMail(this.delivery, this.#deps.from);
    } catch (error) {
      const refusal = notTaken(error instanceof Error ? error.message : String(error));
      return error instanceof AddressError ? { ...refusal, kind: OutcomeKind.ADDRESS_REFUSED } : refusal;
    }
    const result = await this.#sendInTime(mail);
    return result === null && this.#isTooLate ? notTaken(TOO_LATE) : result;
  }

  async #sendInTime(mail: ComposedMail): Promise<SendResult | null> {
    const { clock, giveUp, hold, sessions } = this.#deps;
    const attempt = new AbortController();
    const done = new AbortController();
    const breakOff = () => attempt.abort(giveUp.reason);
    const withdraw = () => {
      if (!this.#hasBegun) attempt.abort(hold.reason);
    };
    giveUp.addEventListener("abort", breakOff);
    hold.addEventListener("abort", withdraw);
    if (giveUp.aborted) breakOff();
    if (hold.aborted) withdraw();
    clock.sleep(this.#remainingMs(), done.signal).then(
      () => attempt.abort(new Error("the attempt took as long as its lease allows")),
      () => undefined, // the attempt ended first
    );
    try {
      return await sendMail(mail, sessions, { signal: attempt.signal, mayBegin: () => this.#mayBegin() });
    } finally {
      done.abort(OVER);
      giveUp.removeEventListener("abort", breakOff);
      hold.removeEventListener("abort", withdraw);
    }
  }

  /**
   * The last look at the lease. In announcing mode the server is told first and writes it down; that is right before MAIL FROM
   * rather than DATA, for the library sends the two together where it can. What follows takes one or three round trips.
   */
  async #mayBegin(): Promise<boolean> {
    const isOurs = this.delivery.announceSending
      ? await this.#stream.announceSending(this.delivery)
      : this.#stream.isOpen;
    if (!isOurs) return false;
    this.#isTooLate = this.#remainingMs() < LEAST_TO_BEGIN_MS;
    this.#hasBegun = !this.#isTooLate && !this.#deps.hold.aborted;
    return this.#hasBegun;
  }

  #remainingMs(): number {
    return this.#limitMs - this.#deps.clock.monotonic();
  }
}

/** The mail server serves nobody: no attempt was made, and none is charged. */
function heldBack(trouble: unknown): Pick<SendResult, "kind" | "reply"> {
  return { kind: OutcomeKind.SERVER_TROUBLE, reply: trouble instanceof Error ? trouble.message : "" };
}

/** Nothing was said to the mail server about this mail. */
function notTaken(fault: string): SendResult {
  return { kind: OutcomeKind.NOT_TAKEN, reply: plainLine(fault, REPLY_LIMIT), duringSetup: false };
}
