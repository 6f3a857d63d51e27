import { Readable } from "node:stream";
import { TLSSocket } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { ComposedMail } from "./compose-mail.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/**
 * How far a session has come, which decides what a fault means. `setup`: connecting, securing, logging in. `envelope`: from then
 * on, up to the answer to DATA. `content`: the mail server said 354, and what it got of the mail nobody knows until it answers.
 */
export type SmtpStage = "setup" | "envelope" | "content";

/** Mail servers end a session after some hundreds of mails (Exim: 1,000); being the first is safe, but each new one waits for a greeting. */
const MOST_MAILS = 250;
/** From here on the next session is got ready: even at hundreds of mails a second that leaves time for a slow greeting. */
const NEAR_ITS_END = 200;

/**
 * One session with the mail server, for one mail after the other. The library's connection is used rather than its transport, because the time
 * between log-in and MAIL FROM is ours (the lease is checked there), and because only so the 354 can be told for certain: the
 * library starts to read the content when it has it, never before.
 */
export class SmtpSession {
  readonly #connection: SMTPConnection;
  readonly #settings: SmtpSettings;
  readonly #broken = Promise.withResolvers<never>();
  #stage: SmtpStage = "setup";
  #isOpen = true;
  #mails = 0;

  constructor(settings: SmtpSettings) {
    this.#settings = settings;
    this.#connection = new SMTPConnection(connectionOptions(settings));
    this.#connection.on("error", (error: Error) => this.#broken.reject(error));
    this.#connection.on("end", () => (this.#isOpen = false));
    this.#broken.promise.catch(() => undefined); // whoever waits right now is told by race(); nobody waiting is no defect
  }

  get stage(): SmtpStage {
    return this.#stage;
  }

  /** What it is encrypted with, such as `TLSv1.3`; null: nothing, or not yet. */
  get tlsVersion(): string | null {
    const socket = this.#connection._socket; // the library tells it in no other way
    return socket instanceof TLSSocket ? socket.getProtocol() : null;
  }

  /** Whether another mail may be sent in it, as far as can be seen from here. */
  get isReusable(): boolean {
    return this.#isOpen && this.#mails < MOST_MAILS;
  }

  /** Whether it will soon have carried as many mails as a session may. */
  get isNearItsEnd(): boolean {
    return this.#mails >= NEAR_ITS_END;
  }

  /** Connects, secures and logs in. Rejects with the library's error, or the signal's reason. */
  async open(signal: AbortSignal): Promise<void> {
    const { login } = this.#settings;
    await this.#race(signal, (done) => this.#connection.connect((error) => done(error ?? null)));
    if (login !== null) await this.#logIn(login.user, login.password, signal);
    this.#stage = "envelope";
  }

  /** Makes sure that the mail server still listens, after a pause. Rejects like open(). */
  async revive(signal: AbortSignal): Promise<void> {
    this.#stage = "envelope";
    await this.#race(signal, (done) => this.#connection.reset((error) => done(error)));
  }

  /** Hands one mail over; returns the mail server's 250. Rejects like open(); `stage` then says how far it came. */
  async send(mail: ComposedMail, signal: AbortSignal): Promise<string> {
    this.#mails += 1;
    const content = new Readable({
      read: () => {
        this.#stage = "content";
        content.push(mail.bytes);
        content.push(null);
      },
    });
    const envelope = { from: mail.from, to: [mail.to] };
    const info = await this.#race<{ response: string }>(signal, (done) =>
      this.#connection.send(envelope, content, (error, result) => done(error, result)),
    );
    return info.response;
  }

  /** Ends a session between two mails. */
  leave(): void {
    this.#connection.quit(); // nobody waits for its answer
    this.#connection.close();
  }

  /** Ends the session, whatever its state. */
  close(): void {
    this.#connection.close();
  }

  async #logIn(user: string, pass: string, signal: AbortSignal): Promise<void> {
    if (!this.#connection.allowsAuth) throw new Error("the mail server offers no log-in");
    await this.#race(signal, (done) => this.#connection.login({ credentials: { user, pass } }, (error) => done(error)));
  }

  async #race<Result = undefined>(
    signal: AbortSignal,
    act: (done: (error: Error | null, result?: Result) => void) => void,
  ): Promise<Result> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    act((error, result) => (error === null ? resolve(result as Result) : reject(error)));
    try {
      return await Promise.race([promise, this.#broken.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

function connectionOptions({ host, port, security, timeouts }: SmtpSettings): SMTPConnection["options"] {
  const isTrusted = security === "starttls" || security === "tls";
  return {
    host,
    port,
    secure: security === "tls" || security === "tls-loopback",
    requireTLS: security === "starttls",
    tls: { minVersion: "TLSv1.2", rejectUnauthorized: isTrusted }, // on loopback nobody listens, and certificates are self-made
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.socketMs,
    maxResponseSize: 65_536, // no mail server has that much to say
  };
}
