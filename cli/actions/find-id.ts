import { AppError, type ErrorReason } from "../../domain/error.ts";
import { readPages, type Page } from "./pages.ts";

const SHORTEST_BEGINNING = 4;
const FULL_LENGTH = 36; // a UUID's text
/** So many candidates are named when a beginning fits several. */
const SHOWN = 3;

/** Finds whole ids by their beginnings; the user's things are listed at most once. */
export class IdFinder {
  readonly #notFound: ErrorReason;
  readonly #listCommand: string;
  readonly #readPage: (pageToken: string) => Promise<Page<{ readonly id: string }>>;
  #ids: Promise<readonly string[]> | undefined;

  /** `listCommand` shows the ids; `readPage` reads them. */
  constructor(
    notFound: ErrorReason,
    listCommand: string,
    readPage: (pageToken: string) => Promise<Page<{ readonly id: string }>>,
  ) {
    this.#notFound = notFound;
    this.#listCommand = listCommand;
    this.#readPage = readPage;
  }

  /** The id that `text` is or begins. Throws AppError: INVALID_ARGUMENT if it is too short or fits several, NOT_FOUND. */
  async idFrom(text: string): Promise<string> {
    if (text.length >= FULL_LENGTH) return text;
    if (text.length < SHORTEST_BEGINNING) {
      throw this.#invalid(`"${text}" is too short for an id: give at least ${SHORTEST_BEGINNING} characters of it`);
    }
    this.#ids ??= this.#listIds();
    const found = (await this.#ids).filter((id) => id.startsWith(text.toLowerCase()));
    const [first] = found;
    if (first === undefined) {
      throw new AppError("NOT_FOUND", this.#notFound, `nothing of yours here has an id that begins with "${text}"`, {
        hint: this.#listCommand,
      });
    }
    if (found.length > 1) throw this.#invalid(`"${text}" begins ${found.length} ids: ${shown(found)}; give more of it`);
    return first;
  }

  async #listIds(): Promise<readonly string[]> {
    const { items } = await readPages(true, this.#readPage);
    return items.map(({ id }) => id);
  }

  #invalid(message: string): AppError {
    return new AppError("INVALID_ARGUMENT", "FIELD_INVALID", message, { hint: this.#listCommand });
  }
}

function shown(ids: readonly string[]): string {
  return ids.slice(0, SHOWN).join(", ") + (ids.length > SHOWN ? ", …" : "");
}
