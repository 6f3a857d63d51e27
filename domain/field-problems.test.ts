import { expect } from "chai";
import { AppError } from "./error.ts";
import { FieldProblems } from "./field-problems.ts";

function fieldAfter(field: string, inner: string): string | undefined {
  const problems = new FieldProblems();
  problems.read(field, null, () => {
    throw AppError.invalidField(inner, "FIELD_INVALID", "is wrong");
  });
  try {
    problems.check();
  } catch (error) {
    if (error instanceof AppError) return error.fields[0]?.field;
  }
  return undefined;
}

describe("FieldProblems.read()", () => {
  it("keeps the path of what lies within the field", () => {
    expect(fieldAfter("alert.condition", "alert.condition.level")).to.equal("alert.condition.level");
    expect(fieldAfter("alert.tags", "alert.tags[2]")).to.equal("alert.tags[2]");
  });

  it("names the field for whatever else a reader complains of", () => {
    expect(fieldAfter("text", "condition")).to.equal("text");
    expect(fieldAfter("alert.tag", "alert.tags[2]")).to.equal("alert.tag");
  });
});
