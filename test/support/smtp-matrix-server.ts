// The server of the SMTP matrix: a user for each mail, whose alert the next price meets, and a look at what the store says of it.
import type { Client } from "@grpc/grpc-js";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { NotificationServiceClient } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { exampleTick } from "../examples.ts";
import { eventually } from "./eventually.ts";
import { fillDatabase } from "./kill-fill.ts";
import { QuoteSender } from "./quote-sender.ts";
import { TestServer } from "./test-server.ts";

const SYMBOL = "AAPL";
/** Each user's level is this much above the one before, in cents. */
const [FIRST_CENTS, STEP_CENTS] = [10_000, 5];
/** grpc.health.v1, as bytes: the question about the sending of mails, and the answer that says SERVING. */
const SENDING_MAILS = "tickerbell.v1.NotificationService";
const QUESTION = Buffer.from(`\n${String.fromCharCode(SENDING_MAILS.length)}${SENDING_MAILS}`);
const SERVING = Buffer.from([8, 1]);

/** What the store says of a user's one mail. */
export interface MailFacts {
  readonly state: string;
  readonly charged: number;
  /** When it may go again, on the monotonic clock. */
  readonly nextMono: number;
  readonly strikes: number;
  readonly cooldownMono: number | null;
  /** Of the attempt. */
  readonly reason: string;
  /** What the mail server said to it. */
  readonly reply: string;
}

/** Close it at the end. */
export class SmtpMatrixServer {
  readonly #clock: FakeClock;
  readonly #server: TestServer;
  #sender: QuoteSender | null = null;
  #notifierClient: Promise<NotificationServiceClient> | null = null;
  #fired = 0;

  constructor(policy: AmbiguityPolicy, clock: FakeClock) {
    this.#clock = clock;
    this.#server = new TestServer({ policy, clock });
  }

  /** Makes users who wait for a mail each, and starts. */
  async open(users: number): Promise<void> {
    const userIds = Array.from({ length: users }, (_, at) => `user-${at + 1}`);
    const alerts = userIds.map((userId, at) => {
      return { userId, symbol: SYMBOL, level: (FIRST_CENTS + (at + 1) * STEP_CENTS) / 100, repeat: "once" } as const;
    });
    await fillDatabase(this.#server.databaseFile, userIds, alerts);
    await this.#server.start();
    this.#sender = new QuoteSender(await this.#server.connect(QuoteServiceClient, "fetcher"));
    await this.#tick();
  }

  async close(): Promise<void> {
    this.#sender?.end();
    await this.#server.close();
  }

  /** One connection for all notifiers. */
  connect(kind: typeof NotificationServiceClient): Promise<NotificationServiceClient> {
    this.#notifierClient ??= this.#server.connect(kind, "notifier");
    return this.#notifierClient;
  }

  /** The next user's alert is met; his id. */
  async fire(): Promise<string> {
    this.#fired += 1;
    await this.#tick();
    return `user-${this.#fired}`;
  }

  /** When so many attempts have ended and the mail stands as it should, or after a while in whatever state it is: what is to be seen. */
  async factsAfter(userId: string, attempts: number, state: string): Promise<MailFacts> {
    await eventually(`attempt ${attempts} of the mail to ${userId} has ended`, () => {
      return this.#ended(userId) >= attempts;
    });
    await eventually(state, () => this.stateOf(userId) === state, 2 * SECOND_MS).catch(() => undefined);
    const [facts] = this.#server.query(
      `SELECT state, attempts AS charged, next_attempt_mono AS nextMono, strikes, open_mono AS cooldownMono, attempt.reason, attempt.reply
       FROM notifications JOIN users ON users.id = notifications.user_id
         JOIN delivery_attempts AS attempt ON attempt.notification_id = notifications.id AND attempt.token = ?
         LEFT JOIN cooldowns ON cooldowns.user_id = users.id AND cooldowns.symbol = notifications.symbol
       WHERE users.id = ?`,
      attempts,
      userId,
    ) as MailFacts[];
    return facts!;
  }

  stateOf(userId: string): string {
    const rows = this.#server.query("SELECT state FROM notifications WHERE user_id = ?", userId) as { state: string }[];
    return rows.map(({ state }) => state).join();
  }

  strikesOf(userId: string): number {
    const [row] = this.#server.query("SELECT strikes FROM users WHERE id = ?", userId) as { strikes: number }[];
    return row?.strikes ?? 0;
  }

  /** What health says of the mail server. */
  async isTaking(): Promise<boolean> {
    const client: Client = await this.#server.channel("cli");
    const same = (bytes: Buffer): Buffer => bytes;
    const answer = await new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest("/grpc.health.v1.Health/Check", same, same, QUESTION, (error, bytes) => {
        if (error === null) resolve(bytes ?? Buffer.alloc(0));
        else reject(error);
      });
    });
    return answer.equals(SERVING);
  }

  #ended(userId: string): number {
    const sql = `SELECT count(*) AS ended FROM delivery_attempts JOIN notifications ON notifications.id = notification_id
      WHERE user_id = ? AND delivery_attempts.end_time IS NOT NULL`;
    const [row] = this.#server.query(sql, userId) as { ended: number }[];
    return row?.ended ?? 0;
  }

  /** A second later a price comes that meets the levels of all who have fired. */
  async #tick(): Promise<void> {
    this.#clock.advance(SECOND_MS);
    const now = this.#clock.now();
    const price = (FIRST_CENTS + this.#fired * STEP_CENTS) / 100;
    await this.#sender?.send([exampleTick(0, price, { quoteTimeMs: now, fetchTimeMs: now })]);
  }
}
