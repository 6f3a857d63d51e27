import { z } from "zod";
import { systemClock } from "../../runtime/clock/clock.ts";

/** How often the mailbox is looked into. */
const LOOK_EVERY_MS = 10;

const listSchema = z.object({
  messages: z.array(
    z.object({ id: z.string(), receivedTime: z.string(), to: z.array(z.string()), subject: z.string() }),
  ),
});
const mailSchema = z.object({ messageId: z.string(), text: z.string() });

/** A mail that arrived over SMTP. */
export interface ArrivedMail {
  /** When the mailbox had it, by the wall clock. */
  readonly receivedTimeMs: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** The mailbox as its page shows it to programs. */
export class MailboxPage {
  readonly #url: string;
  readonly #signal: AbortSignal;

  /** `url` ends with a slash. */
  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** The mail that came as the n-th, from 1, as soon as it is there. Throws the signal's reason. */
  async waitForMail(place: number): Promise<ArrivedMail> {
    for (;;) {
      const mail = (await this.#list()).at(-place); // newest first
      if (mail !== undefined) {
        const { text } = mailSchema.parse(await this.#get(`api/messages/${mail.id}`));
        const { receivedTime, to, subject } = mail;
        return { receivedTimeMs: Date.parse(receivedTime), to: to.join(", "), subject, text };
      }
      await systemClock.sleep(LOOK_EVERY_MS, this.#signal);
    }
  }

  /** How many mails came so far. */
  async count(): Promise<number> {
    return (await this.#list()).length;
  }

  async #list() {
    return listSchema.parse(await this.#get("api/messages")).messages;
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(this.#url + path, { signal: this.#signal });
    return response.json();
  }
}
