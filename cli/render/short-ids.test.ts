import { expect } from "chai";
import { shortIds } from "./short-ids.ts";

describe("shortIds()", () => {
  it("cuts to eight characters where those differ", () => {
    expect(shortIds(["aaaaaaaa-1", "bbbbbbbb-1"])).to.deep.equal(["aaaaaaaa", "bbbbbbbb"]);
  });

  it("keeps as many as it takes to tell them apart", () => {
    expect(shortIds(["aaaaaaaa-11", "aaaaaaaa-12"])).to.deep.equal(["aaaaaaaa-11", "aaaaaaaa-12"]);
    expect(shortIds(["aaaaaaaa-1x", "aaaaaaaa-2x"])).to.deep.equal(["aaaaaaaa-1", "aaaaaaaa-2"]);
  });

  it("has nothing to cut in an empty list", () => expect(shortIds([])).to.deep.equal([]));
});
