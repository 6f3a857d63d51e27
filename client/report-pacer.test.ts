import { expect } from "chai";
import { FetcherReport } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { REPORT_EVERY_MS, ReportPacer } from "./report-pacer.ts";
import { OPENING_MS } from "./testing/make-quote.ts";

describe("ReportPacer", () => {
  it("gives the report at once, then only when it has changed, and once a second at most", () => {
    const clock = new FakeClock(OPENING_MS);
    const now = { spooledCount: 1 };
    const pacer = new ReportPacer(() => FetcherReport.fromPartial(now), clock);
    const next = (): number | undefined => pacer.next()?.spooledCount;
    expect(next()).to.equal(1);
    now.spooledCount = 2;
    expect(next()).to.equal(undefined);
    clock.advance(REPORT_EVERY_MS - 1);
    expect(next()).to.equal(undefined);
    clock.advance(1);
    expect(next()).to.equal(2);
    clock.advance(REPORT_EVERY_MS);
    expect(next(), "unchanged").to.equal(undefined);
    now.spooledCount = 3;
    clock.advance(REPORT_EVERY_MS);
    expect(next()).to.equal(3);
  });
});
