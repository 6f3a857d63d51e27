// A mail server that takes its time with some domains, as one does that calls the recipient's server while the sender waits.
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { systemClock } from "../../runtime/clock/clock.ts";

/** A mail as it was taken. */
export interface TakenMail {
  readonly recipient: string;
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly takenMs: number;
}

/** Open it, tell notifiers its address, and read `mails`. */
export class DomainSink {
  readonly mails: TakenMail[] = [];
  /** The most that were waiting for a slow domain at the same time. */
  mostHeld = 0;
  readonly #server: SMTPServer;
  #held = 0;

  /** `answerMs`: how long it takes to answer for a recipient. */
  constructor(answerMs: (recipient: string) => number) {
    this.#server = new SMTPServer({
      disabledCommands: ["AUTH", "STARTTLS"],
      authOptional: true,
      disableReverseLookup: true,
      logger: false,
      onRcptTo: ({ address }, _session, callback) => {
        this.#held += 1;
        this.mostHeld = Math.max(this.mostHeld, this.#held);
        void systemClock.sleep(answerMs(address)).then(() => {
          this.#held -= 1;
          callback();
        });
      },
      onData: (stream, { envelope }, callback) => {
        const recipient = envelope.rcptTo.map(({ address }) => address).join();
        buffer(stream).then(
          (raw) => {
            const messageId = /^Message-ID: (.*)$/im.exec(raw.toString("latin1"))?.[1]?.trim() ?? "";
            this.mails.push({ recipient, messageId, takenMs: systemClock.now() });
            callback(null);
          },
          () => callback(new Error("the mail broke off")),
        );
      },
    });
    this.#server.on("error", () => undefined); // a sender that is killed resets its connection
  }

  /** Listens on a free loopback port; host:port. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve()));
    return `127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
