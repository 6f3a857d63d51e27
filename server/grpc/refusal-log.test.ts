import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { RefusalLog, type RefusedCall } from "./refusal-log.ts";

const REFUSED: RefusedCall = {
  method: "/tickerbell.v1.StatusService/GetStatus",
  peer: "spiffe://tickerbell/fetcher/main",
  address: "192.0.2.1",
  reason: "ROLE_NOT_ALLOWED",
};

describe("RefusalLog", () => {
  let clock: FakeClock;
  let lines: { method: string; address: string; reason: string; count: number }[];
  let refusals: RefusalLog;
  beforeEach(() => {
    clock = new FakeClock(0);
    lines = [];
    const write = (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]);
    refusals = new RefusalLog(clock, createLog("test", "info", { write }));
  });
  afterEach(() => refusals.close());

  it("tells the first of a kind at once, and how often it came again at the end of the minute", async () => {
    for (let time = 0; time < 1_000; time += 1) refusals.note(REFUSED);
    refusals.note({ ...REFUSED, address: "192.0.2.2" });
    refusals.note({ ...REFUSED, reason: "RATE_LIMITED" });
    expect(lines).to.have.length(3);
    expect(lines[0]).to.include({ ...REFUSED, count: 1, msg: "call refused" });
    clock.advance(MINUTE_MS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines.slice(3)).to.have.length(1);
    expect(lines[3]).to.include({ ...REFUSED, count: 999 });
    refusals.note(REFUSED);
    expect(lines[4]).to.include({ ...REFUSED, count: 1 });
  });

  it("takes few lines from ever so many addresses", async () => {
    for (let host = 0; host < 10_000; host += 1)
      refusals.note({ ...REFUSED, address: `10.0.${host >> 8}.${host % 256}` });
    await refusals.close();
    expect(lines).to.have.length(101);
    expect(lines[100]).to.include({ method: "of several kinds", reason: "ROLE_NOT_ALLOWED", count: 9_900 });
  });
});
