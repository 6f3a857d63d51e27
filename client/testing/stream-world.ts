import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { Outbox } from "../outbox.ts";
import { QuoteStream, type QuoteStreamOptions } from "../quote-stream.ts";
import { FakeQuoteServer, type FakeQuoteServerOptions } from "./fake-quote-server.ts";
import { OPENING_MS } from "./make-quote.ts";
import { RecordedLog } from "./recorded-log.ts";
import { until } from "./until.ts";

/** A stream and all that it needs. */
export interface OpenedStream {
  readonly clock: FakeClock;
  readonly log: RecordedLog;
  readonly outbox: Outbox;
  readonly stream: QuoteStream;
}

/** What one test opened, and how it ends. */
export class StreamWorld {
  readonly #closers: (() => Promise<void> | void)[] = [];

  async serve(options: FakeQuoteServerOptions): Promise<FakeQuoteServer> {
    const server = await FakeQuoteServer.start(options);
    this.#closers.push(() => server.close());
    return server;
  }

  open(client: QuoteStreamOptions["client"], options: Partial<QuoteStreamOptions> = {}): OpenedStream {
    const clock = new FakeClock(OPENING_MS);
    const log = new RecordedLog();
    const outbox = new Outbox({ clock, log });
    const reconnect = { reconnectMinMs: 1, reconnectMaxMs: 5 };
    const stream = new QuoteStream({ client, supply: outbox, clock, log, ...reconnect, ...options });
    this.#closers.push(() => closeAtOnce(stream, clock));
    return { clock, log, outbox, stream };
  }

  /** The last opened first. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

/** However long the close would wait. */
async function closeAtOnce(stream: QuoteStream, clock: FakeClock): Promise<void> {
  const progress = { isClosed: false };
  const closing = stream.close().finally(() => (progress.isClosed = true));
  await until(() => {
    clock.advance(100);
    return progress.isClosed;
  });
  await closing;
}
