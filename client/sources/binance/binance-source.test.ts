import { expect } from "chai";
import { queryObjects } from "node:v8";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../../domain/time.ts";
import { BinanceWorld, START_MS, SYMBOLS } from "./testing/binance-world.ts";

const FIRST_MINUTE = Math.floor(START_MS / MINUTE_MS) * MINUTE_MS;

describe("BinanceSource", () => {
  let world: BinanceWorld;
  afterEach(() => world.close());

  /** Every minute from the start to then is as it was traded. */
  function expectWhole(untilMs: TimeMs = world.clock.now() - 2 * MINUTE_MS): void {
    for (const symbol of SYMBOLS) {
      const minutes = world.minutes(symbol);
      for (let startMs = FIRST_MINUTE; startMs + MINUTE_MS <= untilMs; startMs += MINUTE_MS) {
        const bar = world.service.tapes.get(symbol)!.bar(startMs, world.clock.now())!;
        const { open, high, low, close, volume } = minutes.get(startMs) ?? {};
        const texts = [bar.open, bar.high, bar.low, bar.close, bar.volume].map(Number);
        expect([open, high, low, close, volume], `${symbol} ${new Date(startMs).toISOString()}`).to.eql(texts);
      }
    }
  }

  it("gives each minute as it was traded, every quarter of a second, and the first one whole", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(4 * MINUTE_MS);
    expectWhole();
    const versions = world.quotes.filter(({ quoteTimeMs }) => quoteTimeMs === FIRST_MINUTE + MINUTE_MS);
    expect(versions.length).to.be.within(200, 2 * 4 * 60);
    expect(versions[0]).to.deep.include({ source: "simulator", periodMs: MINUTE_MS, sessionClass: "always" });
    expect(world.service.counts).to.include({ lines: 1, inbound: 0 });
    expect(world.holes).to.eql([]);
  });

  it("opens another line before the day of one is over", async () => {
    world = await BinanceWorld.open({ symbols: [], tickMs: 15 * SECOND_MS });
    world.listen();
    await world.pass(22 * HOUR_MS);
    expect(world.service.counts.lines).to.equal(1);
    await world.pass(HOUR_MS);
    expect(world.service.counts).to.include({ lines: 2, linesTogether: 2 });
    expect(world.failedTries).to.eql([]);
  });

  it("opens another line when the service says that it is going, before it has gone, and loses and doubles nothing", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(2 * MINUTE_MS);
    const { klines } = world.service.counts;
    const gone = world.service.shutDown(20 * SECOND_MS);
    await world.pass(15 * SECOND_MS);
    await world.pass(10 * SECOND_MS);
    await gone;
    await world.pass(3 * MINUTE_MS);
    expect(world.service.counts).to.include({ lines: 2, linesTogether: 2, klines });
    expect(world.failedTries).to.eql([]);
    expectWhole();
  });

  it("counts what the new line heard before the old one had gone", async () => {
    world = await BinanceWorld.open({ perSecond: 20, tickMs: 50 }, 250);
    world.listen();
    await world.pass(3 * MINUTE_MS);
    world.service.refuseKlines = 500;
    const gone = world.service.shutDown(600);
    await world.pass(3 * MINUTE_MS);
    await gone;
    expect(world.service.counts).to.include({ lines: 2 });
    expectWhole();
  });

  it("opens ever fewer lines at a service that is always about to go", async () => {
    world = await BinanceWorld.open();
    world.listen();
    for (let at = 0; at < 300; at += 1) {
      void world.service.shutDown(SECOND_MS);
      await world.pass(SECOND_MS);
    }
    expect(world.service.counts.linesInWindow).to.be.within(4, 15);
  });

  it("fills what it missed from the exchange's bars, before anything newer", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(3 * MINUTE_MS);
    world.service.refuseLines = 503;
    world.service.drop("reset");
    await world.pass(5 * MINUTE_MS);
    expect(world.failedTries.map(({ class: refused }) => refused)).to.include("outage");
    const before = world.quotes.length;
    world.service.refuseLines = null;
    await world.pass(3 * MINUTE_MS);
    expectWhole();
    const minutes = world.quotes.slice(before).filter(({ symbol }) => symbol === "ETHUSDT");
    const firsts = minutes.map(({ quoteTimeMs }) => quoteTimeMs).filter((time, at, all) => all.indexOf(time) === at);
    expect(firsts).to.eql(firsts.toSorted((a, b) => a - b));
    expect(world.service.counts.linesInWindow).to.be.below(15);
    expect(world.holes).to.eql([]);
  });

  it("knows after a restart what it missed", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(2 * MINUTE_MS);
    expect(await world.stopListening()).to.have.property("message", "enough");
    await world.pass(20 * MINUTE_MS);
    world.listen();
    await world.pass(4 * MINUTE_MS);
    expectWhole();
    expect(world.holes).to.eql([]);
  });

  it("tells what cannot be had: minutes without a bar, and what is older than a week", async () => {
    world = await BinanceWorld.open({ perSecond: 1, tickMs: 15 * SECOND_MS });
    world.listen(["BTCUSDT"]);
    await world.pass(2 * MINUTE_MS);
    await world.stopListening();
    const lastHeard = world.clock.now();
    await world.pass(8 * DAY_MS);
    const back = world.clock.now();
    const withheld = Math.floor(back / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS;
    for (const at of [withheld, withheld + MINUTE_MS]) world.service.withheld.add(at);
    world.listen(["BTCUSDT"]);
    await world.pass(4 * MINUTE_MS);
    const spans = world.holes.map(({ startTimeMs, endTimeMs, reason }) => ({ startTimeMs, endTimeMs, reason }));
    expect(spans).to.have.length(2);
    expect(spans[0]?.startTimeMs).to.be.within(lastHeard - 20 * SECOND_MS, lastHeard);
    expect(spans[0]?.endTimeMs).to.be.within(back - 7 * DAY_MS - MINUTE_MS, back - 7 * DAY_MS);
    expect(spans[1]).to.include({ startTimeMs: withheld, endTimeMs: withheld + 2 * MINUTE_MS });
    expect(world.quotes.filter(({ quoteTimeMs }) => quoteTimeMs > back - DAY_MS).length).to.be.above(1_400);
  });

  it("lets new prices wait for old ones a minute and no longer, and brings the old ones when they can be had", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(2 * MINUTE_MS);
    world.service.refuseKlines = 500;
    world.service.drop();
    const dropped = world.clock.now();
    await world.pass(55 * SECOND_MS);
    expect(world.quotes.filter(({ fetchTimeMs }) => fetchTimeMs > dropped + SECOND_MS)).to.eql([]);
    await world.pass(10 * SECOND_MS);
    expect(world.holes.map(({ symbol }) => symbol)).to.have.members([...SYMBOLS]);
    expect(world.quotes.some(({ fetchTimeMs }) => fetchTimeMs > dropped + MINUTE_MS)).to.equal(true);
    world.service.refuseKlines = null;
    await world.pass(10 * MINUTE_MS);
    expectWhole();
  });

  it("gives up a line that is silent, pings included", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(MINUTE_MS);
    world.service.isSilent = true;
    await world.pass(49 * SECOND_MS);
    expect(world.failedTries).to.eql([]);
    await world.pass(3 * SECOND_MS);
    expect(world.failedTries[0]?.message).to.match(/was silent, without a ping, for 50 s/);
    world.service.isSilent = false;
    await world.pass(4 * MINUTE_MS);
    expectWhole();
  });

  it("keeps nothing of the time that has passed", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(MINUTE_MS);
    const before = queryObjects(Promise, { format: "count" });
    await world.pass(3 * MINUTE_MS);
    expect(queryObjects(Promise, { format: "count" }) - before).to.be.below(200);
  });

  it("stays on a line that only pings", async () => {
    world = await BinanceWorld.open({ symbols: ["BTCUSDT"] });
    world.listen(["ETHUSDT"]);
    await world.pass(5 * MINUTE_MS);
    expect(world.service.counts.lines).to.equal(1);
    expect(world.results).to.have.nested.property("[0].refusal.class", "bad_request");
  });

  it("takes nothing that is hostile, and stays on the line for it unless it is huge", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(MINUTE_MS);
    const trade = { e: "trade", s: "BTCUSDT", t: 2 ** 50, p: "1.0", q: "1.0", T: world.clock.now() };
    const bad = [
      { ...trade, p: "one" },
      { ...trade, s: "DOGEUSDT" },
      { ...trade, T: 1e15 },
      { ...trade, t: "x" },
      [trade],
    ];
    for (const message of bad) world.service.say(JSON.stringify(message));
    for (const text of ["", "{", "null", '{"e":"trade"}', Buffer.from(JSON.stringify(trade))]) world.service.say(text);
    await world.pass(3 * MINUTE_MS);
    expectWhole();
    expect(world.quotes.every(({ low }) => low > 1)).to.equal(true);
    expect(world.service.counts.lines).to.equal(1);
    expect(world.log.messages).to.include("the source says what is not understood: it is left out");
    world.service.say(JSON.stringify({ ...trade, p: `1.${"0".repeat(70_000)}` }));
    await world.pass(3 * MINUTE_MS);
    expect(world.service.counts.lines).to.equal(2);
    expectWhole();
  });

  it("gives whoever is slow fewer, longer looks", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(MINUTE_MS);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    world.pause = promise;
    await world.pass(5 * MINUTE_MS);
    const before = world.quotes.length;
    world.pause = Promise.resolve();
    resolve(undefined);
    await world.pass(4 * SECOND_MS);
    expect(world.quotes.length - before).to.be.below(60);
    await world.pass(3 * MINUTE_MS);
    expectWhole();
  });

  it("asks for the newest bars when somebody asks, each time", async () => {
    world = await BinanceWorld.open();
    const told: unknown[] = [];
    for (let at = 0; at < 2; at += 1) {
      const asked = (async () => {
        const signal = new AbortController().signal;
        for await (const one of world.source().fetch(["BTCUSDT", "BRK-B", "DOGEUSDT"], signal, { newestAgain: true })) {
          told.push(one.kind === "quotes" ? one.quotes.map(({ quoteTimeMs }) => quoteTimeMs) : one.refusal.class);
        }
      })();
      await world.pass(SECOND_MS);
      await asked;
    }
    const both = [FIRST_MINUTE - MINUTE_MS, FIRST_MINUTE];
    expect(told).to.eql([both, "bad_request", "bad_request", both, "bad_request", "bad_request"]);
  });
});
