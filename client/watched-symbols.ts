// Which symbols a fetcher asks for: those that it was told by BELL_SYMBOLS, else the server's list, which it hears at the start of each
// stream and whenever it has changed. The last list that was heard is kept beside the spool, for a start while the server is away.
import { AppError } from "../domain/error.ts";
import { parseSymbol } from "../domain/symbol.ts";
import { SECOND_MS } from "../domain/time.ts";
import type { WatchedSymbols as WatchedSymbolsMessage } from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import { REPORTED_SYMBOLS_MAX } from "./fetcher-standing.ts";
import type { WatchedSymbol } from "./planner/plan-next.ts";
import type { Source } from "./sources/source.ts";
import { readSymbolFile, writeSymbolFile } from "./symbol-file.ts";

/** A server that has not said by then what it wants is away, or of an earlier version. */
export const LIST_WAIT_MS = 5 * SECOND_MS;

export interface WatchedSymbolsOptions {
  /** What BELL_SYMBOLS says, or the usual ones. */
  readonly symbols: readonly string[];
  /** Whether the server's list counts instead. */
  readonly followsServer: boolean;
  /** What it cannot know is not asked for, though it is on the server's list. */
  readonly source: Pick<Source, "mayKnow">;
  /** Where the last list is kept. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The symbols, and whoever wants to hear of changes. */
export class WatchedSymbols {
  readonly #options: WatchedSymbolsOptions;
  readonly #heard = new AbortController();
  #current: readonly WatchedSymbol[];
  #isKnown: boolean;
  /** What was said last to be on the list and not asked for. */
  #saidLeft = "";
  #onChange: (added: readonly string[]) => void = () => undefined;

  constructor(options: WatchedSymbolsOptions) {
    const { symbols, followsServer, file } = options;
    this.#options = options;
    const kept = followsServer ? (readSymbolFile(file)?.filter((symbol) => this.#mayKnow(symbol)) ?? null) : null;
    this.#isKnown = !followsServer || kept !== null;
    this.#current = withoutAlerts(kept ?? (followsServer ? [] : symbols));
  }

  get current(): readonly WatchedSymbol[] {
    return this.#current;
  }

  /** Without what is known of them. */
  get symbols(): readonly string[] {
    return this.#current.map(({ symbol }) => symbol);
  }

  /** Sets who is called when the list has changed after it was known, with what is new on it. */
  onChange(listen: (added: readonly string[]) => void): void {
    this.#onChange = listen;
  }

  /** Resolves when it is known what to ask for: at once, or when the server has said so, or with the usual ones when it does not. */
  async known(signal: AbortSignal): Promise<void> {
    if (this.#isKnown) return;
    const either = AbortSignal.any([signal, this.#heard.signal]);
    await this.#options.clock.sleep(LIST_WAIT_MS, either).catch(() => undefined);
    if (either.aborted) return;
    const { symbols, log } = this.#options;
    log.info({ symbols }, "the server has not said which symbols it wants: these are asked for until it does");
    this.#isKnown = true;
    this.#current = withoutAlerts(symbols);
  }

  /** The server's list. Told symbols of its own, a fetcher learns from it only which of them have alerts. */
  take({ symbols: told }: WatchedSymbolsMessage): void {
    const { followsServer } = this.#options;
    const list = followsServer ? this.#askable(listFrom(told)) : withAlertsOf(told, this.symbols);
    const before = this.symbols;
    const hasChanged = this.#isKnown && JSON.stringify(list) !== JSON.stringify(this.#current);
    this.#current = list;
    if (followsServer) this.#keep(before);
    this.#isKnown = true;
    this.#heard.abort();
    if (hasChanged) this.#onChange(this.symbols.filter((symbol) => !before.includes(symbol)));
  }

  /** Those that the source may know; says once which are left out. */
  #askable(list: readonly WatchedSymbol[]): readonly WatchedSymbol[] {
    const left = list.map(({ symbol }) => symbol).filter((symbol) => !this.#mayKnow(symbol));
    if (left.length > 0 && left.join() !== this.#saidLeft) {
      this.#options.log.warn(
        { symbols: left },
        "on the server's list, and not asked for: the source has no symbols of that form",
      );
    }
    this.#saidLeft = left.join();
    return list.filter(({ symbol }) => this.#mayKnow(symbol));
  }

  #mayKnow(symbol: string): boolean {
    return this.#options.source.mayKnow?.(symbol) ?? true;
  }

  /** Says what has changed, and writes the list down if it did. */
  #keep(before: readonly string[]): void {
    const { file, log } = this.#options;
    const added = this.symbols.filter((symbol) => !before.includes(symbol));
    const removed = before.filter((symbol) => !this.symbols.includes(symbol));
    if (this.#isKnown && added.length + removed.length === 0) return;
    log.info({ added, removed }, "the server's list of symbols");
    try {
      writeSymbolFile(file, this.symbols);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      log.warn(
        { file, code },
        "the list of symbols cannot be written down: a start without the server uses an older one",
      );
    }
  }
}

function withoutAlerts(symbols: readonly string[]): WatchedSymbol[] {
  return symbols.map((symbol) => ({ symbol, hasAlerts: false }));
}

function withAlertsOf(told: WatchedSymbolsMessage["symbols"], symbols: readonly string[]): WatchedSymbol[] {
  const alerted = new Set(told.filter(({ hasAlerts }) => hasAlerts).map(({ symbol }) => symbol));
  return symbols.map((symbol) => ({ symbol, hasAlerts: alerted.has(symbol) }));
}

/** What is no symbol, or is there twice, is left out: a later server may know kinds that this fetcher does not. */
function listFrom(told: WatchedSymbolsMessage["symbols"]): WatchedSymbol[] {
  const list = new Map<string, WatchedSymbol>();
  for (const { symbol, hasAlerts } of told.slice(0, REPORTED_SYMBOLS_MAX)) {
    if (isSymbol(symbol)) list.set(symbol, { symbol, hasAlerts });
  }
  return [...list.values()];
}

function isSymbol(text: string): boolean {
  try {
    return parseSymbol(text) === text;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
