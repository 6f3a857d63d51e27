// A mail server that takes everything, a little slowly, and writes down what came and when it said so.
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { systemClock } from "../../runtime/clock/clock.ts";

/** One mail as it came. The times are milliseconds since the epoch, by the sink's clock. */
export interface RecordedMail {
  readonly messageId: string;
  readonly recipient: string;
  readonly subject: string;
  /** Of all bytes. */
  readonly digest: string;
  /** When the sender began with the mail. */
  readonly beginMs: number;
  /** When it was taken: the sender was told, if it still lived. */
  readonly takenMs: number;
}

interface SinkOptions {
  /** How long it takes for a mail, in milliseconds; nobody's if it is 0. */
  readonly delayMs: () => number;
}

/** Open it, tell the notifier its address, and read `mails`. */
export class RecordingSink {
  readonly mails: RecordedMail[] = [];
  /** Says what time it is; a trial that plays a later hour sets it on. */
  now: () => number = () => systemClock.now();
  readonly #delayMs: () => number;
  readonly #server: SMTPServer;
  #underWay = 0;

  constructor({ delayMs }: SinkOptions) {
    this.#delayMs = delayMs;
    this.#server = new SMTPServer({
      disabledCommands: ["AUTH", "STARTTLS"],
      authOptional: true,
      disableReverseLookup: true,
      logger: false,
      onData: (stream, session, callback) => {
        this.#underWay += 1;
        this.#take(stream, session)
          .then(
            () => callback(null),
            () => callback(new Error("the mail broke off")),
          )
          .finally(() => (this.#underWay -= 1));
      },
    });
    this.#server.on("error", () => undefined); // a sender that is killed resets its connection
  }

  /** How many mails are being given or are taken and not yet said to be. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Listens on a free loopback port; host:port. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve()));
    return `127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const beginMs = this.now();
    const raw = await buffer(stream);
    await systemClock.sleep(this.#delayMs());
    const head = raw.toString("latin1", 0, raw.indexOf("\r\n\r\n")).replaceAll(/\r\n[ \t]+/g, " ");
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? "";
    this.mails.push({
      messageId: field("Message-ID"),
      recipient: envelope.rcptTo.map(({ address }) => address).join(","),
      subject: field("Subject"),
      digest: createHash("sha256").update(raw).digest("hex"),
      beginMs,
      takenMs: this.now(),
    });
  }
}
