import { inflateSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { deflate } from "./deflate.ts";

describe("deflate()", () => {
  const comesBack = (data: Uint8Array): boolean => inflateSync(deflate(data)).equals(Buffer.from(data));

  it("writes what every zlib reads back", () => {
    // Few different bytes repeat at once; all of them need both lengths of literals.
    const few = fc.uint8Array({ max: 2, maxLength: 2_000, size: "max" });
    const all = fc.uint8Array({ maxLength: 2_000, size: "max" });
    fc.assert(fc.property(fc.oneof(few, all), comesBack), { numRuns: 400 });
  });

  it("repeats at every length and from every distance", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 4, max: 40_000 }), (length, distance) => {
        const data = new Uint8Array(distance + length);
        const word = Uint8Array.from({ length }, (_, index) => (index * 7 + 1) % 251);
        data.set(word.subarray(0, distance));
        data.set(word, distance);
        return comesBack(data);
      }),
      { numRuns: 300 },
    );
  });

  it("writes every byte, and none", () => {
    expect(comesBack(Uint8Array.from({ length: 256 }, (_, byte) => byte))).to.equal(true);
    expect(comesBack(new Uint8Array(0))).to.equal(true);
  });

  it("sums more than its checksum holds at once", () => {
    expect(comesBack(new Uint8Array(200_000).fill(255))).to.equal(true);
  });

  it("makes next to nothing of emptiness", () => {
    expect(deflate(new Uint8Array(100_000)).length).to.be.below(1_000);
  });
});
