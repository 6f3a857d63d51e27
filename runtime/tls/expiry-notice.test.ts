import { expect } from "chai";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { FakeClock } from "../clock/fake-clock.ts";
import { createLog } from "../log/log.ts";
import { ExpiryNotice } from "./expiry-notice.ts";

describe("ExpiryNotice", () => {
  const now = Date.UTC(2026, 5, 1);
  const notAfter = now + 90 * DAY_MS;
  let clock: FakeClock;
  let lines: { level: number; msg: string }[];
  let notice: ExpiryNotice;
  beforeEach(() => {
    clock = new FakeClock(now);
    lines = [];
    const write = (line: string): void => void lines.push(JSON.parse(line) as (typeof lines)[number]);
    notice = new ExpiryNotice(clock, createLog("test", "info", { write }));
  });

  const look = (serial = "A", end = notAfter): void =>
    notice.look({ name: `certs/${serial}.crt`, serial, notAfter: end });

  it("tells of the end 30, 7 and 1 days before and when it has come, once each, in a life that is looked at every hour", () => {
    const told: [day: number, level: number, msg: string][] = [];
    for (let hour = 0; hour <= 100 * 24; hour += 1) {
      look();
      for (const { level, msg } of lines.splice(0)) told.push([(clock.now() - now) / DAY_MS, level, msg]);
      clock.advance(HOUR_MS);
    }
    expect(told).to.deep.equal([
      [60, 40, "the certificate certs/A.crt ends on 2026-08-30 00:00 UTC, in 30 days: make certs"],
      [83, 40, "the certificate certs/A.crt ends on 2026-08-30 00:00 UTC, in 7 days: make certs"],
      [89, 50, "the certificate certs/A.crt ends on 2026-08-30 00:00 UTC, in a day: make certs"],
      [90, 50, "the certificate certs/A.crt has expired: make certs"],
    ]);
  });

  it("tells once of a certificate that is near its end already, with the nearest threshold", () => {
    clock.advance(87 * DAY_MS);
    look();
    look();
    expect(lines.map(({ msg }) => msg)).to.deep.equal([
      "the certificate certs/A.crt ends on 2026-08-30 00:00 UTC, in 3 days: make certs",
    ]);
  });

  it("tells of each certificate by itself, and of a renewed one anew", () => {
    clock.advance(61 * DAY_MS);
    look("A");
    look("B");
    look("A");
    expect(lines).to.have.length(2);
    look("C", clock.now() + 90 * DAY_MS);
    expect(lines).to.have.length(2);
    clock.advance(60 * DAY_MS);
    look("C", notAfter + 61 * DAY_MS);
    expect(lines).to.have.length(3);
  });
});
