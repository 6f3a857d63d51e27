// A hundred free places for a few mails, and a hundred reports of how one of them ended.
import { once } from "node:events";
import type { ClientDuplexStream } from "@grpc/grpc-js";
import {
  OutcomeKind,
  type Delivery,
  type DeliverRequest,
  type DeliverResponse,
  type NotificationServiceClient,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { AT_ONCE } from "../support/at-once.ts";
import type { TestServer } from "../support/test-server.ts";

/** Notifiers with all free places at once. */
export class DeliveryRace {
  readonly #server: TestServer;
  readonly #notifiers: readonly NotificationServiceClient[];
  readonly #onViolation: (text: string) => void;
  readonly #calls: ClientDuplexStream<DeliverRequest, DeliverResponse>[] = [];
  readonly #deliveries: Delivery[] = [];
  #answers = 0;
  #wake: () => void = () => undefined;

  constructor(
    server: TestServer,
    notifiers: readonly NotificationServiceClient[],
    onViolation: (text: string) => void,
  ) {
    this.#server = server;
    this.#notifiers = notifiers;
    this.#onViolation = onViolation;
  }

  /** Delivers everything that waits; at least one mail must. */
  async run(): Promise<void> {
    const due = this.#count("notifications WHERE state = 'WAITING'");
    const sent = this.#count("notifications WHERE state = 'SENT'");
    for (const notifier of this.#notifiers) this.#calls.push(await this.#open(notifier));
    for (let at = 0; at < AT_ONCE; at += 1) this.#write(at, { $case: "ready", value: {} });
    await this.#until(() => this.#deliveries.length >= due);
    await this.#report();
    for (const call of this.#calls.splice(0)) call.cancel();
    const ids = new Set(this.#deliveries.map(({ notificationId }) => notificationId));
    this.#expect("deliveries", this.#deliveries.length, due);
    this.#expect("mails that were handed out", ids.size, due);
    this.#expect("mails sent", this.#count("notifications WHERE state = 'SENT'"), sent + due);
    this.#expect("mails left", this.#count("notifications WHERE state NOT IN ('SENT', 'EXPIRED', 'CANCELLED')"), 0);
    const unended = this.#count("delivery_attempts WHERE end_time IS NULL");
    this.#expect("attempts without an end", unended, 0);
    this.#expect(
      "attempts more than mails",
      this.#count("delivery_attempts") - this.#count("notifications WHERE state = 'SENT'"),
      0,
    );
  }

  /** Every stream reports the end of every delivery, a hundred times in all or once each. */
  async #report(): Promise<void> {
    const times = Math.max(1, Math.floor(AT_ONCE / this.#deliveries.length));
    const reports = [...this.#deliveries].flatMap((delivery) => Array.from({ length: times }, () => delivery));
    for (const [at, { notificationId, leaseToken }] of reports.entries()) {
      const value = { notificationId, leaseToken, kind: OutcomeKind.TAKEN, reply: `250 ${at}` };
      this.#write(at, { $case: "outcome", value });
    }
    await this.#until(() => this.#answers >= reports.length);
  }

  async #open(notifier: NotificationServiceClient): Promise<ClientDuplexStream<DeliverRequest, DeliverResponse>> {
    const call = notifier.deliver();
    call.on("error", () => undefined); // it is cancelled in the end
    call.on("data", ({ message }: DeliverResponse) => {
      if (message?.$case === "delivery") this.#deliveries.push(message.value);
      if (message?.$case === "outcomeAnswer") this.#answers += 1;
      this.#wake();
    });
    await once(call, "metadata");
    return call;
  }

  #write(at: number, message: NonNullable<DeliverRequest["message"]>): void {
    this.#calls[at % this.#calls.length]?.write({ message });
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  #count(from: string): number {
    const [row] = this.#server.query(`SELECT count(*) AS count FROM ${from}`) as { count: number }[];
    return row?.count ?? -1;
  }

  #expect(what: string, count: number, wanted: number): void {
    if (count !== wanted) this.#onViolation(`${count} ${what} instead of ${wanted}`);
  }
}
