import type { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { QuoteStream, type QuoteStreamOptions } from "../quote-stream.ts";
import { FakeQuoteServer, type FakeQuoteServerOptions } from "./fake-quote-server.ts";
import type { RecordedLog } from "./recorded-log.ts";
import type { Spool } from "../spool/spool.ts";
import { SpoolFolder } from "./spool-folder.ts";
import { until } from "./until.ts";

/** A stream and all that it needs. */
export interface OpenedStream {
  readonly clock: FakeClock;
  readonly log: RecordedLog;
  readonly spool: Spool;
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
    const folder = new SpoolFolder();
    this.#closers.push(() => folder.remove());
    const { spool, clock, log } = folder.open();
    const reconnect = { reconnectMinMs: 1, reconnectMaxMs: 5 };
    const stream = new QuoteStream({ client, supply: spool, clock, log, ...reconnect, ...options });
    this.#closers.push(() => closeAtOnce(stream, clock));
    return { clock, log, spool, stream };
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
