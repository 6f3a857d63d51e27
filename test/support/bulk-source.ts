// A price service of the trials' own: answers bulk questions as Alpha Vantage does, a little slowly, and writes down what it
// said to which life of the fetcher. All else is in no plan: asked for beside the rounds, it would say nothing of what is spooled.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { easternStampMillis } from "../../simulator/alpha-vantage/eastern.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import type { QuoteFact } from "./kill-evidence.ts";
import type { KillMarket } from "./kill-market.ts";

interface Answered {
  readonly life: string;
  readonly facts: readonly QuoteFact[];
}

interface BulkSourceOptions {
  readonly market: KillMarket;
  /** How long an answer takes, in milliseconds. */
  readonly delayMs: () => number;
}

/** Open it and give each life of the fetcher a URL of its own. */
export class BulkSource {
  /** Every price that was ever put into an answer. */
  readonly served: QuoteFact[] = [];
  readonly #server: Server;
  readonly #answers: Answered[] = [];
  #lastTimeMs = 0;
  #rounds = 0;
  /** How many questions each life has asked. */
  readonly #questions = new Map<string, number>();

  constructor({ market, delayMs }: BulkSourceOptions) {
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      if (searchParams.get("function") !== "REALTIME_BULK_QUOTES") {
        response.writeHead(200, { "Content-Type": "application/json", Server: "tickerbell-simulator" });
        response.end(JSON.stringify({ Information: "This is a premium endpoint." }));
        return;
      }
      const symbols = (searchParams.get("symbol") ?? "").split(",").filter((symbol) => symbol !== "");
      this.#questions.set(pathname, (this.#questions.get(pathname) ?? 0) + 1);
      void systemClock.sleep(delayMs()).then(() => {
        const facts = this.#prices(symbols, market);
        this.#answers.push({ life: pathname, facts });
        if (symbols[0] === market.symbols[0]) this.#rounds += 1;
        this.served.push(...facts);
        // By this name the fetcher knows a market that never closes.
        response.writeHead(200, { "Content-Type": "application/json", Server: "tickerbell-simulator" });
        response.end(JSON.stringify({ endpoint: "Realtime Bulk Quotes", message: "success", data: facts.map(rowOf) }));
      });
    });
  }

  /** How often it was asked for everything. */
  get rounds(): number {
    return this.#rounds;
  }

  /**
   * What the fetchers must have on disk: a fetcher asks the next question only after it has spooled the last answer, so every
   * answer after which the same life asked again.
   */
  get followedUp(): readonly QuoteFact[] {
    return [...Map.groupBy(this.#answers, ({ life }) => life)].flatMap(([life, answers]) =>
      answers.slice(0, (this.#questions.get(life) ?? 0) - 1).flatMap(({ facts }) => facts),
    );
  }

  async open(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** For BELL_ALPHA_VANTAGE_URL. */
  url(life: number): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/life-${life}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #prices(symbols: readonly string[], market: KillMarket): QuoteFact[] {
    // A little ago: what lies ahead of its fetch, if only by a millisecond, is no price yet.
    this.#lastTimeMs = Math.max(this.#lastTimeMs + 1, systemClock.now() - 5);
    return symbols.map((symbol) => ({ symbol, quoteTimeMs: this.#lastTimeMs, close: market.priceOf(symbol) }));
  }
}

function rowOf({ symbol, quoteTimeMs, close }: QuoteFact) {
  const price = close.toFixed(2);
  const timestamp = easternStampMillis(quoteTimeMs);
  const day = { open: price, high: price, low: price, close: price, volume: "1" };
  return { symbol, timestamp, ...day, extended_hours_quote: null };
}
