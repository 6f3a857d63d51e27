import { credentials } from "@grpc/grpc-js";
import { NotificationServiceClient } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { FINISH_LIMIT_MS, Notifier } from "../deliver.ts";
import { SMTP_TIMEOUTS } from "../smtp-settings.ts";
import { FakeDeliveryServer } from "./fake-delivery-server.ts";
import { MailReceiver } from "./mail-receiver.ts";
import { ScriptedSmtpServer } from "./scripted-smtp-server.ts";

/** What a notifier lives in, for tests: a server without a store, mail servers, a clock that stands still, a log to read. */
export class NotifierWorld {
  readonly clock = new FakeClock(Date.parse("2026-11-05T14:31:02Z"));
  readonly log: string[] = [];
  server = new FakeDeliveryServer();
  readonly #cleanups: (() => unknown)[] = [];

  async open(): Promise<this> {
    await this.server.start();
    return this;
  }

  start(smtpPort: number, places = 2): Notifier {
    const client = new NotificationServiceClient(`127.0.0.1:${this.server.port}`, credentials.createInsecure(), {
      "grpc.initial_reconnect_backoff_ms": 10,
      "grpc.max_reconnect_backoff_ms": 50,
    });
    const notifier = new Notifier({
      client,
      smtp: { host: "127.0.0.1", port: smtpPort, security: "loopback", login: null, timeouts: SMTP_TIMEOUTS },
      from: { name: "Tickerbell", address: "bell@example.com" },
      places,
      clock: this.clock,
      random: () => 0.5,
      log: createLog("notifier", "debug", { write: (line: string) => this.log.push(line) }),
    });
    this.#cleanups.push(async () => {
      await this.#closeQuickly(notifier);
      client.close();
    });
    return notifier;
  }

  /** A mail server that does as it is told. */
  async scripted(): Promise<ScriptedSmtpServer> {
    const smtp = await new ScriptedSmtpServer().start();
    this.#cleanups.push(() => smtp.stop());
    return smtp;
  }

  /** A mail server that takes everything. */
  async receiver(): Promise<MailReceiver> {
    const smtp = await new MailReceiver().start();
    this.#cleanups.push(() => smtp.stop());
    return smtp;
  }

  /** Lets time pass, a little at a time, until the server sees what it should. */
  async pass(holds: () => boolean, stepMs = 10): Promise<void> {
    await this.#advanceUntil(this.server.until(holds), stepMs);
  }

  /** Lets time pass until the notifier says that its server is away. */
  async loses(): Promise<void> {
    while (!this.log.some((line) => line.includes("no connection to the server"))) {
      this.clock.advance(10);
      await new Promise(setImmediate);
    }
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
    this.server.stop();
  }

  /** Closes, without waiting for attempts that hang. */
  #closeQuickly(notifier: Notifier): Promise<void> {
    return this.#advanceUntil(notifier.close(), FINISH_LIMIT_MS);
  }

  async #advanceUntil(done: Promise<void>, stepMs: number): Promise<void> {
    const state = { isDone: false };
    const marked = done.then(() => (state.isDone = true));
    while (!state.isDone) {
      this.clock.advance(stepMs);
      await new Promise(setImmediate);
    }
    await marked;
  }
}
