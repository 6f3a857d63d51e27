// The server of a simulated trial: the real store on a real database, the real intake, hand-out and Deliver call; only sockets are missing.
import type { Quote } from "../../domain/quote.ts";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import type { FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { OpenDatabase } from "../../runtime/sqlite/open-database.ts";
import { Dispatcher } from "../../server/dispatcher.ts";
import { DataEventClock } from "../../server/event-clock.ts";
import { deliver } from "../../server/grpc/deliver.ts";
import { Ingest } from "../../server/ingest.ts";
import { MailServerState } from "../../server/mail-server-state.ts";
import { QuoteFeed } from "../../server/quote-feed.ts";
import { openStoreDatabase, storeOn } from "../../server/sqlite/sqlite-store.ts";
import { StatusConnections } from "../../server/status-connections.ts";
import type { Store } from "../../server/store.ts";
import { TriggerFeed } from "../../server/trigger-feed.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ProcessClock, type Machine } from "./machine.ts";
import { MemoryCall } from "./memory-call.ts";

export interface HourServerOptions {
  readonly file: string;
  readonly machine: Machine;
  readonly policy: AmbiguityPolicy;
  /** In [0, 1). */
  readonly random: () => number;
  /** Never the same twice, over all servers of a trial. */
  readonly newId: () => string;
  readonly log: Log;
  /** How fast its monotonic clock runs; 1 unless an oracle is tried. */
  readonly clockRate?: number;
}

/** One run of the server, from its start until it ends or is killed. */
export class HourServer {
  readonly store: Store;
  readonly #clock: ProcessClock;
  readonly #database: OpenDatabase;
  readonly #dispatcher: Dispatcher;
  readonly #ingest: Ingest;
  readonly #handler: ReturnType<typeof deliver>;
  readonly #calls = new Set<MemoryCall>();
  #isListening = true;

  private constructor(database: OpenDatabase, store: Store, clock: ProcessClock, options: HourServerOptions) {
    const { policy, log } = options;
    this.#database = database;
    this.store = store;
    this.#clock = clock;
    this.#dispatcher = new Dispatcher(store.notifications, policy, clock, log);
    this.#ingest = new Ingest({
      quotes: store.quotes,
      eventClock: new DataEventClock(null), // prices go by the source's clock, which nobody here sets
      feed: new QuoteFeed(),
      triggers: new TriggerFeed(),
      dispatcher: this.#dispatcher,
      clock,
      log,
      yieldToOthers: nextTurn,
    });
    this.#handler = deliver({
      notifications: store.notifications,
      dispatcher: this.#dispatcher,
      policy,
      log,
      mailServer: new MailServerState(clock, () => undefined),
      connections: new StatusConnections<FetcherReport>(clock),
      clock,
    });
  }

  static open(options: HourServerOptions): HourServer {
    const { file, machine, clockRate = 1 } = options;
    const clock = new ProcessClock(machine, clockRate);
    const database = openStoreDatabase(file);
    const server = new HourServer(
      database,
      storeOn(database, { ...options, clock, bootId: machine.bootId }),
      clock,
      options,
    );
    server.#dispatcher.start();
    server.#ingest.start();
    return server;
  }

  /** A notifier calls. */
  call(): MemoryCall {
    const call = new MemoryCall(this.#isListening ? this.#handler : null, (over) => this.#calls.delete(over));
    if (this.#isListening) this.#calls.add(call);
    return call;
  }

  /** Resolves when the quotes are on disk and judged. */
  async submit(quotes: readonly Quote[], stream: AbortSignal): Promise<void> {
    const { through } = await this.#ingest.submit(quotes, stream);
    await through;
  }

  /** The network fails; the server does not. */
  breakCalls(): void {
    for (const call of this.#calls) call.breakOff();
  }

  /** Ends in good order, in the order in which start-server.ts does it. */
  async close(): Promise<void> {
    this.#isListening = false;
    await this.#dispatcher.close();
    for (const call of this.#calls) call.tellToGo();
    await this.#ingest.close();
    await this.store.close();
    this.#clock.kill();
  }

  /** What is not committed at this moment never will be, and nobody hears of what is. */
  kill(): void {
    this.#isListening = false;
    this.#clock.kill();
    this.#database.close();
    this.breakCalls();
  }
}
