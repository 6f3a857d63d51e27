// What a key was found not to be entitled to, kept beside the spool, so that a restart does not spend a request to find it
// out again. The file holds a hash of the key and never the key.

import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { HOUR_MS, type TimeMs } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import { isJsonObject } from "../json-object.ts";
import type { AlphaVantageFunction } from "./request-url.ts";

/** How long a refusal is believed: a day less what the daily round may shift, so that a plan that was bought is noticed the next day. */
const REFUSAL_LIFE_MS = 23 * HOUR_MS;

export interface RefusedFunctionsOptions {
  /** Where it is kept; null: in memory only. */
  readonly file: string | null;
  /** Whose refusals these are: the key, and whatever else decides what is refused. Only a hash of it is written. */
  readonly identity: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The functions that a key was refused lately for want of a plan. A file that cannot be read or written costs a request, no more. */
export class RefusedFunctions {
  readonly #options: RefusedFunctionsOptions;
  readonly #identity: string;
  readonly #refusedAt: Map<AlphaVantageFunction, TimeMs>;

  constructor(options: RefusedFunctionsOptions) {
    this.#options = options;
    this.#identity = hashOf(options.identity);
    this.#refusedAt = new Map(options.file === null ? [] : load(options.file, this.#identity));
  }

  /** Whether it was refused within the last day. A moment that lies ahead is of a clock that was set: it counts for nothing. */
  has(asked: AlphaVantageFunction): boolean {
    const refusedAt = this.#refusedAt.get(asked);
    const now = this.#options.clock.now();
    return refusedAt !== undefined && refusedAt <= now && now - refusedAt < REFUSAL_LIFE_MS;
  }

  /** It was refused now. */
  note(asked: AlphaVantageFunction): void {
    this.#refusedAt.set(asked, this.#options.clock.now());
    this.#save();
  }

  #save(): void {
    const { file, log } = this.#options;
    if (file === null) return;
    const refused = Object.fromEntries(this.#refusedAt);
    try {
      writeFileSync(`${file}.new`, `${JSON.stringify({ identity: this.#identity, refused })}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      log.warn(
        { file, code },
        "what the key's plan includes cannot be written down: it is asked again after a restart",
      );
    }
  }
}

function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** What the file says of this identity; nothing if it is missing, damaged or of another one. */
function load(file: string, identity: string): [AlphaVantageFunction, TimeMs][] {
  const value = parse(file);
  if (!isJsonObject(value) || value["identity"] !== identity || !isJsonObject(value["refused"])) return [];
  return Object.entries(value["refused"]).filter(
    (entry): entry is [AlphaVantageFunction, TimeMs] => Number.isSafeInteger(entry[1]), // another version's function is never asked for
  );
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
