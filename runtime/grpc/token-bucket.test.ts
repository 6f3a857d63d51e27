import { expect } from "chai";
import { TokenBucket } from "./token-bucket.ts";

describe("TokenBucket", () => {
  it("gives so many at once, then says how long to wait, and fills again with time", () => {
    const bucket = new TokenBucket(2, 10, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).to.deep.equal([0, 0, 100]);
    expect(bucket.take(40)).to.equal(60);
    expect([bucket.take(100), bucket.take(100)]).to.deep.equal([0, 100]);
  });

  it("never holds more than at the beginning", () => {
    const bucket = new TokenBucket(2, 10, 0);
    expect([bucket.take(1_000_000), bucket.take(1_000_000)]).to.deep.equal([0, 0]);
    expect(bucket.take(1_000_000)).to.equal(100);
    expect([bucket.isFull(1_000_100), bucket.isFull(1_000_200)]).to.deep.equal([false, true]);
  });

  it("takes several together or none", () => {
    const bucket = new TokenBucket(10, 10, 0);
    expect([bucket.take(0, 8), bucket.take(0, 8), bucket.take(0, 2)]).to.deep.equal([0, 600, 0]);
  });
});
