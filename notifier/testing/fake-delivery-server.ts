import { Server, ServerCredentials, status, type ServerDuplexStream } from "@grpc/grpc-js";
import { NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import {
  NotificationServiceService,
  type Delivery,
  type DeliverRequest,
  type DeliverResponse,
  type Outcome,
  type Sending,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";

type Call = ServerDuplexStream<DeliverRequest, DeliverResponse>;

/** The server's side of Deliver, without a store: hands out what a test gives it and keeps what notifiers say. */
export class FakeDeliveryServer {
  /** What it does with an outcome. */
  onOutcome: "answer" | "ignore" | "refuse" = "answer";
  /** What it refuses one with. */
  refusal = status.INTERNAL;
  /** Whether it grants `sending`; null: no answer. */
  grants: boolean | null = true;
  readonly #server = new Server();
  readonly #calls = new Set<Call>();
  readonly #waiting: Delivery[] = [];
  readonly #places: Call[] = [];
  readonly #outcomes: Outcome[] = [];
  readonly #sendings: Sending[] = [];
  #opened = 0;
  #watchers: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];
  #port = 0;

  async start(port = 0, credentials = ServerCredentials.createInsecure()): Promise<this> {
    this.#server.addService(NotificationServiceService, { deliver: (call: Call) => this.#serve(call) });
    this.#port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, at: number): void => (error === null ? resolve(at) : reject(error));
      this.#server.bindAsync(`127.0.0.1:${port}`, credentials, bound);
    });
    return this;
  }

  get port(): number {
    return this.#port;
  }

  /** Every outcome that came, in order. */
  get outcomes(): readonly Outcome[] {
    return this.#outcomes;
  }

  /** Every `sending` that came. */
  get sendings(): readonly Sending[] {
    return this.#sendings;
  }

  /** Places that said `ready` on a stream that still stands, and were not filled. */
  get readyPlaces(): number {
    return this.#places.length;
  }

  /** How many streams were opened so far. */
  get opened(): number {
    return this.#opened;
  }

  /** How many stand. */
  get open(): number {
    return this.#calls.size;
  }

  /** Goes to the place that has been ready longest, as soon as there is one. */
  hand(delivery: Delivery): void {
    this.#waiting.push(delivery);
    this.#handOut();
  }

  /** Resolves when a condition over the above holds; asked again whenever anything happens here. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push({ holds, resolve });
      this.#changed();
    });
  }

  /** Answers a `sending` that was left without an answer, on every stream that stands. */
  answerSending(notificationId: string, granted: boolean): void {
    for (const call of this.#calls) {
      call.write({ message: { $case: "sendingAnswer", value: { notificationId, granted } } });
    }
  }

  /** Breaks every stream off, as a server does that goes away. */
  breakStreams(): void {
    for (const call of this.#calls) call.emit("error", { code: status.UNAVAILABLE, details: "gone" });
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #serve(call: Call): void {
    this.#opened += 1;
    this.#calls.add(call);
    call.on("data", ({ message }: DeliverRequest) => {
      if (message?.$case === "ready") this.#places.push(call);
      else if (message?.$case === "sending") this.#hearSending(call, message.value);
      else if (message?.$case === "outcome") this.#hearOutcome(call, message.value);
      this.#handOut();
    });
    const gone = (): void => {
      this.#calls.delete(call);
      for (let at = this.#places.indexOf(call); at !== -1; at = this.#places.indexOf(call)) this.#places.splice(at, 1);
      this.#changed();
    };
    call.on("end", () => call.end());
    for (const event of ["end", "error", "cancelled"]) call.on(event, gone);
    this.#changed();
  }

  #hearSending(call: Call, sending: Sending): void {
    this.#sendings.push(sending);
    const { notificationId } = sending;
    if (this.grants === null) return;
    call.write({ message: { $case: "sendingAnswer", value: { notificationId, granted: this.grants } } });
  }

  #hearOutcome(call: Call, outcome: Outcome): void {
    this.#outcomes.push(outcome);
    const value = { notificationId: outcome.notificationId, state: NotificationState.SENT };
    if (this.onOutcome === "answer") call.write({ message: { $case: "outcomeAnswer", value } });
    else if (this.onOutcome === "refuse") call.emit("error", { code: this.refusal, details: "cannot" });
  }

  #handOut(): void {
    for (;;) {
      const [place, delivery] = [this.#places[0], this.#waiting[0]];
      if (place === undefined || delivery === undefined) break;
      this.#places.shift();
      this.#waiting.shift();
      place.write({ message: { $case: "delivery", value: delivery } });
    }
    this.#changed();
  }

  #changed(): void {
    const held = this.#watchers.filter(({ holds }) => holds());
    this.#watchers = this.#watchers.filter((watcher) => !held.includes(watcher));
    for (const { resolve } of held) resolve();
  }
}
