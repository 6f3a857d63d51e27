import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { QuoteSupply } from "../client/quote-supply.ts";
import { QuoteStream } from "../client/quote-stream.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { createLog } from "../runtime/log/log.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { orAborted } from "../scripts/demo/demo-world.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";

/** What is sent, and what was refused of it. */
type Supply = QuoteSupply & { readonly refusedCount: number };

/** The fetcher's side behind its source: a stream over mutual TLS that empties a supply of quotes. */
export class SendingClient {
  readonly #supply: Supply;
  readonly #stream: QuoteStream;
  readonly #client: QuoteServiceClient;

  /** `server` is host:port. */
  constructor(server: string, certsFolder: string, supply: Supply) {
    const log = createLog("bench", "warn");
    const clock = systemClock;
    const paths = credentialPaths(certsFolder, "fetcher");
    const files = loadCredentialFiles(paths, { expectedRole: "fetcher", now: clock.now() });
    this.#supply = supply;
    this.#client = new QuoteServiceClient(server, channelCredentials(files), channelOptions);
    this.#stream = new QuoteStream({ client: this.#client, supply, clock, log });
  }

  /** Resolves when the server has acknowledged everything. Throws the signal's reason, and when quotes were refused. */
  async acknowledged(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const look = (): void => {
      if (this.#supply.isSettled()) resolve(undefined);
    };
    const unsubscribe = this.#supply.subscribe(look);
    look();
    await orAborted(promise, signal).finally(unsubscribe);
    if (this.#supply.refusedCount > 0) throw new Error(`the server refused ${this.#supply.refusedCount} quotes`);
  }

  async close(): Promise<void> {
    await this.#stream.close();
    this.#client.close();
  }
}
