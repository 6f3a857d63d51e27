import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail as a real receiver took it. */
export interface ReceivedMail {
  /** The envelope's recipients. */
  readonly to: readonly string[];
  readonly bytes: Buffer;
}

/** A real mail server on a free loopback port that takes everything. */
export class MailReceiver {
  readonly #server: SMTPServer;
  readonly #mails: ReceivedMail[] = [];
  #secured = 0;
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  /** With a key and its certificate it offers STARTTLS. */
  constructor(tls?: { readonly key: Buffer; readonly cert: Buffer }) {
    this.#server = new SMTPServer({
      ...tls,
      authOptional: true,
      disabledCommands: tls === undefined ? ["STARTTLS", "AUTH"] : ["AUTH"],
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          if (session.secure) this.#secured += 1;
          this.#mails.push({ to, bytes: Buffer.concat(chunks) });
          done();
          this.#changed();
        });
      },
    });
    this.#server.on("error", () => undefined); // a client that leaves in the middle is what some tests are about
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", () => resolve()));
    return this;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get mails(): readonly ReceivedMail[] {
    return this.#mails;
  }

  /** How many of them came encrypted. */
  get secured(): number {
    return this.#secured;
  }

  /** Resolves when so many have come since the start. */
  received(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push({ count, resolve });
      this.#changed();
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #changed(): void {
    const due = this.#watchers.filter(({ count }) => this.#mails.length >= count);
    this.#watchers = this.#watchers.filter((watcher) => !due.includes(watcher));
    for (const { resolve } of due) resolve();
  }
}
