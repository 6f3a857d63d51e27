import { expect } from "chai";
import { fieldOf, isJsonObject, outerField } from "./json-object.ts";

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

describe("outerField()", () => {
  it("takes a field with or without the suffix of a delayed answer", () => {
    expect(outerField({ "Global Quote": 1 }, "Global Quote")).to.equal(1);
    expect(outerField({ "Global Quote - DATA DELAYED BY 15 MINUTES": 1 }, "Global Quote")).to.equal(1);
  });

  it("takes neither a longer name nor one of two", () => {
    expect(outerField({ "Global Quotes": 1 }, "Global Quote")).to.equal(undefined);
    expect(outerField({ "Global Quote": 1, "Global Quote - LATE": 2 }, "Global Quote")).to.equal(undefined);
    expect(outerField({}, "constructor")).to.equal(undefined);
  });
});
