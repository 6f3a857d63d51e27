import { expect } from "chai";
import { renderFields, renderTable } from "./table.ts";

describe("renderTable()", () => {
  const columns = [{ title: "ID" }, { title: "PRICE", align: "right" as const }, { title: "NOTE", shrinks: true }];
  const rows = [
    ["a", "9.50", "x".repeat(60)],
    ["bb", "200.00", "short"],
  ];

  it("sets columns side by side without lines or blanks at the end", () => {
    expect(
      renderTable(
        columns,
        [
          ["a", "9.50", "one"],
          ["bb", "200.00", ""],
        ],
        null,
      ),
    ).to.equal(["ID   PRICE  NOTE", "a     9.50  one", "bb  200.00"].join("\n"));
  });

  it("cuts nothing where there is no screen", () => {
    expect(renderTable(columns, rows, null)).to.include("x".repeat(60));
  });

  it("cuts only what may give way to the width of the screen", () => {
    const lines = renderTable(columns, rows, 40).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(40);
    expect(lines[1]).to.match(/^a +9\.50 +x+…$/);
    expect(lines[2]).to.include("200.00  short");
  });

  it("cuts the widest first", () => {
    const both = [
      { title: "A", shrinks: true },
      { title: "B", shrinks: true },
    ];
    expect(renderTable(both, [["x".repeat(12), "y".repeat(60)]], 40).split("\n")[1]).to.match(/^x{12}  y+…$/);
  });

  it("shows control characters instead of obeying them", () => {
    expect(renderTable([{ title: "NOTE" }], [["\u001b[2Ja\nb"]], 80)).to.equal("NOTE\n\\u001b[2Ja\\u000ab");
  });
});

describe("renderFields()", () => {
  it("aligns the values", () => {
    expect(
      renderFields([
        ["id", "1"],
        ["state", ""],
      ]),
    ).to.equal("id     1\nstate");
  });
});
