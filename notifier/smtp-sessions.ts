import { SmtpSession } from "./smtp-session.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/**
 * The sessions with the mail server. One that a mail was sent in is kept for the next, since making one costs more than a mail
 * (many servers wait before they greet). There are never more than mails under way at the same time; one that is silent for the
 * socket's limit ends by itself.
 */
export class SmtpSessions {
  readonly #smtp: SmtpSettings;
  #idle: SmtpSession[] = [];
  #isClosed = false;

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
    if (session.isReusable && !this.#isClosed) this.#idle.push(session);
    else session.leave();
  }

  /** Whether the mail server can be talked to at all: connects, secures, logs in, leaves. Rejects with the fault. */
  async probe(signal: AbortSignal): Promise<void> {
    (await this.#open(signal)).leave();
  }

  /** Ends those that wait; those in use end when they come back. */
  close(): void {
    this.#isClosed = true;
    for (const session of this.#idle) session.leave();
    this.#idle = [];
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
