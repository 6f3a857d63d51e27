import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { AppError } from "../../domain/error.ts";
import { parseBars } from "./bars-file.ts";
import { easternStamp } from "./eastern.ts";

const HEADER = "datetime,open,high,low,close,volume";

function starts(rows: readonly string[], header = HEADER): string[] {
  return parseBars([header, ...rows].join("\n"), "AAPL.csv").bars.map((bar) => easternStamp(bar.startMs));
}

describe("parseBars()", () => {
  it("keeps values as the decimal texts they are, padded to four decimals", () => {
    const { bars } = parseBars(`${HEADER}\n2019-02-15 12:00:00,170.2,170.42,170.21,170.12345,427888\n`, "AAPL.csv");
    expect(bars[0]).to.include({
      open: "170.2000",
      high: "170.4200",
      low: "170.2100",
      close: "170.12345",
      volume: "427888",
    });
  });

  it("takes rows in either order, and a missing minute for what it is", () => {
    const rows = ["2019-02-15 15:58:00,1,1,1,1,1", "2019-02-15 15:55:00,1,1,1,1,1", "2019-02-15 15:54:00,1,1,1,1,1"];
    const expected = ["2019-02-15 15:54:00", "2019-02-15 15:55:00", "2019-02-15 15:58:00"];
    expect(starts(rows)).to.deep.equal(expected);
    expect(starts(rows.toReversed())).to.deep.equal(expected);
    expect(parseBars([HEADER, ...rows].join("\r\n"), "AAPL.csv").periodMs).to.equal(MINUTE_MS);
  });

  for (const latest of ["16:00", "20:00"]) {
    it(`moves END stamps back by a period: the latest time of day is ${latest}`, () => {
      const rows = [
        `2019-02-15 ${latest}:00,1,1,1,1,1`,
        "2019-02-15 09:31:00,1,1,1,1,1",
        "2019-02-15 09:32:00,1,1,1,1,1",
      ];
      expect(starts(rows)[0]).to.equal("2019-02-15 09:30:00");
    });
  }

  it("leaves START stamps alone", () => {
    const rows = ["2019-02-15 15:59:00,1,1,1,1,1", "2019-02-15 09:30:00,1,1,1,1,1", "2019-02-15 09:31:00,1,1,1,1,1"];
    expect(starts(rows)[0]).to.equal("2019-02-15 09:30:00");
  });

  it("reads days, hours, offsets, other columns and other names", () => {
    expect(parseBars(`${HEADER}\n2019-02-15,1,1,1,1,1\n2019-02-14,1,1,1,1,1`, "A.csv").periodMs).to.equal(DAY_MS);
    const hours = ["2015-08-17 09:00:00,1,1,1,1,1", "2015-08-17 10:00:00,1,1,1,1,1"];
    expect(parseBars([HEADER, ...hours].join("\n"), "A.csv").periodMs).to.equal(HOUR_MS);
    expect(starts(["2018-04-05T00:00:00Z,1,1,1,1,26.84379253"])).to.deep.equal(["2018-04-04 20:00:00"]);
    const broker = starts(
      ["2025-09-26 04:00:00-04:00,1,1,1,1,1,9,5"],
      "date,Open,HIGH,low,close,volume,average,barCount",
    );
    expect(broker).to.deep.equal(["2025-09-26 04:00:00"]);
  });

  const bad: readonly (readonly [what: string, text: string, place: string])[] = [
    ["no header", "2019-02-15 15:59:00,1,1,1,1,1", "AAPL.csv:1: time"],
    ["no volume column", "time,open,high,low,close", "AAPL.csv:1: volume"],
    ["no bar", `${HEADER}\n`, "AAPL.csv:2: time"],
    ["a bad time", `${HEADER}\n2019-02-30 15:59:00,1,1,1,1,1`, "AAPL.csv:2: time"],
    [
      "a price that is none",
      `${HEADER}\n2019-02-15 15:59:00,1,1,1,1,1\n2019-02-15 15:58:00,1,x,1,1,1`,
      "AAPL.csv:3: high",
    ],
    ["a price of zero", `${HEADER}\n2019-02-15 15:59:00,1,1,0.00,1,1`, "AAPL.csv:2: low"],
    ["a negative price", `${HEADER}\n2019-02-15 15:59:00,-1,1,1,1,1`, "AAPL.csv:2: open"],
    ["a short row", `${HEADER}\n2019-02-15 15:59:00,1,1,1,1`, "AAPL.csv:2: volume"],
    ["a high below the low", `${HEADER}\n2019-02-15 15:59:00,1,1,2,1,1`, "AAPL.csv:2: high"],
    [
      "the same time twice",
      `${HEADER}\n2019-02-15 15:59:00,1,1,1,1,1\n2019-02-15 15:59:00,1,1,1,1,1`,
      "AAPL.csv:3: time",
    ],
  ];
  for (const [what, text, place] of bad) {
    it(`refuses ${what}, and says where`, () => {
      expect(() => parseBars(text, "AAPL.csv"))
        .to.throw(AppError, place)
        .with.property("code", "INVALID_ARGUMENT");
    });
  }
});
