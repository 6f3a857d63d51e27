import { expect } from "chai";
import { renderCount } from "./count.ts";

describe("renderCount()", () => {
  for (const [count, text] of [
    [0, "0 quotes"],
    [1, "1 quote"],
    [2, "2 quotes"],
    [1_200, "1,200 quotes"],
  ] as const) {
    it(`says "${text}"`, () => expect(renderCount(count, "quote")).to.equal(text));
  }
});
