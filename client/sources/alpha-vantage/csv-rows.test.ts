import { expect } from "chai";
import { parseCsvRows, splitCsvLine } from "./csv-rows.ts";

describe("parseCsvRows()", () => {
  it("takes rows of the header's width, and counts the others and one without its end", () => {
    const csv = parseCsvRows("a,b\r\n1,2\r\n3\r\n4,5");
    expect(csv).to.deep.equal({ header: "a,b", rows: [["1", "2"]], brokenRows: 2 });
  });
});

describe("splitCsvLine()", () => {
  const cases: [string, string[]][] = [
    ["a,b,c", ["a", "b", "c"]],
    ["a,,c,", ["a", "", "c", ""]],
    [",a", ["", "a"]],
    ['MSFT,"Microsoft, Corp",x', ["MSFT", "Microsoft, Corp", "x"]],
    ['"say ""hello""",b', ['say "hello"', "b"]],
    ['a,"",c', ["a", "", "c"]],
    ['a,5" pipe,c', ["a", '5" pipe', "c"]],
  ];
  for (const [line, fields] of cases) {
    it(`splits ${line}`, () => expect(splitCsvLine(line)).to.deep.equal(fields));
  }
});
