import { expect } from "chai";
import { hearsSession } from "./hears-session.ts";
import { SESSION_CLASSES } from "./quote.ts";

describe("hearsSession()", () => {
  it("hears regular hours and quotes without sessions, nothing else", () => {
    expect(SESSION_CLASSES.filter(hearsSession)).to.deep.equal(["regular", "always"]);
  });
});
