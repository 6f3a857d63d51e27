import { expect } from "chai";
import { AppError } from "./error.ts";
import { parseEmailAddress } from "./email-address.ts";

const LOCAL_64 = "x".repeat(64);
const DOMAIN_189 = `${"d".repeat(60)}.${"d".repeat(60)}.${"d".repeat(60)}.example`.slice(0, 189);

describe("parseEmailAddress()", () => {
  const accepted: [string, string][] = [
    ["a@b.co", "a@b.co"],
    ["first.last+tag@sub.example.com", "first.last+tag@sub.example.com"],
    ["o'hara@example.com", "o'hara@example.com"],
    ["MixedCase@Example.COM", "MixedCase@example.com"],
    [`${LOCAL_64}@example.com`, `${LOCAL_64}@example.com`],
    ["a@bücher.example", "a@xn--bcher-kva.example"],
    ["a@BÜCHER.Example", "a@xn--bcher-kva.example"],
    ["a_b-c@1.example", "a_b-c@1.example"],
    [`${LOCAL_64}@${DOMAIN_189}`, `${LOCAL_64}@${DOMAIN_189}`],
  ];
  for (const [text, address] of accepted) {
    it(`takes ${text.slice(0, 60)}`, () => expect(parseEmailAddress(text)).to.equal(address));
  }

  const refused: [string, string][] = [
    ["nothing", ""],
    ["no @", "example.com"],
    ["no local part", "@b.co"],
    ["no domain", "a@"],
    ["two @", "a@b@c.co"],
    ["a domain without a dot", "a@b"],
    ["a host of this machine", "a@localhost"],
    ["an address literal", "a@[127.0.0.1]"],
    ["a bare IP address", "a@127.0.0.1"],
    ["a dot in front", ".a@b.co"],
    ["a dot at the end", "a.@b.co"],
    ["two dots", "a..b@b.co"],
    ["a hyphen before a label", "a@-b.co"],
    ["a hyphen after a label", "a@b-.co"],
    ["an empty label", "a@b..co"],
    ["a dot after the domain", "a@b.co."],
    ["a quoted local part", '"a b"@b.co'],
    ["a comment", "a(x)@b.co"],
    ["a space within", "a b@b.co"],
    ["a space before", " a@b.co"],
    ["a space after", "a@b.co "],
    ["a tab", "a\t@b.co"],
    ["a line break", "a@b.co\n"],
    ["a header of its own", "a@b.co\r\nBcc: x@evil.test"],
    ["NUL", "a\u0000@b.co"],
    ["two addresses", "a@b.co,c@d.co"],
    ["two addresses, another way", "a@b.co;c@d.co"],
    ["a group", "g: a@b.co;"],
    ["a display name", "Ann <a@b.co>"],
    ["angle brackets", "<a@b.co>"],
    ["a local part of 65", `x${LOCAL_64}@b.co`],
    ["255 characters", `x@${"d".repeat(60)}.${"d".repeat(60)}.${"d".repeat(60)}.${"d".repeat(60)}.example.co`],
    ["a label of 64", `a@${"d".repeat(64)}.co`],
    ["a line separator", "a\u2028@b.co"],
    ["a right-to-left mark", "a\u202e@b.co"],
    ["a right-to-left mark in the domain", "a@b\u202e.co"],
    ["an encoded line break", "a@b.co%0d%0aBcc:x"],
    ["a local part that is not ASCII", "ä@b.co"],
    ["a full-width dot that becomes one", "a@b\uff0eco"],
    ["an encoded slash in the domain", "a@b%2eco"],
    ["a replacement character", "a\ufffd@b.co"],
  ];
  for (const [name, text] of refused) {
    it(`refuses ${name}`, () => {
      try {
        expect.fail(`taken as ${parseEmailAddress(text)}`);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        expect([error.code, error.fields[0]?.field, error.reason]).to.deep.equal([
          "INVALID_ARGUMENT",
          "email",
          "EMAIL_FORMAT",
        ]);
      }
    });
  }
});
