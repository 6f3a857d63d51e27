import { expect } from "chai";
import { renderFields, renderTable } from "./table.ts";

describe("renderTable()", () => {
  const columns = [{ title: "ID" }, { title: "PRICE", align: "right" as const }, { title: "NOTE", wraps: true }];
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

  it("wraps only what may wrap to the width of the screen, and loses nothing", () => {
    const words = "four unrelated words and then several more of them";
    const table = renderTable(
      columns,
      [
        ["a", "9.50", words],
        ["bb", "200.00", "short"],
      ],
      30,
    );
    expect(table.split("\n")).to.deep.equal([
      "ID   PRICE  NOTE",
      "a     9.50  four unrelated",
      "            words and then",
      "            several more of",
      "            them",
      "bb  200.00  short",
    ]);
    expect(renderTable(columns, rows, 40).replace(/[^x]/g, "")).to.have.length(60);
  });

  it("uses the whole width before anything wraps", () => {
    expect(renderTable(columns, rows, 12 + 60).split("\n")).to.have.length(3);
    expect(renderTable(columns, rows, 12 + 59).split("\n")).to.have.length(4);
  });

  it("wraps the widest first", () => {
    const both = [
      { title: "A", wraps: true },
      { title: "B", wraps: true },
    ];
    expect(renderTable(both, [["x".repeat(12), "y".repeat(60)]], 40).split("\n")[1]).to.match(/^x{12}  y{26}$/);
  });

  it("leaves out what it can spare, the last first, before anything wraps", () => {
    const some = [
      { title: "A" },
      { title: "B", spare: true },
      { title: "C", spare: true },
      { title: "D", wraps: true },
    ];
    const titles = (width: number) => renderTable(some, [["aaaa", "bbbb", "cccc", "d d d d d"]], width).split("\n")[0];
    expect([27, 26, 20, 14].map(titles)).to.deep.equal(["A     B     C     D", "A     B     D", "A     D", "A     D"]);
  });

  it("breaks between words, and never within a number or a time", () => {
    const words = "AAPL at or above 1234567890.12 USD, until 2026-12-01 15:00 UTC";
    const table = renderTable([{ title: "ID" }, { title: "ALERT", wraps: true }], [["a", words]], 12);
    for (const word of words.split(" ")) expect(table.split(/\s+/), word).to.include(word);
  });

  it("is wider than the screen rather than unreadable", () => {
    expect(renderTable(columns, rows, 5).split("\n")[1]).to.equal(`a     9.50  ${"x".repeat(9)}`);
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
