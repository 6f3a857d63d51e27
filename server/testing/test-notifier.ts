import type { ClientDuplexStream } from "@grpc/grpc-js";
import type {
  Delivery,
  DeliverRequest,
  DeliverResponse,
  NotificationServiceClient,
  OutcomeAnswer,
  OutcomeKind,
  SendingAnswer,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";

/** The notifier's side of Deliver, for tests: says what it is told to, and waits for the answers. */
export class TestNotifier {
  /** What came and was not taken up yet. */
  readonly waiting: DeliverResponse["message"][] = [];
  /** Resolves when the server has taken the stream in; what is cancelled before, the library never takes back from the server. */
  readonly opened: Promise<void>;
  /** Resolves when the stream has ended, with the gRPC code. */
  readonly ended: Promise<number>;
  readonly #call: ClientDuplexStream<DeliverRequest, DeliverResponse>;
  #wake: () => void = () => undefined;

  constructor(client: NotificationServiceClient) {
    this.#call = client.deliver();
    this.#call.on("error", () => undefined);
    this.#call.on("data", ({ message }: DeliverResponse) => {
      this.waiting.push(message);
      this.#wake();
    });
    this.opened = new Promise((resolve) => this.#call.once("metadata", () => resolve()));
    this.ended = new Promise((resolve) => this.#call.on("status", ({ code }) => resolve(code)));
  }

  ready(): this {
    this.#call.write({ message: { $case: "ready", value: {} } });
    return this;
  }

  delivery(): Promise<Delivery> {
    return this.#next("delivery") as Promise<Delivery>;
  }

  async announce({ notificationId, leaseToken }: Delivery): Promise<boolean> {
    this.#call.write({ message: { $case: "sending", value: { notificationId, leaseToken } } });
    return ((await this.#next("sendingAnswer")) as SendingAnswer).granted;
  }

  async report(
    { notificationId, leaseToken }: Delivery,
    kind: OutcomeKind,
    reply = "said",
  ): Promise<OutcomeAnswer["state"]> {
    this.#call.write({ message: { $case: "outcome", value: { notificationId, leaseToken, kind, reply } } });
    return ((await this.#next("outcomeAnswer")) as OutcomeAnswer).state;
  }

  /** Breaks off. */
  cancel(): void {
    this.#call.cancel();
  }

  /** Goes in good order. */
  close(): void {
    this.#call.end();
  }

  async #next(kind: NonNullable<DeliverResponse["message"]>["$case"]): Promise<unknown> {
    for (;;) {
      const index = this.waiting.findIndex((message) => message?.$case === kind);
      if (index !== -1) return this.waiting.splice(index, 1)[0]?.value;
      const code = await Promise.race([this.ended, new Promise<null>((resolve) => (this.#wake = () => resolve(null)))]);
      if (code !== null) throw new Error(`the stream ended with ${code}`);
    }
  }
}
