import { expect } from "chai";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { asOf, type Quote } from "../domain/quote.ts";
import { SECOND_MS } from "../domain/time.ts";
import { QuoteStream } from "./quote-stream.ts";
import { FakeQuoteServer, type ReceivedBatch, type ServerStream } from "./testing/fake-quote-server.ts";
import { makeBar } from "./testing/make-quote.ts";
import { SpoolFolder } from "./testing/spool-folder.ts";
import { until } from "./testing/until.ts";

const QUOTES_MAX = 150;
const SYMBOLS = ["AAPL", "IBM", "V"];

/** What the server does with a batch; once the script has run out it acknowledges everything. */
const MOVES = [
  "acknowledge",
  "late",
  "lose",
  "break",
  "store-and-break",
  "silence",
  "refuse",
  "put-off",
  "repeat",
] as const;
type Move = (typeof MOVES)[number];
/** After these the stream is of no more use. */
const BREAKING: ReadonlySet<Move> = new Set<Move>(["lose", "break", "store-and-break", "silence"]);

/** A server that follows a script, and keeps what it stored in the order of storing. */
class ScriptedServer {
  readonly stored: Quote[] = [];
  readonly refused: Quote[] = [];
  readonly #script: Move[];
  readonly #broken = new Set<number>();
  #late: (() => void)[] = [];

  constructor(script: readonly Move[]) {
    this.#script = [...script];
  }

  take(batch: ReceivedBatch, stream: ServerStream): void {
    if (this.#broken.has(batch.stream)) return;
    const move = this.#script.shift() ?? "acknowledge";
    if (BREAKING.has(move)) this.#broken.add(batch.stream); // nothing that follows on this stream is looked at
    if (move === "refuse" || move === "put-off") this.#takePart(batch, stream, move);
    else this.#takeWhole(batch, stream, move);
  }

  /** Sends the acknowledgements that were held back. */
  catchUp(): void {
    this.#late.splice(0).forEach((acknowledge) => acknowledge());
  }

  #takeWhole({ sequence, quotes }: ReceivedBatch, stream: ServerStream, move: Move): void {
    if (move !== "break" && move !== "silence") this.#store(quotes);
    const acknowledge = (): void => stream.acknowledge(sequence);
    const acts: Partial<Record<Move, () => void>> = {
      acknowledge,
      repeat: () => {
        acknowledge();
        acknowledge();
      },
      late: () => void this.#late.push(acknowledge),
      lose: () => stream.end(),
      break: () => stream.fail(),
      "store-and-break": () => stream.fail(),
    };
    acts[move]?.();
  }

  #takePart({ sequence, quotes }: ReceivedBatch, stream: ServerStream, move: "refuse" | "put-off"): void {
    const isOut = (index: number): boolean => index % 3 === 1;
    this.#store(quotes.filter((_, index) => !isOut(index)));
    if (move === "refuse") this.refused.push(...quotes.filter((_, index) => isOut(index)));
    const reason = move === "refuse" ? "QUOTE_INVALID" : "CLOCK_BEHIND";
    stream.acknowledge(
      sequence,
      [...quotes.keys()].filter(isOut).map((index) => ({ index, reason })),
    );
  }

  #store(quotes: readonly Quote[]): void {
    this.stored.push(...quotes);
  }
}

interface Outcome {
  readonly put: readonly Quote[];
  readonly server: ScriptedServer;
  /** The most quotes that the spool held at any time. */
  readonly largest: number;
}

/** The rounds' quotes: complete bars and versions of bars that are still forming, for three symbols. */
function quotesOfRounds(sizes: readonly number[]): Quote[][] {
  let minute = 0;
  return sizes.map((size) => {
    const start = minute;
    minute += size;
    return SYMBOLS.flatMap((symbol) =>
      Array.from({ length: size }, (_, index) => {
        const quoteTimeMs = makeBar(symbol, start + index).quoteTimeMs;
        const fetchTimeMs = quoteTimeMs + (index % 2 === 0 ? 90 : 20) * SECOND_MS;
        return makeBar(symbol, start + index, { fetchTimeMs });
      }),
    );
  });
}

async function play(script: readonly Move[], sizes: readonly number[]): Promise<Outcome> {
  const scripted = new ScriptedServer(script);
  const server = await FakeQuoteServer.start({ onBatch: (batch, stream) => scripted.take(batch, stream) });
  const folder = new SpoolFolder();
  const { spool, clock, log } = folder.open({ quotesMax: QUOTES_MAX });
  const stream = new QuoteStream({
    client: server.client(),
    supply: spool,
    clock,
    log,
    reconnectMinMs: 1,
    reconnectMaxMs: 2,
  });
  const rounds = quotesOfRounds(sizes);
  const progress = { isPut: false, largest: 0 };
  const putting = (async () => {
    for (const quotes of rounds) {
      await spool.put(quotes, new AbortController().signal);
      await nextTurn();
    }
    progress.isPut = true;
  })();
  let turn = 0;
  await until(() => {
    turn += 1;
    progress.largest = Math.max(progress.largest, spool.size);
    if (turn % 5 === 0) scripted.catchUp();
    if (turn % 20 === 0) clock.advance(SECOND_MS);
    return progress.isPut && spool.size === 0;
  });
  await putting;
  await stream.close();
  server.close();
  folder.remove();
  return { put: rounds.flat(), server: scripted, largest: progress.largest };
}

const idOf = (quote: Quote): string => `${quote.symbol} ${quote.quoteTimeMs} ${quote.fetchTimeMs}`;
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

describe("QuoteStream, whatever the server does", () => {
  it("brings every quote to an end and keeps within its room", async () => {
    const scripts = fc.array(fc.constantFrom(...MOVES), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(scripts, sizes, async (script, rounds) => {
        const { put, server, largest } = await play(script, rounds);
        const ended = new Set([...server.stored, ...server.refused].map(idOf));
        expect(put.filter((quote) => !ended.has(idOf(quote)))).to.eql([]);
        expect(largest).to.be.at.most(QUOTES_MAX);
      }),
      { numRuns: 60 },
    );
  });

  it("brings the quotes of a symbol in the order of as-of, repeats aside", async () => {
    const scripts = fc.array(fc.constantFrom(...MOVES.filter((move) => move !== "put-off")), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(scripts, sizes, async (script, rounds) => {
        const { server } = await play(script, rounds);
        const seen = new Set<string>();
        const newest = new Map<string, number>();
        for (const quote of server.stored) {
          if (seen.has(idOf(quote))) continue;
          seen.add(idOf(quote));
          expect(asOf(quote)).to.be.at.least(newest.get(quote.symbol) ?? 0);
          newest.set(quote.symbol, asOf(quote));
        }
      }),
      { numRuns: 60 },
    );
  });
});
