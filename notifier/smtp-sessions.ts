import { SmtpSession } from "./smtp-session.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/**
 * The sessions with the mail server. One that a mail was sent in is kept for the next, since making one costs more than a mail
 * (many servers wait before they greet). For one that will soon have carried its share the next is opened meanwhile, so that no
 * mail waits for its greeting. There is never more than one beyond the mails under way at the same time; one that is silent for
 * the socket's limit ends by itself.
 */
export class SmtpSessions {
  readonly #smtp: SmtpSettings;
  readonly #closing = new AbortController();
  /** Whose successor was opened already, or could not be. */
  readonly #succeeded = new WeakSet<SmtpSession>();
  #idle: SmtpSession[] = [];
  #successor: "none" | "opening" | SmtpSession = "none";

  constructor(smtp: SmtpSettings) {
    this.#smtp = smtp;
  }

  /** A session that is ready for MAIL FROM. Rejects with what keeps the mail server from being talked to. */
  async take(signal: AbortSignal): Promise<SmtpSession> {
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      if (session.isReusable && (await isAlive(session, signal))) return session;
      session.leave();
    }
    return this.#open(signal);
  }

  /** Takes a session back after a mail that went well. */
  keep(session: SmtpSession): void {
    if (!session.isReusable || this.#closing.signal.aborted) session.leave();
    else if (session.isNearItsEnd) this.#keepOrReplace(session);
    else this.#idle.push(session);
  }

  /** Whether the mail server can be talked to at all: connects, secures, logs in, leaves. Rejects with the fault. */
  async probe(signal: AbortSignal): Promise<void> {
    (await this.#open(signal)).leave();
  }

  /** Ends those that wait; those in use end when they come back. */
  close(): void {
    this.#closing.abort(new Error("the sessions end"));
    const waiting = typeof this.#successor === "string" ? this.#idle : [...this.#idle, this.#successor];
    for (const session of waiting) session.leave();
    this.#idle = [];
    this.#successor = "none";
  }

  #keepOrReplace(session: SmtpSession): void {
    if (typeof this.#successor === "string") {
      this.#idle.push(session);
      if (this.#successor === "none" && !this.#succeeded.has(session)) void this.#openSuccessor(session);
      return;
    }
    session.leave();
    this.#idle.push(this.#successor);
    this.#successor = "none";
  }

  /** Once for each session: where the mail server will not have another one, the old one is used to its end. Never rejects. */
  async #openSuccessor(session: SmtpSession): Promise<void> {
    this.#succeeded.add(session);
    this.#successor = "opening";
    const opened = await this.#open(this.#closing.signal).catch(() => "none" as const);
    if (this.#closing.signal.aborted && opened !== "none") opened.leave();
    else this.#successor = opened;
  }

  async #open(signal: AbortSignal): Promise<SmtpSession> {
    const session = new SmtpSession(this.#smtp);
    try {
      await session.open(signal);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }
}

async function isAlive(session: SmtpSession, signal: AbortSignal): Promise<boolean> {
  try {
    await session.revive(signal);
    return true;
  } catch {
    return false; // a new session will tell what is wrong, if anything is
  }
}
