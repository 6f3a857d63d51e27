import { once } from "node:events";
import type { ClientDuplexStream } from "@grpc/grpc-js";
import type {
  Delivery,
  DeliverRequest,
  DeliverResponse,
  Outcome,
  OutcomeAnswer,
} from "../proto/gen/tickerbell/v1/notification_service.ts";

export interface DeliverStreamHandlers {
  readonly onDelivery: (delivery: Delivery) => void;
  readonly onOutcomeAnswer: (answer: OutcomeAnswer) => void;
  /** Each sign of life from the server. */
  readonly onAlive: () => void;
}

/** One Deliver call: what is said in it, one after the other, and who waits for which answer. */
export class DeliverStream {
  readonly #call: ClientDuplexStream<DeliverRequest, DeliverResponse>;
  readonly #handlers: DeliverStreamHandlers;
  readonly #ended = Promise.withResolvers<Error | null>();
  readonly #grants = new Map<string, (granted: boolean) => void>();
  #isOpen = true;
  #wasOfUse = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(call: ClientDuplexStream<DeliverRequest, DeliverResponse>, handlers: DeliverStreamHandlers) {
    this.#call = call;
    this.#handlers = handlers;
    call.on("metadata", () => handlers.onAlive());
    call.on("data", (response: DeliverResponse) => this.#hear(response));
    call.on("error", (error: Error) => this.#finish(error));
    call.on("end", () => this.#finish(null));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the server said anything on this stream. */
  get wasOfUse(): boolean {
    return this.#wasOfUse;
  }

  /** Resolves when the stream is over: with its error, or null after a good end. */
  get ended(): Promise<Error | null> {
    return this.#ended.promise;
  }

  sayReady(): void {
    this.#say({ $case: "ready", value: {} });
  }

  sayOutcome(outcome: Outcome): void {
    this.#say({ $case: "outcome", value: outcome });
  }

  /** Announces that the mail's content comes next; resolves with the server's leave. False too when the stream ends first. */
  announceSending({ notificationId, leaseToken }: Delivery): Promise<boolean> {
    if (!this.#isOpen) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#grants.set(notificationId, resolve);
      this.#say({ $case: "sending", value: { notificationId, leaseToken } });
    });
  }

  /** Says that nothing more comes; the server then ends the stream. */
  end(): void {
    void this.#turn.then(() => this.#call.end());
  }

  /** Breaks the stream off. */
  cancel(): void {
    this.#call.cancel();
  }

  #say(message: DeliverRequest["message"]): void {
    this.#turn = this.#turn.then(() => this.#write({ message }));
  }

  /** In turn, and no faster than the server takes it. */
  async #write(request: DeliverRequest): Promise<void> {
    if (!this.#isOpen || this.#call.write(request)) return;
    await Promise.race([once(this.#call, "drain").catch(() => undefined), this.#ended.promise]);
  }

  #hear({ message }: DeliverResponse): void {
    this.#wasOfUse = true;
    this.#handlers.onAlive();
    switch (message?.$case) {
      case "delivery":
        this.#handlers.onDelivery(message.value);
        return;
      case "outcomeAnswer":
        this.#handlers.onOutcomeAnswer(message.value);
        return;
      case "sendingAnswer": {
        const { notificationId, granted } = message.value;
        this.#grants.get(notificationId)?.(granted);
        this.#grants.delete(notificationId);
        return;
      }
      case undefined: // a newer server's word; this version has nothing to do with it
    }
  }

  #finish(error: Error | null): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const resolve of this.#grants.values()) resolve(false);
    this.#grants.clear();
    this.#ended.resolve(error);
  }
}
