import { AppError } from "../../domain/error.ts";
import type { Mail } from "./mail.ts";

/** What somebody waits for: the n-th mail, counted from 1, or the first that fits. */
export type WantedMail = number | ((mail: Mail) => boolean);

interface Waiter {
  readonly wanted: WantedMail;
  readonly resolve: (mail: Mail) => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait for a mail that has not come yet. */
export class MailWaiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves with the mail, at once if it is there; rejects with the signal's reason, or when the mailbox closes. */
  wait(wanted: WantedMail, mails: readonly Mail[], signal?: AbortSignal): Promise<Mail> {
    const present = pick(wanted, mails);
    if (present !== undefined) return Promise.resolve(present);
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const waiter = { wanted, resolve, reject };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", () => this.#end(waiter, signal.reason), { once: true });
    });
  }

  /** Looks again, after mail has come. */
  tell(mails: readonly Mail[]): void {
    for (const waiter of this.#waiters) {
      const mail = pick(waiter.wanted, mails);
      if (mail === undefined) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(mail);
    }
  }

  /** Ends all waiting. */
  close(): void {
    const closed = new AppError("CANCELLED", "SERVER_STOPPING", "the mailbox closed before the mail came");
    for (const waiter of this.#waiters) this.#end(waiter, closed);
  }

  #end(waiter: Waiter, error: unknown): void {
    if (this.#waiters.delete(waiter)) waiter.reject(error);
  }
}

function pick(wanted: WantedMail, mails: readonly Mail[]): Mail | undefined {
  return typeof wanted === "number" ? mails[wanted - 1] : mails.find(wanted);
}
