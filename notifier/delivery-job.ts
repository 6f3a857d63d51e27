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
const TOO_LATE = "too little of the lease was left";

export interface JobDeps {
  readonly sessions: SmtpSessions;
  readonly from: MailSender;
  readonly clock: Clock;
  /** Breaks the attempt off when the process has no more time. */
  readonly giveUp: AbortSignal;
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

  /** Makes the attempt. Null: the lease was lost before the mail server was given anything, and there is nothing to report. */
  async run(): Promise<SendResult | null> {
    const result = await this.#attempt();
    if (result === null) return null;
    const { notificationId, leaseToken } = this.delivery;
    this.#outcome = { notificationId, leaseToken, kind: result.kind, reply: result.reply };
    return result;
  }

  async #attempt(): Promise<SendResult | null> {
    if (this.#remainingMs() < LEAST_TO_BEGIN_MS) return notTaken(TOO_LATE);
    let mail: ComposedMail;
    try {
      mail = await composeMail(this.delivery, this.#deps.from);
    } catch (error) {
      const refusal = notTaken(error instanceof Error ? error.message : String(error));
      return error instanceof AddressError ? { ...refusal, kind: OutcomeKind.ADDRESS_REFUSED } : refusal;
    }
    const result = await this.#sendInTime(mail);
    return result === null && this.#isTooLate ? notTaken(TOO_LATE) : result;
  }

  async #sendInTime(mail: ComposedMail): Promise<SendResult | null> {
    const { clock, giveUp, sessions } = this.#deps;
    const done = new AbortController();
    const limit = new AbortController();
    const tooLong = new Error("the attempt took as long as its lease allows");
    clock.sleep(this.#remainingMs(), done.signal).then(
      () => limit.abort(tooLong),
      () => undefined, // the attempt ended first
    );
    try {
      return await sendMail(mail, sessions, {
        signal: AbortSignal.any([limit.signal, giveUp]),
        mayBegin: () => this.#mayBegin(),
      });
    } finally {
      done.abort();
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
    return !this.#isTooLate;
  }

  #remainingMs(): number {
    return this.#limitMs - this.#deps.clock.monotonic();
  }
}

/** Nothing was said to the mail server about this mail. */
function notTaken(fault: string): SendResult {
  return { kind: OutcomeKind.NOT_TAKEN, reply: plainLine(fault, REPLY_LIMIT), duringSetup: false };
}
