import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";
import { LITTLE_SPACE_BYTES, systemTroubles, type SystemSight } from "./system-trouble.ts";

/** A Wednesday, 15:00 in New York. */
const NOW = Date.parse("2026-06-03T15:00:00-04:00");
const SOURCE = { name: "fetcher main", source: "alpha-vantage", silentSinceMs: null, detail: "", isQuotaSpent: false };
const WELL: SystemSight = {
  now: NOW,
  startTimeMs: NOW - DAY_MS,
  sources: [SOURCE],
  prices: [{ symbol: "AAPL", sessionClass: "regular", asOfMs: NOW - MINUTE_MS, cadenceMs: MINUTE_MS }],
  mailTrouble: null,
  certificates: [{ name: "server main", expireTimeMs: NOW + 60 * DAY_MS }],
  clockDriftMs: 3,
  freeBytes: LITTLE_SPACE_BYTES,
};

const told = (changes: Partial<SystemSight>) =>
  systemTroubles({ ...WELL, ...changes }).map(({ kind, detail }) => [kind, detail]);
const price = (changes: object) => ({ prices: [{ ...WELL.prices[0]!, ...changes }] });

describe("systemTroubles()", () => {
  it("finds nothing where all is well", () => {
    expect(told({})).to.deep.equal([]);
    expect(told({ freeBytes: null, prices: [] })).to.deep.equal([]);
  });

  for (const [name, changes, expected] of [
    ["no fetcher", { sources: [] }, [["FEED_STALE", "no fetcher is connected: no prices come"]]],
    ["no fetcher yet", { sources: [], startTimeMs: NOW - MINUTE_MS }, []],
    [
      "a silent source",
      { sources: [{ ...SOURCE, silentSinceMs: NOW - HOUR_MS, detail: "503" }] },
      [["FEED_STALE", "alpha-vantage has brought no price to fetcher main since 2026-06-03 18:00 UTC: 503"]],
    ],
    ["a source that hiccups", { sources: [{ ...SOURCE, silentSinceMs: NOW - MINUTE_MS }] }, []],
    [
      "a price that does not move on",
      price({ asOfMs: NOW - 21 * MINUTE_MS }),
      [["FEED_STALE", "the market trades, and the prices of AAPL do not move on"]],
    ],
    [
      "a price of yesterday's close, of a key that asks once a day",
      price({ asOfMs: NOW - 23 * HOUR_MS, cadenceMs: DAY_MS }),
      [],
    ],
    ["an old price in the night", { ...price({ asOfMs: NOW + 50 * MINUTE_MS }), now: NOW + 10 * HOUR_MS }, []],
    ["a delayed price", price({ asOfMs: NOW - 16 * MINUTE_MS }), []],
    [
      "a spent quota",
      { sources: [{ ...SOURCE, isQuotaSpent: true, detail: "25 a day" }] },
      [["QUOTA_SPENT", "the requests of fetcher main to alpha-vantage are used up: 25 a day"]],
    ],
    [
      "mail that fails",
      { mailTrouble: { sinceMs: NOW - 6 * MINUTE_MS, detail: "535 no" } },
      [["MAIL_FAILING", "from 2026-06-03 18:54 UTC on the mail server took no mail: 535 no"]],
    ],
    ["mail that fails for a moment", { mailTrouble: { sinceMs: NOW - MINUTE_MS, detail: "" } }, []],
    [
      "a certificate near its end",
      { certificates: [{ name: "server main", expireTimeMs: NOW + 7 * DAY_MS }] },
      [["CERTIFICATE_ENDING", "the certificate of server main ends on 2026-06-10 19:00 UTC"]],
    ],
    [
      "a clock set forward",
      { clockDriftMs: 3_600_100 },
      [["CLOCK_STEPPED", "the server's clock was set 1h forward, or the machine slept"]],
    ],
    ["a clock set back", { clockDriftMs: -90_000 }, [["CLOCK_STEPPED", "the server's clock was set 1m30s back"]]],
    [
      "a disk nearly full",
      { freeBytes: LITTLE_SPACE_BYTES - 1 },
      [["DISK_NEARLY_FULL", "499 MB are left on the disk of the database"]],
    ],
  ] as const) {
    it(`tells of ${name}: ${expected.length === 0 ? "nothing" : expected[0][0]}`, () => {
      expect(told(changes)).to.deep.equal(expected);
    });
  }

  it("tells of a certificate anew 30, 7 and 1 days before its end", () => {
    const keys = [31, 30, 8, 7, 2, 1, 0].map((days) => {
      const certificates = [{ name: "x", expireTimeMs: NOW + days * DAY_MS }];
      return systemTroubles({ ...WELL, certificates })[0]?.key;
    });
    expect(keys).to.deep.equal([undefined, "x 30", "x 30", "x 7", "x 7", "x 1", "x 1"]);
  });
});
