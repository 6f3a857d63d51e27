import { expect } from "chai";
import type { Gap } from "../../domain/gap.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { QuoteStream } from "../quote-stream.ts";
import { acknowledgeAll, FakeQuoteServer } from "../testing/fake-quote-server.ts";
import { makeBar, OPENING_MS } from "../testing/make-quote.ts";
import { SpoolFolder, type SpoolInFolder } from "../testing/spool-folder.ts";
import { until } from "../testing/until.ts";
import { BATCH_GAPS_MAX, SPOOLED_GAPS_MAX } from "./gap-supply.ts";

const NEVER = new AbortController().signal;

function gap(minute: number): Gap {
  const startTimeMs = OPENING_MS + minute * MINUTE_MS;
  const key = { symbol: "AAPL", source: "alpha-vantage", periodMs: MINUTE_MS };
  return { ...key, startTimeMs, endTimeMs: startTimeMs + MINUTE_MS, reason: "none came" };
}

describe("GapSupply", () => {
  let folder: SpoolFolder;
  let spool: SpoolInFolder;
  beforeEach(() => {
    folder = new SpoolFolder();
    spool = folder.open();
  });
  afterEach(() => folder.remove());

  it("sends what is missing with the quotes, or alone, and forgets it when the server has it", async () => {
    const { supply } = spool;
    await spool.spool.put([makeBar("AAPL", 0)], NEVER);
    await supply.putGaps([gap(1), gap(2)], NEVER);
    expect(supply.isSettled()).to.equal(false);
    const first = supply.takeBatch();
    expect(first).to.deep.equal({ sequence: 1, quotes: [makeBar("AAPL", 0)], gaps: [gap(1), gap(2)] });
    expect(supply.takeBatch()).to.equal(undefined);
    await supply.putGaps([gap(3)], NEVER);
    expect(supply.takeBatch()).to.deep.equal({ sequence: 2, quotes: [], gaps: [gap(3)] });
    expect(supply.acknowledge(2, [])).to.equal(true);
    expect(supply.acknowledge(2, [])).to.equal(false);
    expect([supply.isSettled(), supply.size]).to.deep.equal([false, 1]);
    expect(supply.acknowledge(1, [])).to.equal(true);
    expect([supply.isSettled(), supply.size, spool.spool.size]).to.deep.equal([true, 0, 0]);
  });

  it("brings all of it to the server", async () => {
    const server = await FakeQuoteServer.start({ onBatch: acknowledgeAll });
    const { supply, clock, log } = spool;
    const stream = new QuoteStream({ client: server.client(), supply, clock, log });
    try {
      await supply.putGaps([gap(1)], NEVER);
      await until(() => supply.isSettled());
      await spool.spool.put([makeBar("AAPL", 0)], NEVER);
      await supply.putGaps([gap(2)], NEVER);
      await until(() => supply.isSettled());
      expect(server.gaps).to.deep.equal([gap(1), gap(2)]);
    } finally {
      await stream.close();
      server.close();
    }
  });

  it("tells whoever sends that there is something", async () => {
    let told = 0;
    const unsubscribe = spool.supply.subscribe(() => (told += 1));
    await spool.supply.putGaps([gap(1)], NEVER);
    expect(told).to.equal(1);
    unsubscribe();
    await spool.supply.putGaps([gap(2)], NEVER);
    expect(told).to.equal(1);
  });

  it("sends again what a broken stream, or a kill, left unacknowledged, and counts from 1", async () => {
    await spool.supply.putGaps([gap(1)], NEVER);
    spool.supply.takeBatch();
    spool.supply.takeBack();
    expect(spool.supply.takeBatch()).to.deep.equal({ sequence: 1, quotes: [], gaps: [gap(1)] });
    const killed = folder.open({}, folder.copy());
    expect(killed.supply.takeBatch()?.gaps).to.deep.equal([gap(1)]);
    killed.supply.acknowledge(1, []);
    killed.close();
    const next = folder.open({}, "copy-1.db");
    expect([next.supply.takeBatch(), next.supply.isSettled()]).to.deep.equal([undefined, true]);
  });

  it("sends as many at once as a message may carry, and keeps the newest", async () => {
    const gaps = Array.from({ length: SPOOLED_GAPS_MAX + 3 }, (_, minute) => gap(minute));
    await spool.supply.putGaps(gaps, NEVER);
    const batch = spool.supply.takeBatch();
    expect(batch?.gaps).to.deep.equal(gaps.slice(3, 3 + BATCH_GAPS_MAX));
    const killed = folder.open({}, folder.copy());
    expect(killed.supply.takeBatch()?.gaps?.[0]).to.deep.equal(gaps[3]);
  });
});
