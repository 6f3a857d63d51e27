import { expect } from "chai";
import { openSuccessor, sealSuccessor } from "./sealed-successor.ts";

describe("a sealed successor", () => {
  it("opens with the token that it follows, and shows nothing", () => {
    const sealed = sealSuccessor("the token", "its successor");
    expect(openSuccessor("the token", sealed)).to.equal("its successor");
    expect(sealed.toString("latin1")).not.to.include("successor");
    expect(sealed.equals(sealSuccessor("the token", "its successor"))).to.equal(false);
  });

  it("opens with no other token, and not when a byte is another", () => {
    const sealed = sealSuccessor("the token", "its successor");
    expect(() => openSuccessor("The token", sealed)).to.throw();
    for (const at of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => openSuccessor("the token", changed), `byte ${at}`).to.throw();
    }
  });
});
