import { expect } from "chai";
import fc from "fast-check";
import { AppError } from "./error.ts";
import { fillNote, parseNote, type NoteValues } from "./note.ts";

const VALUES: NoteValues = {
  symbol: "AAPL",
  price: 201.35,
  level: 200,
  condition: "AAPL above 200.00 for 10m",
  timeMs: Date.UTC(2026, 10, 5, 14, 31),
};

function refusalOf(note: string): AppError {
  try {
    parseNote(note, "alert.note");
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  return expect.fail("not refused");
}

describe("parseNote()", () => {
  it("returns a note as it was written", () => {
    const notes = ["", "sell half", "{symbol} at {price}: sell {{half}}", "😀".repeat(200), "}}{{"];
    for (const note of notes) expect(parseNote(note, "alert.note")).to.equal(note);
  });

  const mistakes = [
    ["sell at {prise}", `"{prise}" is not a placeholder; did you mean "{price}"?`],
    ["{ Symbol }", `"{ Symbol }" is not a placeholder; did you mean "{symbol}"?`],
    ["{}", `"{}" is not a placeholder`],
    ["{constructor}", `"{constructor}" is not a placeholder`],
    ["sell {half", `the "{" at character 6 stands alone`],
    ["😀 half}", `the "}" at character 7 stands alone`],
    ["{{price}", `the "}" at character 8 stands alone`],
    ["{a{price}", `the "{" at character 1 stands alone`],
    ["x".repeat(201), "must have at most 200 characters"],
    ["two\nlines", "must be plain text on one line"],
    ["\u202eturned", "must be plain text on one line"],
  ] as const;
  for (const [note, message] of mistakes) {
    it(`refuses ${JSON.stringify(note.slice(0, 30))}`, () => {
      const error = refusalOf(note);
      expect(error).to.include({ code: "INVALID_ARGUMENT", reason: "FIELD_INVALID" });
      expect(error.message).to.include(`alert.note: ${message}`);
    });
  }
});

describe("fillNote()", () => {
  const cases = [
    ["sell half", "sell half"],
    ["{symbol} {price} {level}", "AAPL 201.35 200.00"],
    ["{condition} since {time}", "AAPL above 200.00 for 10m since 2026-11-05 14:31 UTC"],
    ["{{price}} is {{{price}}}", "{price} is {201.35}"],
    ["an old note {with a brace} and {price}", "an old note {with a brace} and {price}"],
    ["an old note {", "an old note {"],
  ] as const;
  for (const [note, filled] of cases) {
    it(`makes of "${note}": "${filled}"`, () => expect(fillNote(note, VALUES)).to.equal(filled));
  }

  it("tells the time to the second", () =>
    expect(fillNote("{time}", { ...VALUES, timeMs: Date.UTC(2026, 10, 5, 14, 31, 7, 250) })).to.equal(
      "2026-11-05 14:31:07 UTC",
    ));

  it("has words for a level that there is not", () =>
    expect(fillNote("at {level}", { ...VALUES, level: null })).to.equal("at no level"));

  it("never fills in what a placeholder was filled with", () =>
    expect(fillNote("{condition}", { ...VALUES, condition: "{price}" })).to.equal("{price}"));

  it("fills in every note that is taken, and fails on none", () => {
    const part = fc.constantFrom("{", "}", "{{", "}}", "{price}", "{time}", "{x}", "a", " ");
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join("")),
        (note) => {
          const filled = fillNote(note, VALUES);
          if (filled === note && /[{}]/.test(note)) refusalOf(note);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
