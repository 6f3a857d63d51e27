import { expect } from "chai";
import { Server, ServerCredentials, credentials } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import { asOf, type Quote } from "../../domain/quote.ts";
import {
  FetcherReport,
  QuoteServiceClient,
  QuoteServiceService,
  type QuoteServiceServer,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";

import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import { eventually } from "../../test/support/eventually.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { DataEventClock } from "../event-clock.ts";
import { Ingest } from "../ingest.ts";
import { QuoteFeed } from "../quote-feed.ts";
import type { QuoteStore } from "../store.ts";
import { QuoteSender } from "../testing/quote-sender.ts";
import { TriggerFeed } from "../trigger-feed.ts";
import { streamQuotes } from "./stream-quotes.ts";

/** StreamQuotes on a store whose commits wait until they are let go. */
class StreamWorld {
  /** The commits, each with its batches' prices. */
  readonly commits: number[][][] = [];
  readonly reports: FetcherReport[] = [];
  acknowledged = 0;
  failure: Error | null = null;
  readonly ingest: Ingest;
  client: QuoteServiceClient = null as never;
  readonly #server = new Server();
  #letGo: (() => void)[] = [];
  #isOpen = false;

  constructor(waitingQuotes = 100) {
    this.ingest = new Ingest({
      quotes: { recordQuotes: (batches) => this.#record(batches) } as Partial<QuoteStore> as QuoteStore,
      eventClock: new DataEventClock(null),
      feed: new QuoteFeed(),
      triggers: new TriggerFeed(),
      dispatcher: { wake: () => undefined },
      clock: new FakeClock(EXAMPLE_START_MS),
      log: createLog("test", "error", { write: () => undefined }),
      yieldToOthers: () => (this.#isOpen ? Promise.resolve() : new Promise<void>((go) => this.#letGo.push(go))),
      limits: { waitingQuotes, quotesPerCommit: 100 },
    });
  }

  async start(): Promise<this> {
    const handler = streamQuotes({
      ingest: this.ingest,
      gaps: { recordGaps: () => Promise.resolve(), listGaps: () => Promise.resolve([]) },
      log: createLog("test", "error", { write: () => undefined }),
      onReport: (report) => this.reports.push(report),
      onAcknowledged: () => (this.acknowledged += 1),
    });
    this.#server.addService(QuoteServiceService, { streamQuotes: handler } as Partial<QuoteServiceServer> as never);
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    this.client = new QuoteServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
    return this;
  }

  /** From now on every commit goes at once. */
  letGo(): void {
    this.#isOpen = true;
    for (const go of this.#letGo.splice(0)) go();
  }

  /** Resolves when exactly so many quotes have been waiting for a moment. */
  async waiting(count: number): Promise<void> {
    const isThere = () => this.ingest.status().waitingQuotes === count;
    await eventually(`${count} quotes wait`, isThere);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(this.ingest.status().waitingQuotes).to.equal(count);
  }

  async close(): Promise<void> {
    this.letGo();
    this.client.close();
    this.#server.forceShutdown();
    await this.ingest.close();
  }

  #record(batches: readonly (readonly Quote[])[]): ReturnType<QuoteStore["recordQuotes"]> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.commits.push(batches.map((batch) => batch.map(({ close }) => close)));
    const stored = batches.flat().sort((a, b) => asOf(a) - asOf(b));
    return Promise.resolve({
      batches: batches.map(({ length }) => ({
        storedCount: length,
        knownCount: 0,
        deferred: [],
        opened: [],
        doubted: [],
      })),
      stored: stored.map((quote) => ({ quote, seq: 1 })),
      triggers: [],
      open: [],
      isTelling: false,
    });
  }
}

describe("StreamQuotes, reading ahead", () => {
  let world: StreamWorld;
  afterEach(() => world.close());
  const tick = (price: number) => exampleTick(price, price);

  it("has batches of two streams committed together", async () => {
    world = await new StreamWorld().start();
    const [one, other] = [new QuoteSender(world.client), new QuoteSender(world.client)];
    const first = [one.send([tick(1)]), one.send([tick(3), tick(4)])];
    await world.waiting(3);
    const second = other.send([tick(2)]);
    await world.waiting(4);
    world.letGo();
    expect((await Promise.all([...first, second])).map(({ storedCount }) => storedCount)).to.deep.equal([1, 2, 1]);
    expect(world.commits).to.deep.equal([[[1], [3, 4], [2]]]);
    expect(world.acknowledged).to.equal(3);
  });

  it("takes eight batches of a stream before it acknowledges the first, and acknowledges them in their order", async () => {
    world = await new StreamWorld().start();
    const sender = new QuoteSender(world.client);
    const acks = Array.from({ length: 12 }, (_none, at) => sender.send(at === 3 ? [] : [tick(at + 1)]));
    await world.waiting(7); // one of the eight is empty
    world.letGo();
    expect((await Promise.all(acks)).map(({ sequence }) => sequence)).to.deep.equal(acks.map((_ack, at) => at + 1));
  });

  it("stops reading when there is no room, and reads on when there is", async () => {
    world = await new StreamWorld(3).start();
    const senders = [new QuoteSender(world.client), new QuoteSender(world.client)];
    const acks = [1, 2, 3, 4, 5, 6].map((price) => senders[price % 2]!.send([tick(price)]));
    await world.waiting(3);
    world.letGo();
    await Promise.all(acks);
    expect(world.commits.flat(2).sort()).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it("ends a stream whose batch the store does not take with the store's error, while others wait", async () => {
    world = await new StreamWorld().start();
    const sender = new QuoteSender(world.client);
    world.failure = new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", "the disk is full");
    const refusals = [refusalOf(sender.send([tick(1)])), refusalOf(sender.send([tick(2)]))];
    await world.waiting(2);
    world.letGo();
    expect((await Promise.all(refusals)).map(({ reason }) => reason)).to.deep.equal(["STORE_FULL", "STORE_FULL"]);
    world.failure = null;
    expect(await new QuoteSender(world.client).send([tick(1)])).to.include({ storedCount: 1 });
  });

  it("frees the room of clients that go before there was any for them", async () => {
    world = await new StreamWorld(1).start();
    const sender = new QuoteSender(world.client);
    const first = sender.send([tick(1)]);
    await world.waiting(1);
    for (let at = 2; at < 10; at += 1) {
      const short = new QuoteSender(world.client);
      short.send([tick(at)]).catch(() => undefined);
      await short.opened;
      short.cancel();
      await short.ended;
    }
    world.letGo();
    await first;
    expect(await sender.send([tick(20)])).to.include({ sequence: 2, storedCount: 1 });
    await eventually("nothing waits", () => world.ingest.status().waitingQuotes === 0);
  });

  it("answers everything before it ends a stream whose client has said all", async () => {
    world = await new StreamWorld().start();
    const sender = new QuoteSender(world.client);
    const acks = [sender.send([tick(1)]), sender.send([tick(2)])];
    sender.close();
    await world.waiting(2);
    world.letGo();
    expect(await Promise.all(acks)).to.have.length(2);
    expect(await sender.ended).to.equal(null);
  });

  it("hands on what a fetcher tells of itself", async () => {
    world = await new StreamWorld().start();
    world.letGo();
    const sender = new QuoteSender(world.client);
    const report = FetcherReport.fromPartial({ source: "example", spooledCount: 3 });
    sender.write({ message: { $case: "report", value: report } });
    await sender.send([tick(1)]);
    expect(world.reports).to.deep.equal([report]);
  });
});
