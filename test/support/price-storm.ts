// Prices that do not stop, from a fetcher that does what ours does: whatever was not acknowledged is sent again.
import type { Quote } from "../../domain/quote.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { exampleTick } from "../examples.ts";
import { QuoteSender } from "./quote-sender.ts";
import { filesOfRole, uncheckedFiles } from "./shared-certificates.ts";

/** The price of a symbol, by its place in the list, in a round. */
export type PriceOf = (place: number, round: number) => number;

const ROUND_MS = 60;
const RETRY_MS = 100;

/** Sends a tick of every symbol, round after round, over as many servers' lives as it takes. */
export class PriceStorm {
  /** Every quote that a server has acknowledged as stored or known. */
  readonly acknowledged: Quote[] = [];
  readonly #symbols: readonly string[];
  readonly #priceOf: PriceOf;
  readonly #client: QuoteServiceClient;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #round = 0;

  private constructor(client: QuoteServiceClient, symbols: readonly string[], priceOf: PriceOf) {
    this.#client = client;
    this.#symbols = symbols;
    this.#priceOf = priceOf;
    this.#running = this.#run();
  }

  /** Begins at once. `address` is the server's. */
  static async start(address: string, symbols: readonly string[], priceOf: PriceOf): Promise<PriceStorm> {
    const files = uncheckedFiles(await filesOfRole("fetcher"));
    const options = { "grpc.initial_reconnect_backoff_ms": RETRY_MS, "grpc.max_reconnect_backoff_ms": RETRY_MS };
    return new PriceStorm(new QuoteServiceClient(address, channelCredentials(files), options), symbols, priceOf);
  }

  /** How many rounds have been acknowledged. */
  get rounds(): number {
    return this.#round;
  }

  /** Ends after the round that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#client.close();
  }

  async #run(): Promise<void> {
    let sender = new QuoteSender(this.#client);
    while (!this.#stopping.signal.aborted) {
      const quotes = this.#quotes();
      while (!(await this.#send(sender, quotes))) {
        await systemClock.sleep(RETRY_MS);
        sender = new QuoteSender(this.#client);
      }
      this.#round += 1;
      await systemClock.sleep(ROUND_MS);
    }
    sender.end();
  }

  #quotes(): Quote[] {
    const now = systemClock.now();
    return this.#symbols.map((symbol, place) =>
      exampleTick(0, this.#priceOf(place, this.#round), { symbol, quoteTimeMs: now, fetchTimeMs: now }),
    );
  }

  async #send(sender: QuoteSender, quotes: readonly Quote[]): Promise<boolean> {
    try {
      const { storedCount, knownCount } = await sender.send(quotes);
      if (storedCount + knownCount !== quotes.length) throw new Error("the server did not take every quote");
      this.acknowledged.push(...quotes);
      return true;
    } catch {
      return false;
    }
  }
}
