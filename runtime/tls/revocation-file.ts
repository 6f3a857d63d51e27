import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseRevocationList, RevocationList, REVOCATION_FILE_NAME, type Revocation } from "./revocation-list.ts";

/** What one look at the file found. */
export type RevocationLook =
  /** As at the look before, be it good or bad. */
  | { readonly state: "same" }
  /** `added`: who was not on the list before. */
  | { readonly state: "changed"; readonly list: RevocationList; readonly added: readonly Revocation[] }
  /** The list before stays in force. `fault` is the end of a sentence about the file. */
  | { readonly state: "bad"; readonly fault: string };

/** Where the list is that belongs to a process's files: beside its authority. */
export function revocationFileOf({ caFile }: { readonly caFile: string }): string {
  return join(dirname(caFile), REVOCATION_FILE_NAME);
}

/** The list in a file, or the fault as the end of a sentence about it. A file that is not there is an empty list. */
export function readRevocationFile(file: string): RevocationList | string {
  return listFrom(readText(file));
}

/**
 * The list that is in force, and its file, looked at again and again. A file that goes bad, or goes away, does not let anybody in again
 * who was shut out: the last good list stays in force. Who is taken off the list is let in at the second look that finds it so, for a
 * file that is just being written may be short for a moment.
 */
export class RevocationFile {
  readonly file: string;
  #list: RevocationList;
  #seen: string;
  #fault: string | null = null;
  /** What was found at the look before, if it would let somebody in. */
  #shorter: string | null = null;

  private constructor(file: string, list: RevocationList, seen: string) {
    this.file = file;
    this.#list = list;
    this.#seen = seen;
  }

  /** The file as it is now, or what `readRevocationFile` finds wrong with it. */
  static open(file: string): RevocationFile | string {
    const text = readText(file);
    const list = listFrom(text);
    return typeof list === "string" ? list : new RevocationFile(file, list, fingerprint(text));
  }

  get list(): RevocationList {
    return this.#list;
  }

  /** Why the file's newest content is not in force, as the end of a sentence about it; null when it is. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Reads the file again. Never throws. */
  look(): RevocationLook {
    const text = readText(this.file);
    const seen = fingerprint(text);
    if (seen === this.#seen) return { state: "same" };
    const list = text === undefined ? "is gone" : listFrom(text);
    if (typeof list !== "string" && this.#isShorter(list) && this.#shorter !== seen) {
      this.#shorter = seen;
      return { state: "same" };
    }
    this.#seen = seen;
    this.#shorter = null;
    this.#fault = typeof list === "string" ? list : null;
    if (typeof list === "string") return { state: "bad", fault: list };
    const added = list.entries.filter(({ serial }) => this.#list.find(serial) === undefined);
    this.#list = list;
    return { state: "changed", list, added };
  }

  #isShorter(list: RevocationList): boolean {
    return this.#list.entries.some(({ serial }) => list.find(serial) === undefined);
  }
}

type Text = string | { readonly code: string } | undefined;

/** Undefined: there is no such file. */
function readText(file: string): Text {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return code === "ENOENT" ? undefined : { code };
  }
}

function listFrom(text: Text): RevocationList | string {
  if (text === undefined) return RevocationList.none;
  return typeof text === "string" ? parseRevocationList(text) : `cannot be read (${text.code})`;
}

function fingerprint(text: Text): string {
  return typeof text === "string" ? `text ${text}` : (text?.code ?? "none");
}
