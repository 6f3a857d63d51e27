import { expect } from "chai";
import { likenessOf } from "./hold-notice.ts";

describe("likenessOf()", () => {
  for (const [ratio, words] of [
    ["7 for 1", "like a 7:1 split"],
    ["3 for 2", "like a 3:2 split"],
    ["2 for 3", "like a 2:3 reverse split"],
    ["1 for 10", "like a 1:10 reverse split"],
    ["100 for 1", "100 times lower"],
    ["1 for 100", "100 times higher"],
    ["", "like a split or an error"],
  ] as const) {
    it(`says of "${ratio}": ${words}`, () => expect(likenessOf(ratio)).to.equal(words));
  }
});
