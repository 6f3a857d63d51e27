import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseMail, type Mail } from "../../simulator/mailbox/mail.ts";
import { eventually } from "./eventually.ts";

/** A mail with its bytes as they came over SMTP. */
export interface ArrivedMail extends Mail {
  readonly raw: Buffer;
}

/** What the mailbox has kept, read from its folder: a mail is there exactly when its sender was told so. */
export class Inbox {
  readonly #folder: string;

  /** `dataFolder` is the mailbox's BELL_DATA_DIR. */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, "mail");
  }

  /** Every mail so far, in the order in which they came. */
  async mails(): Promise<ArrivedMail[]> {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith(".eml"));
    return Promise.all(names.sort().map((name) => this.#load(name)));
  }

  /** Every mail about a price, so without the account mails. */
  async alertMails(): Promise<ArrivedMail[]> {
    return (await this.mails()).filter(({ subject }) => !subject.startsWith("Verify"));
  }

  /** The first mail that `fits`, as soon as it is there. */
  async waitFor(wanted: string, fits: (mail: ArrivedMail) => boolean): Promise<ArrivedMail> {
    return eventually(wanted, async () => (await this.mails()).find(fits));
  }

  /** The code that was mailed to an address. */
  async code(email: string): Promise<string> {
    const verifies = (mail: ArrivedMail): boolean => mail.to.includes(email) && /verify \S+/.test(mail.text);
    const { text } = await this.waitFor(`a code for ${email}`, verifies);
    return /verify (\S+)/.exec(text)?.[1] ?? "";
  }

  async #load(name: string): Promise<ArrivedMail> {
    const raw = readFileSync(join(this.#folder, name));
    return { ...(await parseMail(raw, name.replace(".eml", ""), 0)), raw };
  }
}
