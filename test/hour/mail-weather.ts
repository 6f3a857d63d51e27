// How the mail server is today. Moods last for minutes to hours; within one each session draws its own fate.
import { HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { pick, type Random } from "../random-history.ts";

/** Where in a session something goes wrong. */
export type MailStage = "connect" | "log-in" | "MAIL FROM" | "RCPT TO" | "DATA" | "content" | "answer";
const STAGES: readonly MailStage[] = ["connect", "log-in", "MAIL FROM", "RCPT TO", "DATA", "content", "answer"];

/**
 * What goes wrong: `later` is a 4xx, `never` a 5xx, `hang` says nothing more, `break` ends the connection. At the answer, what hangs or breaks
 * may have been taken: the letter says which.
 */
type MailFault =
  "later" | "never" | "address" | "hang" | "break" | "taken, then hang" | "taken, then break" | "taken late";

/** The fate of one session; `stage` null: all goes well. */
export interface MailFate {
  readonly stage: MailStage | null;
  readonly fault: MailFault;
}

const FINE: MailFate = { stage: null, fault: "later" };
const FAULTS: readonly MailFault[] = ["later", "never", "hang", "break"];
const AT_ANSWER: readonly MailFault[] = [
  "later",
  "never",
  "hang",
  "break",
  "taken, then hang",
  "taken, then break",
  "taken, then break",
  "taken late",
];

export type Mood = "fair" | "rough" | "away" | "refusing us" | "losing answers" | "greylisting";
const MOODS: readonly Mood[] = [
  "fair",
  "fair",
  "fair",
  "rough",
  "away",
  "refusing us",
  "losing answers",
  "greylisting",
];
/** Who was turned away by greylisting may come again after so long. */
const GREYLIST_MS = 5 * MINUTE_MS;
/** And is known for so long. */
const GREYLIST_KNOWN_MS = 4 * HOUR_MS;

export class MailWeather {
  /** How often each fault was met, by "stage: fault". */
  readonly counts = new Map<string, number>();
  readonly #random: Random;
  #moods: readonly Mood[];
  readonly #greylist = new Map<string, TimeMs>();
  #mood: Mood = "fair";
  #untilMs = 0;

  /** `moods` are those that it has, the others never come; without any it is always well. */
  constructor(random: Random, moods: readonly Mood[] = MOODS) {
    this.#random = random;
    this.#moods = moods;
  }

  /** The fate of a session that begins now. */
  draw(now: TimeMs): MailFate {
    if (this.#moods.length === 0) return FINE;
    const mood = this.#moodAt(now);
    const percent = this.#random(100);
    if (mood === "away") return this.#fault(pick(this.#random, ["connect", "connect", "log-in"]));
    if (mood === "refusing us" && percent < 70)
      return { stage: pick(this.#random, ["log-in", "MAIL FROM"]), fault: "never" };
    if (mood === "losing answers" && percent < 50) return { stage: "answer", fault: pick(this.#random, AT_ANSWER) };
    if (percent < (mood === "rough" ? 40 : 4)) return this.#fault(pick(this.#random, STAGES));
    return FINE;
  }

  /** Whether a recipient must come again later: as greylisting does, whatever the session's fate. */
  isGreylisted(recipient: string, now: TimeMs): boolean {
    const seenAt = this.#greylist.get(recipient);
    if (seenAt !== undefined && now - seenAt < GREYLIST_KNOWN_MS) return now - seenAt < GREYLIST_MS;
    if (this.#moods.length === 0 || this.#moodAt(now) !== "greylisting") return false;
    this.#greylist.set(recipient, now);
    return true;
  }

  /** From now on it is well. */
  clear(): void {
    this.#moods = [];
  }

  /** One of something that happened. */
  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  #fault(stage: MailStage): MailFate {
    if (stage === "answer") return { stage, fault: pick(this.#random, AT_ANSWER) };
    if (stage === "RCPT TO" && this.#random(3) === 0) return { stage, fault: "address" };
    return { stage, fault: pick(this.#random, FAULTS) };
  }

  #moodAt(now: TimeMs): Mood {
    if (now >= this.#untilMs) {
      this.#mood = pick(this.#random, this.#moods);
      const lasts = this.#mood === "fair" ? 3 * HOUR_MS : HOUR_MS;
      this.#untilMs = now + 5 * MINUTE_MS + this.#random(lasts);
    }
    return this.#mood;
  }
}
