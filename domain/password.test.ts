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

  it("refuses what consists of the address, its parts or our name, with numbers and signs around", () => {
    const made = ["ann.example1", "Example.com!", "1example1", "tickerbell", "TickerBell2026", "ann.example+2026"];
    expect(made.map(isWeak)).to.deep.equal(Array(made.length).fill(true));
    const good = ["example of a good one", "tickerbell rings at noon", "annual report 7", "anna karenina"];
    expect(good.map(isWeak)).to.deep.equal(Array(good.length).fill(false));
  });

  it("takes both Unicode forms of a letter for the same password", () => {
    expect([isWeak("o\u0308".repeat(4)), isWeak("\u00f6".repeat(4)), isWeak("o\u0308".repeat(128))]).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it("names the field that it is told", () => {
    expect(() => checkPassword("short", { email, common: COMMON_PASSWORDS }, "new_password")).to.throw("new_password:");
  });
});

describe("COMMON_PASSWORDS", () => {
  it("holds more than 3,000, each of eight characters and more, in lower case", () => {
    expect(COMMON_PASSWORDS.size).to.be.above(3_000);
    for (const one of COMMON_PASSWORDS) expect(one).to.match(/^[^\sA-Z]{8,}$/);
    expect([...COMMON_PASSWORDS]).to.include.members(["password", "iloveyou", "trustno1", "charlotte", "1q2w3e4r5t"]);
  });
});
