// Steps 7 and 9 of a quote's story, seen from the server: a notifier's stream brings `ready`, `sending` and outcomes in, and takes
// sealed deliveries out. When the stream breaks, what it still had is treated as if the lease had run out.
import { Metadata, type handleBidiStreamingCall, type ServerDuplexStream } from "@grpc/grpc-js";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { MOST_PLACES } from "../../domain/notifying/delivery-limits.ts";
import { outcomeFromProto, stateToProto } from "../../proto/convert/notification.ts";
import type {
  DeliverRequest,
  DeliverResponse,
  Outcome,
  Sending,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Dispatcher } from "../dispatcher.ts";
import type { StatusConnections } from "../status-connections.ts";
import type { MailServerState } from "../mail-server-state.ts";
import type { NotificationStore, SealedDelivery } from "../notification-store.ts";
import { statusOf } from "./answer.ts";
import { callerOf } from "./caller.ts";
import { connectionOf } from "./connection.ts";
import { deliveryToProto } from "./delivery-message.ts";
import { messagesOf } from "./messages-of.ts";
import { writeTo } from "./write.ts";

export interface DeliverDeps {
  readonly notifications: NotificationStore;
  readonly dispatcher: Dispatcher;
  readonly policy: AmbiguityPolicy;
  readonly log: Log;
  /** Told whether the mail server takes mail, whenever that is known. */
  readonly mailServer: MailServerState;
  readonly connections: StatusConnections<FetcherReport>;
  readonly clock: Clock;
}

/** NotificationService.Deliver. */
export function deliver(deps: DeliverDeps): handleBidiStreamingCall<DeliverRequest, DeliverResponse> {
  return (call) => {
    call.sendMetadata(new Metadata()); // tells the notifier that it is in
    const stream = new DeliverStream(call, deps);
    stream.run().then(
      () => call.end(),
      (error: unknown) => stream.fail(error),
    );
  };
}

class DeliverStream {
  readonly #call: ServerDuplexStream<DeliverRequest, DeliverResponse>;
  readonly #deps: DeliverDeps;
  /** What was handed out on this stream and has not been reported: token by notification. */
  readonly #held = new Map<string, number>();
  readonly #forget: () => void;
  /** Messages whose answer waits for its commit: several go into one. */
  readonly #answering = new Set<Promise<void>>();
  #places = 0;
  #gone = false;
  #hasFailed = false;

  constructor(call: ServerDuplexStream<DeliverRequest, DeliverResponse>, deps: DeliverDeps) {
    this.#call = call;
    this.#deps = deps;
    this.#forget = deps.connections.addNotifier({
      connection: connectionOf(call, deps.clock.now()),
      load: () => ({ freePlaces: this.#places, deliveries: this.#held.size }),
    });
    call.on("cancelled", () => this.#leave());
  }

  async run(): Promise<void> {
    try {
      for await (const { message } of messagesOf(this.#call)) {
        if (message?.$case === "ready") this.#offerPlace();
        if (message?.$case === "sending") this.#answer(this.#announce(message.value));
        if (message?.$case === "outcome") this.#answer(this.#end(message.value));
        if (this.#answering.size >= MOST_PLACES) await Promise.race(this.#answering);
      }
      await Promise.all(this.#answering);
    } finally {
      this.#leave();
      await this.#lose();
    }
  }

  /** Ends the call with an error, the first that there is. */
  fail(error: unknown): void {
    if (this.#hasFailed || this.#call.cancelled) return;
    this.#hasFailed = true;
    this.#call.emit("error", statusOf(error, this.#deps.log));
  }

  #answer(answer: Promise<void>): void {
    const over = answer.catch((error: unknown) => this.fail(error)).finally(() => this.#answering.delete(over));
    this.#answering.add(over);
  }

  #offerPlace(): void {
    if (this.#places + this.#held.size >= MOST_PLACES) return;
    this.#places += 1;
    this.#deps.dispatcher.offer({ owner: this, take: (delivery) => this.#take(delivery) });
  }

  #take(delivery: SealedDelivery): boolean {
    this.#places -= 1;
    if (this.#gone) return false;
    this.#held.set(delivery.notificationId, delivery.token);
    const value = deliveryToProto(delivery, this.#deps.policy === "hold");
    void writeTo(this.#call, { message: { $case: "delivery", value } });
    return true;
  }

  async #announce({ notificationId, leaseToken }: Sending): Promise<void> {
    const { notifications, dispatcher } = this.#deps;
    const granted = await notifications.announceSending(notificationId, leaseToken);
    if (!granted) {
      dispatcher.forget(this, { notificationId, token: leaseToken });
      this.#release(notificationId, leaseToken);
    }
    await writeTo(this.#call, { message: { $case: "sendingAnswer", value: { notificationId, granted } } });
  }

  async #end(outcome: Outcome): Promise<void> {
    const { notificationId, leaseToken } = outcome;
    const { notifications, policy, dispatcher, mailServer, log } = this.#deps;
    const known = outcomeFromProto(outcome);
    dispatcher.learn(this, { notificationId, token: leaseToken }, known);
    const state = await notifications.endDelivery(notificationId, leaseToken, known, policy);
    const isKnown = known.kind === "serverTrouble" && !mailServer.isTaking;
    log[isKnown ? "debug" : "info"]({ notification: notificationId, outcome: known.kind, state }, "delivery ended");
    if (known.kind === "serverTrouble") mailServer.markTrouble(known.reply);
    if (known.kind === "taken") mailServer.markTaking();
    this.#release(notificationId, leaseToken);
    await writeTo(this.#call, {
      message: { $case: "outcomeAnswer", value: { notificationId, state: stateToProto(state) } },
    });
    dispatcher.wake();
  }

  /** A later lease of the same notification stays. */
  #release(notificationId: string, leaseToken: number): void {
    if (this.#held.get(notificationId) === leaseToken) this.#held.delete(notificationId);
  }

  /** No more deliveries for this stream. */
  #leave(): void {
    this.#gone = true;
    this.#forget();
    this.#deps.dispatcher.withdraw(this);
  }

  /** A stream that we end takes no lease away: its notifier is at work still, and comes back on another one with its outcomes. */
  async #lose(): Promise<void> {
    const isEndedByUs = this.#hasFailed || this.#deps.dispatcher.isClosed || callerOf(this.#call.metadata).isToldToGo();
    if (this.#held.size === 0 || isEndedByUs) return;
    const held = [...this.#held].map(([notificationId, token]) => ({ notificationId, token }));
    this.#held.clear();
    await this.#deps.notifications.loseStream(held, this.#deps.policy);
    this.#deps.dispatcher.wake();
  }
}
