import { expect } from "chai";
import { fieldOf, isJsonObject } from "./json-object.ts";

describe("fieldOf()", () => {
  it("reads the object's own fields only", () => {
    expect(fieldOf({ a: 1 }, "a")).to.equal(1);
    expect(fieldOf({}, "toString")).to.equal(undefined);
    expect(fieldOf(JSON.parse('{"__proto__": {"a": 1}}') as Record<string, unknown>, "a")).to.equal(undefined);
  });
});

describe("isJsonObject()", () => {
  it("tells an object from everything else that JSON has", () => {
    expect([{}, { a: 1 }].map(isJsonObject)).to.deep.equal([true, true]);
    expect([null, [], "{}", 1, true, undefined].some(isJsonObject)).to.equal(false);
  });
});
