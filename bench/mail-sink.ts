import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** An SMTP server that takes every mail, forgets it, and knows when it said 250. */
export class MailSink {
  readonly #server: SMTPServer;
  readonly #onTaken: (recipient: string, takenAt: number) => void;

  /** `onTaken` is told of each recipient, with the moment of the 250 on the clock of performance.now(). */
  constructor(onTaken: (recipient: string, takenAt: number) => void) {
    this.#onTaken = onTaken;
    this.#server = new SMTPServer({
      disabledCommands: ["AUTH", "STARTTLS"],
      authOptional: true,
      disableReverseLookup: true,
      logger: false,
      onData: (stream, session, callback) => {
        stream.resume();
        stream.on("end", () => {
          const recipients = session.envelope.rcptTo.map(({ address }) => address);
          callback(null); // says 250 and forgets the envelope
          const takenAt = performance.now();
          for (const recipient of recipients) this.#onTaken(recipient, takenAt);
        });
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
