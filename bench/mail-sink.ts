import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

/** A mail that was taken. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: Buffer;
  /** The moment of the 250 on the clock of performance.now(). */
  readonly takenAt: number;
}

/** An SMTP server that takes every mail and knows when it said 250. To each new session it says nothing for 100 ms. */
export class MailSink {
  readonly #server: SMTPServer;

  constructor(onTaken: (mail: TakenMail) => void) {
    this.#server = new SMTPServer({
      disabledCommands: ["AUTH", "STARTTLS"],
      authOptional: true,
      disableReverseLookup: true,
      logger: false,
      onData: (stream, { envelope }, callback) => {
        void buffer(stream).then((bytes) => {
          const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
          const to = envelope.rcptTo.map(({ address }) => address);
          callback(null); // says 250 and forgets the envelope
          onTaken({ from, to, bytes, takenAt: performance.now() });
        }, callback);
      },
    });
    this.#server.on("error", () => undefined); // a sender that breaks off shows as a mail that never came
  }

  /** Listens on a free loopback port; host:port. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve()));
    return `127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
