// Steps 7 to 9 of a quote's story, on the notifier's side: for each free place it asks the server for one sealed notification,
// makes the mail and hands it to SMTP within the lease, and tells the outcome. An outcome is kept until the server has
// answered it, over as many streams as that takes, for a mail that was taken must not be sent again.
import { status, type ServiceError } from "@grpc/grpc-js";
import type { AppError } from "../domain/error.ts";
import { MOST_PLACES, SLOW_DELIVERY_MS } from "../domain/notifying/delivery-limits.ts";
import { outcomeFromProto } from "../proto/convert/notification.ts";
import {
  OutcomeKind,
  type Delivery,
  type NotificationServiceClient,
  type Outcome,
  type OutcomeAnswer,
} from "../proto/gen/tickerbell/v1/notification_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { MailSender } from "./compose-mail.ts";
import { ConnectionReport } from "./connection-report.ts";
import { DeliverStream } from "./deliver-stream.ts";
import { DeliveryJob } from "./delivery-job.ts";
import { MailServerBreaker } from "./mail-server-breaker.ts";
import { reconnectDelayMs } from "./reconnect-delay.ts";
import { SmtpSessions } from "./smtp-sessions.ts";
import type { SendResult } from "./send-mail.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/** At the end, attempts under way are broken off after so long: a process is ended anyway after 8 s. */
export const FINISH_LIMIT_MS = 5_000;
/** At the end, the server is given so long to end the stream in good order. */
const END_LIMIT_MS = 1_000;
/** An outcome after which the server broke off this often is given up: it will not have it. */
const MOST_REFUSALS = 3;
/** While mails are slow, a notifier takes up to so many times as many as it has places. */
const MOST_GROWTH = 4;
/**
 * What a stream ends with, whatever was said in it: the connection or the server went, the server cannot write just now (a full or a damaged
 * disk), or does not let us in.
 */
const NO_REFUSALS: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.DATA_LOSS,
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
]);

/** Made once: an error made for each mail is dearer than the words of the mail. */
const IN_TIME = new Error("the mail was not slow");

export interface NotifierOptions {
  readonly client: Pick<NotificationServiceClient, "deliver">;
  readonly smtp: SmtpSettings;
  /** Others than those made from `smtp`, for tests. */
  readonly sessions?: SmtpSessions;
  readonly from: MailSender;
  /** How many mails are sent at the same time; one more for each that is slow. */
  readonly places: number;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Finds a better reason why the server cannot be reached, if it can. */
  readonly diagnose?: (failure: AppError) => Promise<AppError | null>;
}

/** Delivers until it is closed. Any number may run beside each other. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #sessions: SmtpSessions;
  readonly #breaker: MailServerBreaker;
  readonly #report: ConnectionReport;
  readonly #stop = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #jobs = new Set<DeliveryJob>();
  /** Those under way for long: another mail may go beside each, for its domain may be the reason. */
  readonly #slow = new Set<DeliveryJob>();
  readonly #serving: Promise<void>;
  #stream: DeliverStream | null = null;
  /** Places said to be free on the present stream and not filled yet. */
  #ready = 0;
  #closing: Promise<void> | null = null;
  #onIdle: () => void = () => undefined;

  /** Starts at once; a server that is away is waited for. */
  constructor(options: NotifierOptions) {
    const { clock, log, smtp } = options;
    this.#options = options;
    this.#report = new ConnectionReport(options);
    this.#sessions = options.sessions ?? new SmtpSessions(smtp);
    this.#breaker = new MailServerBreaker({
      probe: (signal) => this.#sessions.probe(signal),
      onAdmit: () => this.#sayReady(),
      clock,
      log,
      signal: this.#stop.signal,
    });
    this.#serving = this.#serve();
  }

  /** Takes nothing more, finishes and reports what is under way, then ends the stream. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async #serve(): Promise<void> {
    const { clock, random } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted;) {
      const wasOfUse = await this.#serveStream();
      failures = wasOfUse ? 0 : failures + 1;
      await clock.sleep(reconnectDelayMs(failures, random()), this.#stop.signal).catch(() => undefined);
    }
  }

  /** One stream from its beginning to its end; returns whether the server said anything on it. */
  async #serveStream(): Promise<boolean> {
    const stream: DeliverStream = new DeliverStream(this.#options.client.deliver(), {
      onDelivery: (delivery) => this.#take(delivery, stream),
      onOutcomeAnswer: (answer) => this.#forget(answer),
      onAlive: () => this.#report.sayConnected(),
    });
    this.#stream = stream;
    this.#ready = 0;
    for (const { outcome } of this.#jobs) if (outcome !== null) stream.sayOutcome(outcome);
    this.#sayReady();
    const failure = await stream.ended;
    this.#stream = null;
    this.#countRefusals(failure);
    if (!this.#stop.signal.aborted) await this.#report.sayLost(failure);
    return stream.wasOfUse;
  }

  /**
   * A place is free as soon as its outcome is told, so that the server writes down in one commit what ended and what begins. With those whose
   * outcome has no answer yet, there are at most twice as many mails as places.
   */
  #sayReady(): void {
    if (this.#stream === null || this.#closing !== null) return;
    const places = this.#breaker.placesOf(this.#wantedPlaces());
    const most = Math.min(2 * places, MOST_PLACES);
    while (this.#ready + this.#attempts < places && this.#ready + this.#jobs.size < most) {
      this.#ready += 1;
      this.#stream.sayReady();
    }
  }

  get #attempts(): number {
    return [...this.#jobs].filter(({ outcome }) => outcome === null).length;
  }

  #wantedPlaces(): number {
    const { places } = this.#options;
    return Math.min(places + this.#slow.size, places * MOST_GROWTH, MOST_PLACES);
  }

  #take(delivery: Delivery, stream: DeliverStream): void {
    if (this.#stop.signal.aborted) return; // it crossed our end of the stream, and its lease ends with it
    this.#ready -= 1;
    const { from, clock } = this.#options;
    const deps = { sessions: this.#sessions, from, clock, giveUp: this.#giveUp.signal, hold: this.#breaker.hold };
    const job = new DeliveryJob(delivery, stream, deps);
    this.#jobs.add(job);
    void this.#work(job);
  }

  async #work(job: DeliveryJob): Promise<void> {
    const isOver = this.#watch(job);
    const result = await job.run();
    isOver();
    const { outcome } = job;
    if (outcome === null) {
      const { notificationId: notification } = job.delivery;
      this.#options.log.info({ notification }, "lost the lease before sending; the server hands it out again");
      this.#release(job);
      return;
    }
    if (result !== null)
      this.#learn({ ...result, reply: result.reply.replaceAll(job.delivery.toAddress, "ADDRESS") }, outcome);
    this.#stream?.sayOutcome(outcome);
    this.#sayReady();
  }

  /** Takes another mail when this one is slow, until the returned function says that it is over. */
  #watch(job: DeliveryJob): () => void {
    const over = new AbortController();
    this.#options.clock.sleep(SLOW_DELIVERY_MS, over.signal).then(
      () => {
        this.#slow.add(job);
        this.#sayReady();
      },
      () => undefined, // it was quick
    );
    return () => {
      over.abort(IN_TIME);
      this.#slow.delete(job);
    };
  }

  /** `result` names nobody, for it is logged. */
  #learn(result: SendResult, outcome: Outcome): void {
    // What others were about when the mail server refused the first says nothing new.
    const level = result.kind === OutcomeKind.SERVER_TROUBLE && this.#breaker.placesOf(1) === 0 ? "debug" : "info";
    const { kind } = outcomeFromProto(outcome);
    const { notificationId: notification } = outcome;
    this.#options.log[level]({ notification, outcome: kind, reply: result.reply }, "delivery attempted");
    this.#breaker.learn(result);
  }

  /** The server has an outcome. Of two attempts at one notification, the older was told first. */
  #forget({ notificationId }: OutcomeAnswer): void {
    for (const job of this.#jobs) {
      if (job.outcome?.notificationId === notificationId) {
        this.#release(job);
        return;
      }
    }
  }

  #release(job: DeliveryJob): void {
    this.#jobs.delete(job);
    this.#sayReady();
    if (this.#jobs.size === 0) this.#onIdle();
  }

  /** A server that goes on ending the stream with an error of its own after an outcome does not want that outcome. */
  #countRefusals(failure: Error | null): void {
    if (failure === null || NO_REFUSALS.has((failure as ServiceError).code)) return;
    for (const job of this.#jobs) {
      if (job.outcome !== null) job.refusals += 1;
      if (job.refusals < MOST_REFUSALS) continue;
      this.#options.log.error({ notification: job.delivery.notificationId }, "the server does not take an outcome");
      this.#release(job);
    }
  }

  async #finish(): Promise<void> {
    const { clock } = this.#options;
    const over = new AbortController();
    const limit = clock.sleep(FINISH_LIMIT_MS, over.signal).then(
      () => this.#giveUp.abort(new Error("the notifier ends")),
      () => undefined, // all was reported in time
    );
    const idle = this.#idle();
    await Promise.race([idle, limit.then(() => this.#pause(END_LIMIT_MS, over.signal))]);
    over.abort();
    this.#stop.abort();
    this.#sessions.close();
    await this.#endStream();
    await this.#serving;
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      if (this.#jobs.size === 0) resolve();
    });
  }

  async #endStream(): Promise<void> {
    const stream = this.#stream;
    if (stream === null) return;
    stream.end();
    const over = new AbortController();
    await Promise.race([stream.ended, this.#pause(END_LIMIT_MS, over.signal)]);
    over.abort();
    stream.cancel();
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(ms, signal).catch(() => undefined);
  }
}
