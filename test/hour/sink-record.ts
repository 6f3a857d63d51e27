// What the mail server wrote down by itself: each time that it had a mail's bytes, when it took them, and what it answered. Nothing here
// comes from our database, and the times are true times.
import type { TimeMs } from "../../domain/time.ts";
import type { ComposedMail } from "../../notifier/compose-mail.ts";
import { readMail, type ReadMail } from "./read-mail.ts";

/** All bytes of a mail came in. */
export interface SinkAttempt {
  readonly mail: ReadMail;
  readonly recipient: string;
  /** When its session began: the moment at which it was given to the notifier. */
  readonly begunMs: TimeMs;
  /** When the last byte was there. */
  readonly atMs: TimeMs;
  /** When the mail server took it; null: it never did. */
  takenMs: TimeMs | null;
  /** When it said so to somebody who still listened; null: never. */
  answeredMs: TimeMs | null;
  refused: "later" | "never" | null;
}

export class SinkRecord {
  readonly attempts: SinkAttempt[] = [];
  readonly #symbols: readonly string[];
  readonly #spoil: (bytes: Buffer, isRepeat: boolean) => Buffer;
  /** The first reading of each Message-ID: a repeat with the same bytes is the same, so that weeks of mails fit into memory. */
  readonly #known = new Map<string, ReadMail>();

  /** `spoil` changes what comes in; only an oracle that is tried needs it. It is told whether the mail came before. */
  constructor(symbols: readonly string[], spoil: (bytes: Buffer, isRepeat: boolean) => Buffer = (bytes) => bytes) {
    this.#symbols = symbols;
    this.#spoil = spoil;
  }

  noteContent({ to, bytes }: ComposedMail, begunMs: TimeMs, atMs: TimeMs): SinkAttempt {
    const mail = this.#read(bytes);
    const attempt = { mail, recipient: to, begunMs, atMs, takenMs: null, answeredMs: null, refused: null };
    this.attempts.push(attempt);
    return attempt;
  }

  noteTaken(attempt: SinkAttempt, atMs: TimeMs): void {
    attempt.takenMs = atMs;
  }

  noteAnswered(attempt: SinkAttempt, atMs: TimeMs): void {
    attempt.answeredMs = atMs;
  }

  noteRefused(attempt: SinkAttempt, how: "later" | "never"): void {
    attempt.refused = how;
  }

  #read(came: Buffer): ReadMail {
    const first = readMail(came, this.#symbols);
    const known = this.#known.get(first.messageId);
    const bytes = this.#spoil(came, known !== undefined);
    const mail = bytes === came ? first : readMail(bytes, this.#symbols);
    if (known?.digest === mail.digest) return known;
    if (known === undefined) this.#known.set(first.messageId, mail);
    return mail;
  }
}
