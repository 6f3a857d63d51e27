// Which certificates are not to be believed any more: a plain file beside the certificates, one line each, that a person can write
// and read. A line that cannot be read makes the whole list bad, for nobody knows whom it was to keep out.
import type { TimeMs } from "../../domain/time.ts";
import { plainSerial } from "./serial.ts";

/** The name of the list in a folder of certificates. */
export const REVOCATION_FILE_NAME = "revoked.txt";

/** One certificate that is not to be believed any more. */
export interface Revocation {
  /** As `plainSerial` spells it. */
  readonly serial: string;
  readonly time: TimeMs;
  /** In its owner's words; may be empty. */
  readonly reason: string;
}

/** The certificates that were revoked, by their serial numbers. */
export class RevocationList {
  static readonly none = new RevocationList([]);
  readonly #entries: ReadonlyMap<string, Revocation>;

  constructor(entries: readonly Revocation[]) {
    this.#entries = new Map(entries.map((entry) => [entry.serial, entry]));
  }

  get size(): number {
    return this.#entries.size;
  }

  get entries(): readonly Revocation[] {
    return [...this.#entries.values()];
  }

  /** What is written of a serial number, however it is spelt; undefined when nothing is. */
  find(serial: string): Revocation | undefined {
    const plain = plainSerial(serial);
    return plain === undefined ? undefined : this.#entries.get(plain);
  }
}

/** The list in a text, or what is wrong with it as the end of a sentence, naming the first bad line. */
export function parseRevocationList(text: string): RevocationList | string {
  const entries: Revocation[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const words = line.replace(/#.*/, "").trim();
    if (words === "") continue;
    const entry = parseLine(words);
    if (typeof entry === "string") return `has a bad line ${at + 1}: ${entry}`;
    entries.push(entry);
  }
  return new RevocationList(entries);
}

/** An entry as its line in the file. */
export function renderRevocation({ serial, time, reason }: Revocation): string {
  return `${serial} ${new Date(time).toISOString().slice(0, 19)}Z ${reason}`.trimEnd();
}

function parseLine(line: string): Revocation | string {
  const [serialText = "", dateText = "", ...reason] = line.split(/\s+/);
  const serial = plainSerial(serialText);
  if (serial === undefined) return "it does not begin with a serial number in hex";
  const isDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z)?$/.test(dateText);
  const time = isDate ? Date.parse(dateText) : Number.NaN;
  if (Number.isNaN(time)) return "after the serial number comes a date such as 2026-11-20 or 2026-11-20T15:00:00Z";
  return { serial, time, reason: reason.join(" ") };
}
