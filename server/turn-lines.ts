/** Who waits in one lane, the first first; `turn` counts over all lanes. */
interface Line {
  waiting: { readonly key: string; readonly turn: number }[];
  /** Where the first stands; what is before it is gone. */
  first: number;
}

/** What is gone is cleared away when it is so much, and half of the line. */
const MOST_GONE = 1_000;

/**
 * Who has a turn next. Each waits once, in a lane that may be shut for a while; whoever has waited longest in an open lane goes first. The
 * work of a turn grows with the number of lanes, not with that of those who wait.
 */
export class TurnLines {
  readonly #lines = new Map<string, Line>();
  readonly #waiting = new Set<string>();
  #turns = 0;

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether it waits already. */
  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** Behind all others, unless it waits already. */
  add(key: string, lane: string): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    const line = this.#lines.get(lane) ?? { waiting: [], first: 0 };
    line.waiting.push({ key, turn: (this.#turns += 1) });
    this.#lines.set(lane, line);
  }

  /** Takes out who is next; null when nobody waits in an open lane. */
  take(isOpen: (lane: string) => boolean): { readonly key: string; readonly lane: string } | null {
    let next: { readonly lane: string; readonly line: Line; readonly key: string; readonly turn: number } | null = null;
    for (const [lane, line] of this.#lines) {
      const first = line.waiting[line.first];
      if (first === undefined || (next !== null && next.turn < first.turn)) continue;
      if (isOpen(lane)) next = { lane, line, ...first };
    }
    if (next === null) return null;
    const { lane, line, key } = next;
    this.#waiting.delete(key);
    line.first += 1;
    if (line.first === line.waiting.length) this.#lines.delete(lane);
    else if (line.first > MOST_GONE && line.first * 2 > line.waiting.length) this.#clear(line);
    return { key, lane };
  }

  #clear(line: Line): void {
    line.waiting = line.waiting.slice(line.first);
    line.first = 0;
  }
}
