import { expect } from "chai";
import { COMMON_PASSWORDS } from "./common-passwords.ts";
import { checkPassword } from "./password.ts";

describe("checkPassword()", () => {
  const email = "ann.example@example.com";
  const isWeak = (password: string): boolean => {
    try {
      checkPassword(password, { email, common: COMMON_PASSWORDS });
      return false;
    } catch {
      return true;
    }
  };

  it("takes 8 to 128 characters, counted as people count them", () => {
    expect(["xkcdxkc8", "ä".repeat(8), "x y z äöü😀", "x".repeat(128), "😀".repeat(128)].map(isWeak)).to.deep.equal(
      Array(5).fill(false),
    );
    expect(["", "sevenn7", "😀".repeat(7), "x".repeat(129)].map(isWeak)).to.deep.equal(Array(4).fill(true));
  });

  it("refuses what cannot be typed again: control characters, and bytes that were no text", () => {
    expect(["eight wo\u0000rds", "eight\twords", "eight words\n", "eight \ufffd words"].map(isWeak)).to.deep.equal(
      Array(4).fill(true),
    );
  });

  it("refuses what anybody would try first, in any case, and the address", () => {
    expect(["password", "PassWord123", "12345678", "tickerbell", email, email.toUpperCase()].map(isWeak)).to.deep.equal(
      Array(6).fill(true),
    );
  });
});
