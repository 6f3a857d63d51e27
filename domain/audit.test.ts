import { expect } from "chai";
import { maskEmail, maskEmails } from "./audit.ts";

describe("maskEmail()", () => {
  for (const [email, masked] of [
    ["ann@example.com", "a…@example.com"],
    ["a@b.co", "a…@b.co"],
    ["o'hara+tag@sub.example.com", "o…@sub.example.com"],
    ["", "…"],
    ["@example.com", "…"],
    ["no address", "…"],
  ] as const) {
    it(`leaves ${masked} of "${email}"`, () => expect(maskEmail(email)).to.equal(masked));
  }
});

describe("maskEmails()", () => {
  it("masks every address of a text, however it is written", () => {
    const said = "550 <ANN@example.com>: o'hara+tag@other.example is no mailbox, 5.1.1";
    expect(maskEmails(said)).to.equal("550 <A…@example.com>: o…@other.example is no mailbox, 5.1.1");
  });
});
