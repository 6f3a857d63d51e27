import { expect } from "chai";
import { encodePng, type Colour } from "./png.ts";
import { readPng } from "./testing/read-png.ts";

const COLOURS: readonly Colour[] = [
  [0, 0, 0, 0],
  [1, 2, 3, 128],
  [250, 251, 252, 255],
];

describe("encodePng()", () => {
  it("writes every pixel and every colour", () => {
    const pixels = Uint8Array.of(0, 1, 2, 0, 2, 2, 1, 1, 0, 0, 1, 2);
    const seen = readPng(encodePng({ width: 4, height: 3, pixels }, COLOURS));
    expect([seen.width, seen.height]).to.deep.equal([4, 3]);
    expect(seen.colours).to.deep.equal(COLOURS);
    expect([...pixels.keys()].map((at) => seen.indexAt(at % 4, Math.floor(at / 4)))).to.deep.equal([...pixels]);
  });

  it("writes the same bytes with every version of what it is run by", () => {
    const png = encodePng({ width: 2, height: 1, pixels: Uint8Array.of(1, 2) }, COLOURS);
    expect(png.toString("hex")).to.equal(
      "89504e470d0a1a0a" + // a PNG
        "0000000d494844520000000200000001040300000006" +
        "0c62b9" + // 2 by 1, 4 bits, palette
        "00000009504c5445000000010203fafbfcdb5ab6ac" +
        "0000000374524e530080ffecf7b318" +
        "0000000a49444154" +
        "7801" +
        "631002000014001" +
        "339c7deb2" +
        "0000000049454e44ae426082",
    );
  });
});
