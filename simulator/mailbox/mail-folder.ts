import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import { makeFolder } from "../../runtime/config/make-folder.ts";
import { parseMail, type Mail } from "./mail.ts";

/** Mails that are kept in memory and shown, the newest; older ones stay in the folder. */
const MAX_SHOWN = 1_000;
const ID = /^\d{8}-\d{8}T\d{6}Z$/;

/** A folder of `.eml` files, named by arrival: a running number, then the time. One process writes to it. */
export class MailFolder {
  readonly #folder: string;
  #mails: Mail[] = [];
  #lastNumber = 0;
  /** Mails are written one after the other, so that they stay in the order in which they came. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Opens a folder and loads the newest of its mails; makes it if it is missing, readable for its owner only. Throws AppError
   * CONFIG_INVALID when it cannot be made.
   */
  static async open(folder: string): Promise<MailFolder> {
    makeMailFolder(folder);
    const opened = new MailFolder(folder);
    const names = await readdir(folder);
    // A process that died while writing left these behind: their sender was never told that the mail was taken.
    await Promise.all(names.filter((name) => name.endsWith(".part")).map((name) => rm(join(folder, name))));
    const ids = names.filter((name) => name.endsWith(".eml")).map((name) => name.slice(0, -".eml".length));
    const known = ids.filter((id) => ID.test(id)).sort();
    opened.#lastNumber = Number.parseInt(known.at(-1) ?? "0", 10);
    for (const id of known.slice(-MAX_SHOWN)) opened.#mails.push(await opened.#load(id));
    return opened;
  }

  /** The newest mails in the order in which they came. */
  get mails(): readonly Mail[] {
    return this.#mails;
  }

  find(id: string): Mail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }

  /** The bytes of a mail that `find` knows, as they came. */
  async loadRaw(mail: Mail): Promise<Buffer> {
    return readFile(join(this.#folder, `${mail.id}.eml`));
  }

  /** Keeps a mail; it is on disk under its name when the promise resolves. */
  insert(raw: Buffer, receivedTimeMs: TimeMs): Promise<Mail> {
    const inserted = this.#writing.then(() => this.#write(raw, receivedTimeMs));
    this.#writing = inserted.catch(() => undefined);
    return inserted;
  }

  async #write(raw: Buffer, receivedTimeMs: TimeMs): Promise<Mail> {
    const number = this.#lastNumber + 1;
    const time = new Date(receivedTimeMs).toISOString().replace(/[-:]|\.\d+/g, "");
    const id = `${String(number).padStart(8, "0")}-${time}`;
    const mail = await parseMail(raw, id, receivedTimeMs);
    const part = join(this.#folder, `${id}.part`);
    await writeFile(part, raw, { mode: 0o600 });
    await rename(part, join(this.#folder, `${id}.eml`));
    this.#lastNumber = number;
    this.#mails.push(mail);
    if (this.#mails.length > MAX_SHOWN) this.#mails = this.#mails.slice(-MAX_SHOWN);
    return mail;
  }

  async #load(id: string): Promise<Mail> {
    const path = join(this.#folder, `${id}.eml`);
    const [raw, { mtimeMs }] = await Promise.all([readFile(path), stat(path)]);
    return parseMail(raw, id, timeOf(id) ?? Math.trunc(mtimeMs));
  }
}

function makeMailFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    throw new AppError(
      "FAILED_PRECONDITION",
      "CONFIG_INVALID",
      `mailbox: the folder ${folder} cannot be made (${why})`,
      {
        hint: "Choose a folder that can be written with BELL_DATA_DIR.",
        cause,
      },
    );
  }
}

/** The arrival told by a name, to the second. */
function timeOf(id: string): TimeMs | undefined {
  const iso = id.replace(/^\d+-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const time = Date.parse(iso);
  return Number.isNaN(time) ? undefined : time;
}
