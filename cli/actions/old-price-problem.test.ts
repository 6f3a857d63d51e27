import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { SessionClass, type Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { FetcherReport, SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { sampleQuote } from "../testing/samples.ts";
import { oldPriceProblems } from "./old-price-problem.ts";

const SATURDAY = "2026-05-16T12:00-04:00";
const MONDAY_NOON = "2026-05-18T12:00-04:00";

/** The last minute of that day. */
const close = (symbol: string, day = "2026-05-15", sessionClass: SessionClass = SessionClass.REGULAR): Quote => {
  const [quoteTime, fetchTime] = [new Date(`${day}T15:59-04:00`), new Date(`${day}T16:00:02-04:00`)];
  return sampleQuote({ symbol, sessionClass, quoteTime, fetchTime });
};
/** A fetcher that reads AAPL and V. */
const reading = (cadenceMs: number, sourceState: SourceState = SourceState.ANSWERING): FetcherReport => {
  const symbols = ["AAPL", "V"];
  const plans = symbols.map((symbol) => ({ symbol, cadence: { seconds: cadenceMs / 1_000, nanos: 0 } }));
  return FetcherReport.fromPartial({ source: "alpha-vantage", symbols, sourceState, plans });
};
const told = (now: string, prices: readonly Quote[], reports: readonly FetcherReport[], upMs = DAY_MS): string[] => {
  const nowMs = Date.parse(now);
  const status = SystemStatus.fromPartial({
    serverTime: new Date(nowMs),
    serverStartTime: new Date(nowMs - upMs),
    fetchers: reports.map((report) => ({ report })),
  });
  const answer = { status, tookMs: 1 };
  const view = { server: "here:1", now: nowMs, folder: "certs", certificates: [], answer, prices };
  return oldPriceProblems(view, status).map(({ message }) => message);
};

describe("oldPriceProblems()", () => {
  const friday = [close("AAPL"), close("V")];
  const minutely = [reading(MINUTE_MS)];
  const daily = [reading(DAY_MS)];
  const year = [close("AAPL", "2025-05-15"), close("V", "2025-05-16")];
  const cases: readonly (readonly [
    title: string,
    now: string,
    prices: readonly Quote[],
    reports: readonly FetcherReport[],
    says: string[],
  ])[] = [
    ["nothing while the market is closed", SATURDAY, friday, minutely, []],
    [
      "what the market has traded since",
      MONDAY_NOON,
      friday,
      minutely,
      ["OLD AAPL, V: 2h30m of trading since these prices"],
    ],
    ["the symbol that lags alone", MONDAY_NOON, [friday[0]!, close("V", "2026-05-18")], minutely, ["OLD AAPL: 2h30m of trading since this price"]], // prettier-ignore
    ["the oldest of several ages, also on a Saturday", SATURDAY, year, minutely, ["OLD AAPL, V: up to 1,622h of trading since these prices"]], // prettier-ignore
    ["nothing of what is read once a day and came", MONDAY_NOON, friday, daily, []],
    ["what has missed its day twice", "2026-05-20T12:00-04:00", friday, daily, ["OLD AAPL, V: 15h30m of trading since these prices"]], // prettier-ignore
    ["nothing of what is read every two hours and came", MONDAY_NOON, friday, [reading(2 * HOUR_MS)], []],
    ["what the quickest of two fetchers should have brought", MONDAY_NOON, [friday[0]!], [...daily, ...minutely], ["OLD AAPL: 2h30m of trading since this price"]], // prettier-ignore
    ["nothing where the source is silent, which is told by itself", MONDAY_NOON, year, [reading(MINUTE_MS, SourceState.SILENT)], []], // prettier-ignore
    ["nothing of what no fetcher asks for any more", MONDAY_NOON, [close("IBM")], minutely, []],
    ["what is always on by the clock", SATURDAY, [close("AAPL", "2026-05-15", SessionClass.ALWAYS)], minutely, ["OLD AAPL: 20h since this price"]], // prettier-ignore
    ["a pair that is read once a day by days", SATURDAY, [close("V", "2026-05-13", SessionClass.ALWAYS)], daily, ["OLD V: 2d20h since this price"]], // prettier-ignore
  ];
  for (const [title, now, prices, reports, says] of cases) {
    it(`tells ${title}`, () => expect(told(now, prices, reports)).to.deep.equal(says));
  }

  it("tells nothing in the first seconds of a server, before prices can have come", () => {
    expect(told(MONDAY_NOON, friday, minutely, 1_000)).to.deep.equal([]);
  });
});
