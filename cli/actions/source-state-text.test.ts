import { expect } from "chai";
import { FetcherReport, SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { sourceMend, sourceStateText } from "./source-state-text.ts";

const { ANSWERING, SILENT, UNSPECIFIED } = SourceState;

describe("sourceStateText()", () => {
  const cases: [SourceState, string, string, string][] = [
    [UNSPECIFIED, "", "", "has not answered yet"],
    [ANSWERING, "", "", "has answered for 5m"],
    [SILENT, "outage", "no answer", "SILENT for 5m (no answer)"],
    [SILENT, "", "", "SILENT for 5m"],
    [SILENT, "a_class_of_tomorrow", "its words", "SILENT for 5m (its words)"],
    [SILENT, "throttle", "too fast", "THROTTLED for 5m (too fast)"],
    [SILENT, "daily_quota", "25 a day", "OUT OF REQUESTS for 5m (25 a day)"],
    [SILENT, "bad_key", "who is that", "REFUSES THE KEY for 5m (who is that)"],
    [SILENT, "not_entitled", "pay", "NOT IN THE PLAN for 5m (pay)"],
    [SILENT, "bad_request", "what", "REFUSES WHAT IS ASKED for 5m (what)"],
    [SILENT, "no_data", "nothing", "HAS NO PRICES OF IT for 5m (nothing)"],
    [SILENT, "malformed", "half of it", "UNREADABLE for 5m (half of it)"],
    [SILENT, "outage", "1234567890 ".repeat(6), `SILENT for 5m (${"1234567890 ".repeat(5)}12345…)`],
  ];
  for (const [sourceState, refusalClass, sourceDetail, expected] of cases) {
    it(`says ${expected}`, () => {
      const report = FetcherReport.fromPartial({ sourceState, refusalClass, sourceDetail });
      expect(sourceStateText(report, "5m")).to.equal(expected);
    });
  }

  it("says of an exchange that does not serve this part of the world", () => {
    const told = { source: "binance", sourceState: SILENT, refusalClass: "not_entitled", sourceDetail: "HTTP 451" };
    const report = FetcherReport.fromPartial(told);
    expect(sourceStateText(report, "5m")).to.equal("NOT SERVED HERE for 5m (HTTP 451)");
    expect(sourceMend(report)).to.include("BELL_SOURCE").and.not.include("PLAN");
  });
});

describe("sourceMend()", () => {
  const mend = (refusalClass: string, source = "alpha-vantage"): string =>
    sourceMend(FetcherReport.fromPartial({ source, refusalClass }));

  it("names what is to be done about each class", () => {
    expect(mend("bad_key")).to.include("BELL_ALPHA_VANTAGE_API_KEY_FILE");
    expect(mend("not_entitled")).to.include("BELL_ALPHA_VANTAGE_PLAN");
    expect(mend("daily_quota")).to.include("by itself after 1, 2, then 4 hours");
    expect(mend("throttle")).to.include("by itself");
    expect(mend("no_data")).to.include("./bell symbols search").and.equal(mend("bad_request"));
  });

  it("says where to look for all else, and on this machine for a simulator", () => {
    for (const refusalClass of ["", "outage", "a_class_of_tomorrow"]) {
      expect(mend(refusalClass)).to.include("the fetcher's log");
    }
    expect(mend("outage", "simulator")).to.include("./bell simulator");
  });
});
