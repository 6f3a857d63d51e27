import { expect } from "chai";
import { DerError, readElements, readOid, readSequence } from "./der.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

describe("readElements()", () => {
  it("reads elements side by side, with short and long lengths", () => {
    const long = Buffer.concat([bytes("04 81 80"), Buffer.alloc(128, 7)]);
    const elements = readElements(Buffer.concat([bytes("01 01 ff"), long]));
    expect(elements.map(({ tag, content }) => [tag, content.length])).to.deep.equal([
      [1, 1],
      [4, 128],
    ]);
  });

  const malformed: readonly [string, string][] = [
    ["a tag alone", "04"],
    ["content that is cut", "04 05 00 00"],
    ["a length that is cut", "04 82 01"],
    ["an indefinite length", "30 80 00 00"],
    ["a length of five bytes", "04 85 00 00 00 00 00"],
    ["a tag of several bytes", "1f 81 01 00"],
  ];
  for (const [what, hex] of malformed) {
    it(`refuses ${what}`, () => {
      expect(() => readElements(bytes(hex))).to.throw(DerError);
    });
  }
});

describe("readSequence()", () => {
  it("refuses bytes behind the sequence", () => {
    expect(readSequence(bytes("30 03 01 01 ff"))).to.have.length(1);
    expect(() => readSequence(bytes("30 03 01 01 ff 00 00"))).to.throw(DerError);
  });
});

describe("readOid()", () => {
  it("reads the numbers of one and of several bytes", () => {
    const oid = (hex: string): string => readOid(readElements(bytes(hex))[0]);
    expect(oid("06 03 55 1d 11")).to.equal("2.5.29.17");
    expect(oid("06 08 2b 06 01 05 05 07 03 02")).to.equal("1.3.6.1.5.5.7.3.2");
    expect(oid("06 06 2a 86 48 86 f7 0d")).to.equal("1.2.840.113549");
  });
});
