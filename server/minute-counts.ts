import { MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";

/** So many kinds a minute are told apart; what comes beyond them is counted together. */
const KINDS_APART = 100;

/** How often something came. */
interface Counted<Kind> {
  readonly kind: Kind;
  readonly count: number;
}

export interface MinuteCountsDeps<Kind> {
  readonly clock: Pick<Clock, "sleep">;
  /** Must not fail. */
  readonly tell: (counted: readonly Counted<Kind>[]) => void;
  /** What a kind is counted as that is one too many: who tells so many lies at a time is not worth a line for each. */
  readonly otherKind: (kind: Kind) => Kind;
}

/**
 * For what may come in floods: the first of a kind is told at once, its repetitions of the same minute together at the minute's end. Kinds
 * are alike when they are the same as JSON.
 */
export class MinuteCounts<Kind> {
  readonly #deps: MinuteCountsDeps<Kind>;
  readonly #closing = new AbortController();
  /** Repetitions of this minute. */
  #repeated = new Map<string, { readonly kind: Kind; count: number }>();
  #ticking: Promise<void> | null = null;

  constructor(deps: MinuteCountsDeps<Kind>) {
    this.#deps = deps;
  }

  /** Never waits and never fails. */
  count(kind: Kind): void {
    const key = JSON.stringify(kind);
    const known = this.#repeated.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.#repeated.size >= KINDS_APART) {
      this.#countOther(this.#deps.otherKind(kind));
      return;
    }
    this.#repeated.set(key, { kind, count: 0 });
    this.#deps.tell([{ kind, count: 1 }]);
    this.#ticking ??= this.#endMinute();
  }

  /** Tells what is not told yet. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ticking;
  }

  #countOther(kind: Kind): void {
    const key = JSON.stringify(kind);
    const known = this.#repeated.get(key) ?? { kind, count: 0 };
    known.count += 1;
    this.#repeated.set(key, known);
  }

  async #endMinute(): Promise<void> {
    await this.#deps.clock.sleep(MINUTE_MS, this.#closing.signal).catch(() => undefined);
    this.#ticking = null;
    const repeated = [...this.#repeated.values()].filter(({ count }) => count > 0);
    this.#repeated = new Map();
    if (repeated.length > 0) this.#deps.tell(repeated);
  }
}
