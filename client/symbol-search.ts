// Somebody looks a symbol up: the server asks through a fetcher, which has the source and its key.
import { formatMoment } from "../domain/moment-text.ts";
import { SECOND_MS } from "../domain/time.ts";
import type { SearchSymbols, SymbolsFound } from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { KeyState } from "./rate-limiter.ts";
import type { RefusalClass, SearchingSource, SearchResult, Source } from "./sources/source.ts";

/** Nobody waits longer for the answer. */
const SEARCH_LIMIT_MS = 8 * SECOND_MS;

export interface SymbolSearchOptions {
  readonly source: Source;
  readonly keyState: () => KeyState;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly onFound: (found: SymbolsFound) => void;
}

/** Whether a source looks symbols up. */
export function isSearching(source: Source): source is SearchingSource {
  return "search" in source;
}

/** Asks the source for whoever searches: once each, within the key's limits. */
export class SymbolSearch {
  readonly #options: SymbolSearchOptions;
  readonly #running = new Set<Promise<void>>();

  constructor(options: SymbolSearchOptions) {
    this.#options = options;
  }

  /** Answers by onFound, whatever comes of it. */
  ask(search: SearchSymbols): void {
    const running = this.#answer(search).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is under way. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #answer({ id, text }: SearchSymbols): Promise<void> {
    const { log, onFound, signal } = this.#options;
    const result = await this.#search(text).catch((error: unknown) => broken(error));
    if (signal.aborted) return;
    if (result.kind === "found") {
      log.info({ text, matches: result.matches.length }, "the source was searched for a symbol");
      const matches = result.matches.map((match) => ({ ...match, isTracked: false }));
      onFound({ id, matches, refusalClass: "", refusalMessage: "" });
    } else {
      const { class: refusalClass, message } = result.refusal;
      log.warn({ text, refusal: refusalClass, detail: message }, "the source was not searched");
      onFound({ id, matches: [], refusalClass, refusalMessage: message });
    }
  }

  async #search(text: string): Promise<SearchResult> {
    const { source, clock, signal } = this.#options;
    if (!isSearching(source)) return refused("bad_request", "the source cannot be asked for symbols");
    const spent = this.#spentText();
    if (spent !== null) return refused("daily_quota", spent);
    const limit = new AbortController();
    const late = clock.sleep(SEARCH_LIMIT_MS, limit.signal).then(
      () => limit.abort(),
      () => undefined,
    );
    try {
      return await source.search(text, AbortSignal.any([signal, limit.signal]), { tries: 1 });
    } catch (error) {
      if (!limit.signal.aborted) throw error;
      return refused("throttle", "the source did not answer in time: other requests come first");
    } finally {
      limit.abort();
      await late;
    }
  }

  /** Where the day's requests are used up, and when one is free again; null: they are not. */
  #spentText(): string | null {
    const { day, heldUntilMs } = this.#options.keyState();
    const { clock } = this.#options;
    if (day !== null && day.times.length >= day.limit) {
      const freeMs = (day.times.at(-day.limit) ?? clock.now()) + day.windowMs;
      return `the key's ${day.limit} requests in 24 hours are used up; the next is free at ${formatMoment(freeMs)}`;
    }
    if (heldUntilMs === null || heldUntilMs - clock.now() <= SEARCH_LIMIT_MS) return null;
    return `the source takes no requests of this key before ${formatMoment(heldUntilMs)}`;
  }
}

function refused(refusal: RefusalClass, message: string): SearchResult {
  return { kind: "refusal", refusal: { class: refusal, message, retryAfterMs: null } };
}

/** A defect of the source: whoever searches is told so too. */
function broken(error: unknown): SearchResult {
  return refused("outage", error instanceof Error ? error.message : String(error));
}
