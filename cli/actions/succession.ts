// A stream of the user's own ends with the access token it was opened with. Before that the next is opened beside it, and both are read until
// the first has ended: what comes meanwhile comes by one of them at least, and is told once.
import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";

/** Between two openings, however soon the next is due. */
const LEAST_TURN_MS = 5 * SECOND_MS;
/** So many items are remembered, to be told once; no two streams that are open together are further apart. */
const KNOWN_MAX = 1_000;
/** One that goes, and one that comes. */
const STREAMS_MAX = 2;

/** A stream that takes the place of the one before. */
export interface Succession<Item> {
  readonly open: () => AsyncIterator<Item>;
  /** What tells two items apart. */
  readonly idOf: (item: Item) => string;
  /** In how long the next one is to be opened. */
  readonly turnInMs: () => number;
  /** Makes ready for the next; when it fails, it is tried again later. */
  readonly prepare: () => Promise<unknown>;
}

/** Everything that the streams bring, each item once. Throws as the last that is open does. */
export async function* readInSuccession<Item>(
  succession: Succession<Item>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const ended = new AbortController();
  const end = AbortSignal.any([signal, ended.signal]);
  const known = new KnownIds();
  const streams = new Set([new Stream(succession.open())]);
  let turn = nextTurn(succession, clock, end);
  try {
    while (streams.size > 0) {
      const step = await Promise.race([turn, ...[...streams].map((stream) => stream.step())]);
      if (step === "turn") {
        const isReady = streams.size < STREAMS_MAX && (await isPrepared(succession));
        if (isReady) streams.add(new Stream(succession.open()));
        turn = nextTurn(succession, clock, end);
      } else if ("item" in step) {
        step.stream.goOn();
        if (known.add(succession.idOf(step.item))) yield step.item;
      } else {
        streams.delete(step.stream);
        if (streams.size === 0 && step.error !== null) throw step.error;
      }
    }
  } finally {
    ended.abort();
    for (const stream of streams) stream.close();
  }
}

type Step<Item> =
  | { readonly stream: Stream<Item>; readonly item: Item }
  | { readonly stream: Stream<Item>; readonly error: Error | null };

/** One of the streams, read an item at a time. */
class Stream<Item> {
  readonly #items: AsyncIterator<Item>;
  #step: Promise<Step<Item>> | null = null;

  constructor(items: AsyncIterator<Item>) {
    this.#items = items;
  }

  /** The next item, or the end; the same until goOn(). */
  step(): Promise<Step<Item>> {
    return (this.#step ??= this.#items.next().then(
      ({ done, value }) => (done === true ? { stream: this, error: null } : { stream: this, item: value }),
      (error: unknown) => ({ stream: this, error: error as Error }),
    ));
  }

  goOn(): void {
    this.#step = null;
  }

  close(): void {
    this.#items.return?.().catch(() => undefined); // nobody reads on
  }
}

/** The items that were told last. */
class KnownIds {
  readonly #ids = new Set<string>();

  /** False for one that was told before. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > KNOWN_MAX && oldest !== undefined) this.#ids.delete(oldest);
    return true;
  }
}

/** Resolves when the next stream is to be opened; never, once it is over. */
function nextTurn<Item>({ turnInMs }: Succession<Item>, clock: Clock, end: AbortSignal): Promise<"turn"> {
  return new Promise((resolve) => {
    clock.sleep(Math.max(turnInMs(), LEAST_TURN_MS), end).then(
      () => resolve("turn"),
      () => undefined,
    );
  });
}

async function isPrepared<Item>({ prepare }: Succession<Item>): Promise<boolean> {
  return prepare().then(
    () => true,
    () => false,
  );
}
