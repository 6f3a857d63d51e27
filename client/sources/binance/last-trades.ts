// How far each pair was heard, kept beside the spool, so that a restart knows what it missed.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import { fieldOf, isJsonObject } from "../json-object.ts";
import type { LastTrade } from "./symbol-feed.ts";

/** How far a symbol was handed on. */
export interface HandedOn extends LastTrade {
  /** The first minute that is not known to be whole; null: that of the trade. */
  readonly unsettledMs: TimeMs | null;
}

/** What was handed on since is told again after a kill; the same again changes nothing. */
const SAVE_EVERY_MS = MINUTE_MS;

export interface LastTradesOptions {
  /** Where it is kept; null: in memory only. */
  readonly file: string | null;
  /** Whose trades these are: the service's address. */
  readonly service: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The newest trade of each pair that was handed on. A file that cannot be read or written costs what was traded meanwhile, no more. */
export class LastTrades {
  readonly #options: LastTradesOptions;
  readonly #bySymbol: Map<string, HandedOn>;
  #savedAt: number;
  #isSaved = true;
  #isTold = false;

  constructor(options: LastTradesOptions) {
    this.#options = options;
    this.#savedAt = options.clock.monotonic();
    this.#bySymbol = new Map(options.file === null ? [] : load(options.file, options.service));
  }

  /** Null where none is known, or it lies ahead: then the clock was set, and nobody knows what was missed. */
  of(symbol: string): HandedOn | null {
    const last = this.#bySymbol.get(symbol);
    return last === undefined || last.timeMs > this.#options.clock.now() + DAY_MS ? null : last;
  }

  /** Everything up to here was handed on. */
  note(symbol: string, last: HandedOn): void {
    this.#bySymbol.set(symbol, last);
    this.#isSaved = false;
    if (this.#options.clock.monotonic() - this.#savedAt >= SAVE_EVERY_MS) this.save();
  }

  /** Writes it down now, if there is anything new. */
  save(): void {
    const { file, service, log } = this.#options;
    if (file === null || this.#isSaved) return;
    this.#savedAt = this.#options.clock.monotonic();
    try {
      writeFileSync(`${file}.new`, `${JSON.stringify({ service, last: Object.fromEntries(this.#bySymbol) })}\n`);
      renameSync(`${file}.new`, file);
      this.#isSaved = true;
      this.#isTold = false;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (!this.#isTold)
        log.warn({ file, code }, "how far was heard cannot be written down: a restart may miss prices");
      this.#isTold = true;
    }
  }
}

function load(file: string, service: string): [string, HandedOn][] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
  const last = isJsonObject(value) && fieldOf(value, "service") === service ? fieldOf(value, "last") : undefined;
  return isJsonObject(last)
    ? Object.entries(last).filter((entry): entry is [string, HandedOn] => isLast(entry[1]))
    : [];
}

function isLast(value: unknown): value is LastTrade {
  if (!isJsonObject(value)) return false;
  const unsettledMs = fieldOf(value, "unsettledMs");
  const isUnsettled = unsettledMs === null || Number.isSafeInteger(unsettledMs);
  return isUnsettled && Number.isSafeInteger(fieldOf(value, "id")) && Number.isSafeInteger(fieldOf(value, "timeMs"));
}
