import { expect } from "chai";
import { AppError } from "./error.ts";
import { parseTags } from "./tags.ts";

function problemsOf(tags: readonly string[]): readonly string[] {
  try {
    parseTags(tags, "alert.tags");
  } catch (error) {
    if (error instanceof AppError && error.code === "INVALID_ARGUMENT") {
      return error.fields.map(({ field, reason, message }) => `${field} ${reason} ${message}`);
    }
  }
  return expect.fail("not refused");
}

describe("parseTags()", () => {
  it("takes up to ten words, in their order", () => {
    const tags = ["swing", "tech-2026", "a_b", "-", "z".repeat(32), "0", "1", "2", "3", "4"];
    expect(parseTags(tags, "alert.tags")).to.deep.equal(tags);
    expect(parseTags([], "alert.tags")).to.deep.equal([]);
  });

  it("names each that is none", () => {
    expect(problemsOf(["ok", "Swing Trade", "", "ä", "ok", "z".repeat(33)])).to.deep.equal([
      `alert.tags[1] FIELD_INVALID "Swing Trade" is not a tag of 1 to 32 letters a-z, digits, - and _; did you mean "swing-trade"?`,
      "alert.tags[2] FIELD_INVALID must not be empty",
      `alert.tags[3] FIELD_INVALID "ä" is not a tag of 1 to 32 letters a-z, digits, - and _`,
      `alert.tags[4] FIELD_INVALID "ok" is there twice`,
      `alert.tags[5] FIELD_INVALID "${"z".repeat(33)}" is not a tag of 1 to 32 letters a-z, digits, - and _`,
    ]);
  });

  for (const tag of ["a\n", "a\u0000", "ｓwing", "a,b", "a".repeat(10_000)]) {
    it(`refuses ${JSON.stringify(tag.slice(0, 20))}`, () => expect(problemsOf([tag])).to.have.length(1));
  }

  it("refuses an eleventh", () => {
    const tags = Array.from({ length: 11 }, (_, index) => `t${index}`);
    expect(problemsOf(tags)).to.deep.equal(["alert.tags FIELD_INVALID 11 tags are too many: 10 are the most"]);
  });
});
