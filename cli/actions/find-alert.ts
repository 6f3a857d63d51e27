import { AppError } from "../../domain/error.ts";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { Api } from "../api.ts";
import { readPages } from "./pages.ts";

const SHORTEST_BEGINNING = 4;
const FULL_LENGTH = 36; // a UUID's text
const PAGE_SIZE = 1_000;
/** So many candidates are named when a beginning fits several alerts. */
const SHOWN = 3;

/** Finds whole ids by their beginnings; the user's alerts are listed at most once. */
export class AlertFinder {
  readonly #api: Api;
  #ids: Promise<readonly string[]> | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  /** The id that `text` is or begins. Throws AppError: INVALID_ARGUMENT if it is too short or fits several, NOT_FOUND. */
  async idFrom(text: string): Promise<string> {
    if (text.length >= FULL_LENGTH) return text;
    if (text.length < SHORTEST_BEGINNING) {
      throw invalid(`"${text}" is too short for an id: give at least ${SHORTEST_BEGINNING} characters of it`);
    }
    this.#ids ??= this.#listIds();
    const found = (await this.#ids).filter((id) => id.startsWith(text.toLowerCase()));
    const [first] = found;
    if (first === undefined) {
      throw new AppError("NOT_FOUND", "ALERT_NOT_FOUND", `no alert of yours has an id that begins with "${text}"`, {
        hint: "./bell alerts list",
      });
    }
    if (found.length > 1) throw invalid(`"${text}" begins ${found.length} ids: ${shown(found)}; give more of it`);
    return first;
  }

  async #listIds(): Promise<readonly string[]> {
    const { items } = await readPages(true, async (pageToken) => {
      const request = { filter: "", pageSize: PAGE_SIZE, pageToken };
      const page = await this.#api.unary(AlertServiceService.listAlerts, request);
      return { items: page.alerts, nextPageToken: page.nextPageToken };
    });
    return items.map(({ id }) => id);
  }
}

function shown(ids: readonly string[]): string {
  return ids.slice(0, SHOWN).join(", ") + (ids.length > SHOWN ? ", …" : "");
}

function invalid(message: string): AppError {
  return new AppError("INVALID_ARGUMENT", "FIELD_INVALID", message, { hint: "./bell alerts list" });
}
