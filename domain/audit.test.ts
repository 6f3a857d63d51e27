import { expect } from "chai";
import { maskEmail } from "./audit.ts";

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
