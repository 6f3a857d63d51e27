// What the templates of a mail are given. Text and HTML are made of the same view, so that they tell the same facts in the same order.
// Every text in it is one plain line; an empty one is left out.

/** A fact with its label. */
export interface MailFact {
  readonly label: string;
  readonly value: string;
  /** It is to be typed. */
  readonly isCommand: boolean;
}

/** A picture that goes with the mail. */
export interface MailPicture {
  /** Its Content-ID, without angle brackets. */
  readonly cid: string;
  readonly png: Buffer;
  /** What it shows, for whoever does not see it. */
  readonly alt: string;
}

/** What there is to tell of one alert. */
export interface MailBlock {
  /** The symbol, where the mail comes to another one. */
  readonly heading: string;
  readonly headline: string;
  /** With its currency; empty where no price is told. */
  readonly price: string;
  /** How far the price is from the last session's close. */
  readonly change: string;
  readonly way: "up" | "down" | "none";
  readonly picture: MailPicture | null;
  readonly facts: readonly MailFact[];
}

/** What a mail says. */
export interface MailView {
  /** ASCII. */
  readonly subject: string;
  /** What a reader must know before all else. */
  readonly warning: string;
  readonly title: string;
  readonly lead: string;
  readonly blocks: readonly MailBlock[];
  /** How many alerts there were beyond those in `blocks`. */
  readonly more: number;
  /** Facts of the whole mail. */
  readonly closing: readonly MailFact[];
}

/** How much a mail may show. */
export interface MailRoom {
  readonly blocks: number;
  readonly pictures: number;
}

/** A fact in words. */
export function fact(label: string, value: string): MailFact {
  return { label, value, isCommand: false };
}

/** A command that the reader may type. */
export function command(label: string, value: string): MailFact {
  return { label, value, isCommand: true };
}

/** Those that say something. */
export function told(facts: readonly MailFact[]): readonly MailFact[] {
  return facts.filter(({ value }) => value !== "");
}
