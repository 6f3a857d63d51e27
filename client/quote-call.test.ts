import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { EventEmitter } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { QuoteCall, type StreamQuotesCall } from "./quote-call.ts";
import { makeBars } from "./testing/make-quote.ts";
import { SpoolFolder } from "./testing/spool-folder.ts";
import { until } from "./testing/until.ts";

/** A call of which a test plays the server's part by emitting events. */
class StubCall extends EventEmitter {
  written = 0;
  isCancelled = false;

  write(): boolean {
    this.written += 1;
    return true;
  }

  end(): void {
    this.emit("status", { code: status.OK });
  }

  cancel(): void {
    this.isCancelled = true;
  }

  acknowledge(sequence: number): void {
    const value = { sequence, storedCount: 0, knownCount: 0, refused: [] };
    this.emit("data", { message: { $case: "ack", value } });
  }
}

describe("QuoteCall", () => {
  let folder: SpoolFolder;
  beforeEach(() => {
    folder = new SpoolFolder();
  });
  afterEach(() => folder.remove());

  async function open() {
    const { spool, clock, log } = folder.open();
    await spool.put(makeBars("AAPL", 10), new AbortController().signal);
    const begin = (isConnected = () => true) => {
      const stub = new StubCall();
      const limits = { batchesMax: 8, ackLimitMs: 30_000, isConnected };
      const options = { supply: spool, clock, log, ...limits, onAlive: () => undefined };
      const call = new QuoteCall(stub as unknown as StreamQuotesCall, options);
      return { stub, call, running: call.run() };
    };
    return { spool, clock, begin };
  }

  it("takes no acknowledgement from a call that is over for one of the next", async () => {
    const { spool, begin } = await open();
    const first = begin();
    first.stub.end();
    await first.running;
    const second = begin();
    first.stub.acknowledge(1);
    expect(spool.size).to.equal(10);
    second.stub.acknowledge(1);
    expect(spool.size).to.equal(0);
    second.call.abort();
    await second.running;
  });

  it("gives each batch its own time, once it is the oldest, whatever becomes of later ones", async () => {
    const { spool, clock, begin } = await open();
    await spool.put(makeBars("IBM", 2_500), new AbortController().signal);
    const { stub, running } = begin();
    const ending = running.catch((error: unknown) => error);
    await until(() => stub.written === 3);
    clock.advance(20_000);
    stub.acknowledge(1);
    clock.advance(29_000);
    stub.acknowledge(3);
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(stub.isCancelled).to.equal(false);
    clock.advance(1_000);
    expect(await ending).to.have.property("reason", "DEADLINE");
    expect(spool.size).to.equal(1_000);
  });

  it("leaves nothing behind: the call cancelled, nobody asleep, its quotes waiting", async () => {
    const { spool, clock, begin } = await open();
    const { stub, call, running } = begin();
    await until(() => stub.written === 1);
    call.abort();
    await running;
    expect(stub.isCancelled).to.equal(true);
    expect(clock.sleeping).to.equal(0);
    expect(spool.takeBatch()?.quotes).to.have.length(10);
  });

  it("ends when its connection is gone and gRPC has forgotten it, not before it was there", async () => {
    const { spool, clock, begin } = await open();
    const connection = { isThere: false };
    const { stub, running } = begin(() => connection.isThere);
    const ending = running.catch((error: unknown) => error);
    await until(() => stub.written === 1);
    stub.acknowledge(1);
    const second = async (isThere: boolean): Promise<void> => {
      connection.isThere = isThere;
      clock.advance(1_000);
      for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    };
    for (const isThere of [false, false, false, true, false]) await second(isThere);
    expect(stub.isCancelled, "it may be ending by itself").to.equal(false);
    await second(false);
    expect(await ending).to.include({ reason: "SERVER_UNREACHABLE", message: "the connection was lost" });
    expect([stub.isCancelled, clock.sleeping, spool.size]).to.eql([true, 0, 0]);
  });

  it("ends when nobody can say any more whether it is connected: its channel was shut", async () => {
    const { clock, begin } = await open();
    const { stub, running } = begin(() => {
      throw new Error("Channel has been shut down");
    });
    const ending = running.catch((error: unknown) => error);
    await until(() => stub.written === 1);
    clock.advance(1_000);
    expect(await ending).to.include({ code: "UNAVAILABLE", reason: "SERVER_UNREACHABLE" });
    expect([stub.isCancelled, clock.sleeping]).to.eql([true, 0]);
  });

  it("was of use once a batch was acknowledged, not by an acknowledgement of something else", async () => {
    const { begin } = await open();
    const { stub, call, running } = begin();
    stub.acknowledge(2);
    expect(call.wasOfUse).to.equal(false);
    stub.acknowledge(1);
    expect(call.wasOfUse).to.equal(true);
    call.end();
    await running;
  });
});
