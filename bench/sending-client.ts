import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { Outbox } from "../client/outbox.ts";
import { QuoteStream } from "../client/quote-stream.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { createLog } from "../runtime/log/log.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import type { Quote } from "../domain/quote.ts";

/** The fetcher behind its source: an outbox and the stream that empties it, over mutual TLS. */
export class SendingClient {
  readonly #outbox: Outbox;
  readonly #stream: QuoteStream;
  readonly #client: QuoteServiceClient;
  readonly #signal: AbortSignal;

  /** `server` is host:port. */
  constructor(server: string, certsFolder: string, signal: AbortSignal) {
    const log = createLog("bench", "warn");
    const clock = systemClock;
    const paths = credentialPaths(certsFolder, "fetcher");
    const files = loadCredentialFiles(paths, { expectedRole: "fetcher", now: clock.now() });
    this.#client = new QuoteServiceClient(server, channelCredentials(files), channelOptions);
    this.#outbox = new Outbox({ clock, log });
    this.#stream = new QuoteStream({ client: this.#client, supply: this.#outbox, clock, log });
    this.#signal = signal;
  }

  /** Hands quotes over, as the fetcher does the moment it has parsed an answer. Throws the signal's reason. */
  put(quotes: readonly Quote[]): Promise<void> {
    return this.#outbox.put(quotes, this.#signal);
  }

  /** Resolves when the server has acknowledged everything. Throws the signal's reason, and when quotes were refused. */
  async acknowledged(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const look = (): void => {
      if (this.#outbox.size === 0) resolve(undefined);
    };
    const unsubscribe = this.#outbox.subscribe(look);
    const onAbort = (): void => reject(this.#signal.reason as Error);
    this.#signal.addEventListener("abort", onAbort, { once: true });
    look();
    await promise.finally(unsubscribe);
    this.#signal.removeEventListener("abort", onAbort);
    if (this.#outbox.refusedCount > 0) throw new Error(`the server refused ${this.#outbox.refusedCount} quotes`);
  }

  async close(): Promise<void> {
    await this.#stream.close();
    this.#client.close();
  }
}
