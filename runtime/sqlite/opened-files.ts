import { statSync } from "node:fs";

/** What a commit goes into, sooner or later. */
const PARTS = ["", "-wal"];

/** What was done to the files of an open database behind its back. */
export type FilesFault =
  /** One of them is gone, or another is in its place: what is written from now on is in a file without a name. */
  | { readonly kind: "lost"; readonly text: string }
  /** The database was made shorter: what stood there is gone. */
  | { readonly kind: "cut"; readonly text: string };

/** A file that is there. Its number is not given to another while it is open. */
interface Found {
  readonly id: string;
  readonly bytes: number;
}

/** Knows which files an open database consists of. SQLite does not look again: it writes on into what has been removed. */
export class OpenedFiles {
  readonly #file: string;
  readonly #opened: readonly (string | undefined)[];
  #mostBytes = 0;

  /** To be made when the database has just been opened: what is there now is what is open. */
  constructor(file: string) {
    this.#file = file;
    this.#opened = PARTS.map((part) => find(file + part)?.id);
  }

  /** The first thing that is wrong. Throws the system's error when it cannot say. */
  fault(): FilesFault | undefined {
    const found = PARTS.map((part) => find(this.#file + part));
    const strange = PARTS.find((_, at) => found[at]?.id !== this.#opened[at]);
    if (strange !== undefined) {
      return { kind: "lost", text: `${this.#file}${strange} was removed or replaced while the database was open` };
    }
    const bytes = found[0]?.bytes ?? 0;
    if (bytes < this.#mostBytes) return { kind: "cut", text: `it had ${this.#mostBytes} bytes and now has ${bytes}` };
    this.#mostBytes = bytes; // it only grows
    return undefined;
  }
}

function find(path: string): Found | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : { id: `${found.dev}:${found.ino}`, bytes: Number(found.size) };
}
