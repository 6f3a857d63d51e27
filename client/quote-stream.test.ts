import { connectivityState, status } from "@grpc/grpc-js";
import { expect } from "chai";
import { EventEmitter } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../domain/error.ts";
import type { StreamQuotesCall } from "./quote-call.ts";
import { ACK_LIMIT_MS } from "./quote-stream.ts";
import { PUT_OFF_MS } from "./spool/spool.ts";
import { acknowledgeAll } from "./testing/fake-quote-server.ts";
import { makeBar, makeBars } from "./testing/make-quote.ts";
import { StreamWorld } from "./testing/stream-world.ts";
import { until } from "./testing/until.ts";

const NEVER = new AbortController().signal;

describe("QuoteStream", () => {
  const world = new StreamWorld();
  afterEach(() => world.close());

  it("brings every quote, whole, and forgets it after its acknowledgement", async () => {
    const server = await world.serve({ onBatch: acknowledgeAll });
    const { spool } = world.open(server.client());
    const quotes = [...makeBars("AAPL", 30), ...makeBars("IBM", 30)];
    await spool.put(quotes, NEVER);
    await until(() => spool.size === 0);
    expect(server.quotes).to.have.deep.members(quotes);
    expect(server.streams).to.equal(1);
  });

  it("sends what comes while acknowledgements are out in batches, not one by one", async () => {
    const held: (() => void)[] = [];
    const server = await world.serve({
      onBatch: ({ sequence }, stream) => void held.push(() => stream.acknowledge(sequence)),
    });
    const { spool } = world.open(server.client());
    for (const quote of makeBars("AAPL", 3_000)) {
      await spool.put([quote], NEVER);
      if (server.batches.length < 8) await nextTurn();
    }
    await until(() => {
      held.splice(0).forEach((acknowledge) => acknowledge());
      return spool.size === 0;
    });
    expect(server.quotes).to.eql(makeBars("AAPL", 3_000));
    expect(server.batches.length).to.be.at.most(8 + 3 + 8);
  });

  it("has at most eight batches in flight", async () => {
    const server = await world.serve({ onBatch: () => undefined });
    const { spool } = world.open(server.client());
    await spool.put(makeBars("AAPL", 12_000), NEVER);
    await until(() => server.batches.length === 8);
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    expect(server.batches).to.have.length(8);
  });

  it("waits for drain when the call takes no more", async () => {
    const call = Object.assign(new EventEmitter(), {
      written: 0,
      write: () => (call.written += 1) < 3,
      end: () => void call.emit("status", { code: status.OK }),
      cancel: () => undefined,
    });
    const connected = { getConnectivityState: () => connectivityState.READY };
    const { spool } = world.open({
      streamQuotes: () => call as unknown as StreamQuotesCall,
      getChannel: () => connected,
    });
    await spool.put(makeBars("AAPL", 8_000), NEVER);
    await until(() => call.written === 3);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(call.written).to.equal(3);
    call.emit("drain");
    await until(() => call.written === 4);
  });

  it("sends what was in flight again after the stream broke, and says lost and connected once each", async () => {
    const server = await world.serve({
      onBatch: (batch, stream) => {
        if (batch.stream === 1) stream.fail();
        else acknowledgeAll(batch, stream);
      },
    });
    const { spool, log } = world.open(server.client());
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => spool.size === 0);
    expect(server.batches.map(({ stream, sequence }) => [stream, sequence])).to.eql([
      [1, 1],
      [2, 1],
    ]);
    expect(log.messages).to.eql([
      "connected to the server",
      "no connection to the server: quotes wait, and it is tried again",
      "connected to the server",
    ]);
    expect(log.lines.find(({ level }) => level === "warn")?.fields).to.include({
      code: "UNAVAILABLE",
      reason: "SERVER_UNREACHABLE",
      detail: "broken on purpose",
    });
  });

  it("says once that the server takes nothing, however often that lets it in, and once that it takes again", async () => {
    const server = await world.serve({
      onBatch: (batch, stream) => {
        if (batch.stream < 8) stream.fail(status.DATA_LOSS, "damaged");
        else acknowledgeAll(batch, stream);
      },
    });
    const { spool, log } = world.open(server.client());
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => spool.size === 0);
    expect(server.streams).to.equal(8);
    expect(log.messages).to.eql([
      "connected to the server",
      "the server takes no quotes: quotes wait, and it is tried again",
      "the server takes quotes again",
    ]);
  });

  it("connects again at once after a call that was of use", async () => {
    const server = await world.serve({
      onBatch: (batch, stream) => {
        acknowledgeAll(batch, stream);
        stream.fail();
      },
    });
    const { spool } = world.open(server.client(), { reconnectMinMs: 60_000, reconnectMaxMs: 120_000 });
    for (const quote of makeBars("AAPL", 3)) {
      await spool.put([quote], NEVER);
      await until(() => spool.size === 0);
    }
    await until(() => server.streams === 4);
  });

  it("opens a new stream when the server ends one with OK", async () => {
    const server = await world.serve({
      onBatch: acknowledgeAll,
      onOpen: (stream) => {
        if (stream.number < 4) stream.end();
        return true;
      },
    });
    const { spool } = world.open(server.client());
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => spool.size === 0);
    expect(server.streams).to.equal(4);
  });

  it("tries for as long as the server is away, and says so once", async () => {
    const away = await world.serve({ onBatch: acknowledgeAll });
    const client = away.client();
    away.stop();
    const failures: AppError[] = [];
    const diagnose = (failure: AppError): Promise<AppError> => {
      failures.push(failure);
      return Promise.resolve(
        new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "nobody listens", { hint: "./bell up" }),
      );
    };
    const counted = { calls: 0 };
    const caller = {
      streamQuotes: () => {
        counted.calls += 1;
        return client.streamQuotes();
      },
      getChannel: () => client.getChannel(),
    };
    const { spool, log } = world.open(caller, { diagnose });
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => counted.calls >= 5);
    expect(log.messages).to.eql(["no connection to the server: quotes wait, and it is tried again"]);
    expect(log.lines[0]?.fields).to.include({ detail: "nobody listens", hint: "./bell up" });
    expect(failures).to.have.length(1);
    const back = await world.serve({ onBatch: acknowledgeAll, port: away.port });
    await until(() => spool.size === 0);
    expect(back.quotes).to.eql(makeBars("AAPL", 10));
  });

  it("goes on after an attempt that fails by a defect", async () => {
    const server = await world.serve({ onBatch: acknowledgeAll });
    const client = server.client();
    const attempts = { count: 0 };
    const caller = {
      streamQuotes: () => {
        attempts.count += 1;
        if (attempts.count === 1) throw new TypeError("x is not a function");
        return client.streamQuotes();
      },
      getChannel: () => client.getChannel(),
    };
    const { spool, log } = world.open(caller);
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => spool.size === 0);
    expect(log.lines[0]?.fields).to.include({ code: "INTERNAL" });
  });

  it("ignores repeated and unknown acknowledgements and responses of kinds that it does not know", async () => {
    const server = await world.serve({
      onBatch: ({ sequence }, stream) => {
        stream.send({ message: undefined });
        stream.acknowledge(sequence + 7);
        stream.acknowledge(sequence);
        stream.acknowledge(sequence);
      },
    });
    const { spool, log } = world.open(server.client());
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => log.messages.length === 3);
    await spool.put(makeBars("IBM", 10), NEVER);
    await until(() => spool.size === 0 && log.messages.length === 5);
    expect(server.quotes).to.have.length(20);
    expect(server.streams).to.equal(1);
    expect(log.lines.filter(({ level }) => level === "warn").map(({ fields }) => fields)).to.eql([
      { sequence: 8 },
      { sequence: 1 },
      { sequence: 9 },
      { sequence: 2 },
    ]);
  });

  it("breaks a stream whose acknowledgement is 30 s late, and sends again on a new one", async () => {
    const server = await world.serve({
      onBatch: (batch, stream) => {
        if (batch.stream > 1) acknowledgeAll(batch, stream);
      },
    });
    const { spool, clock, log } = world.open(server.client());
    await spool.put(makeBars("AAPL", 10), NEVER);
    await until(() => server.batches.length === 1);
    clock.advance(ACK_LIMIT_MS - 1);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(server.streams).to.equal(1);
    clock.advance(1_000);
    await until(() => spool.size === 0);
    expect(server.streams).to.equal(2);
    expect(log.lines.find(({ level }) => level === "warn")?.fields).to.include({ reason: "DEADLINE" });
  });

  it("breaks a stream that the server never reads", async () => {
    const server = await world.serve({ onBatch: acknowledgeAll, onOpen: ({ number }) => number > 1 });
    const { spool, clock } = world.open(server.client());
    await spool.put(makeBars("AAPL", 20_000), NEVER);
    await until(() => server.streams === 1);
    await until(() => {
      clock.advance(1_000);
      return spool.size === 0;
    });
    expect(new Set(server.quotes.map(({ quoteTimeMs }) => quoteTimeMs)).size).to.equal(20_000);
  });

  it("sends what was put off again when its time has come", async () => {
    const server = await world.serve({
      onBatch: ({ sequence }, stream) =>
        stream.acknowledge(sequence, server.batches.length === 1 ? [{ index: 2, reason: "CLOCK_BEHIND" }] : []),
    });
    const { spool, clock } = world.open(server.client());
    await spool.put(makeBars("AAPL", 3), NEVER);
    await until(() => spool.size === 1);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(server.batches).to.have.length(1);
    clock.advance(PUT_OFF_MS);
    await until(() => spool.size === 0);
    expect(server.batches[1]?.quotes).to.eql([makeBar("AAPL", 2)]);
  });
});
