import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MINUTE_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { openRequests } from "../planner/open-requests.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { OPENING_MS } from "../testing/make-quote.ts";

const SERIES = { symbol: "AAPL", source: "alpha-vantage", periodMs: MINUTE_MS };

describe("BackfillMemory", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tickerbell-backfill-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function open(key = "one") {
    const clock = new FakeClock(OPENING_MS);
    const boot = { bootId: "boot", sinceBootMs: () => clock.monotonic() };
    return openRequests({ file: join(folder, "requests.db"), key, plan: "75", clock, boot, log: new RecordedLog() });
  }

  it("knows after a restart how far each series came, and of which symbols the past is there; each key by itself", () => {
    const first = open();
    first.backfill.noteHandedOn(SERIES, 10);
    first.backfill.noteHandedOn(SERIES, 20);
    first.backfill.noteHandedOn(SERIES, 15);
    first.backfill.noteHandedOn({ ...SERIES, periodMs: 0 }, 99);
    first.backfill.noteDaily("AAPL", 1);
    first.close();
    const next = open();
    expect(next.backfill.handedOnUntil(SERIES)).to.equal(20);
    expect(next.backfill.handedOnUntil({ ...SERIES, source: "simulator" })).to.equal(null);
    expect([next.backfill.hasDaily("AAPL"), next.backfill.hasDaily("IBM")]).to.deep.equal([true, false]);
    next.close();
    const other = open("other");
    expect([other.backfill.handedOnUntil(SERIES), other.backfill.hasDaily("AAPL")]).to.deep.equal([null, false]);
    other.close();
  });
});
