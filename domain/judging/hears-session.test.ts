import { expect } from "chai";
import { sessionsThatHear } from "./hears-session.ts";
import { SESSION_CLASSES } from "../quote.ts";

describe("sessionsThatHear()", () => {
  const heardBy = (session: "regular" | "extended" | "any") =>
    SESSION_CLASSES.filter((sessionClass) => sessionsThatHear(sessionClass).includes(session));

  it("lets regular alerts hear regular hours and quotes without sessions", () => {
    expect(heardBy("regular")).to.deep.equal(["regular", "always"]);
  });

  it("lets extended alerts hear what is before and after as well", () => {
    expect(heardBy("extended")).to.deep.equal(["pre", "regular", "post", "always"]);
  });

  it("lets any alert hear all", () => expect(heardBy("any")).to.deep.equal(SESSION_CLASSES));
});
