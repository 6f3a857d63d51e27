import { expect } from "chai";
import { refusalOf } from "../test/support/refusal-of.ts";
import { FairTurns } from "./fair-turns.ts";

const LIMITS = { atOnce: 2, waiting: 32, waitingEach: 4, goneMs: 1_000 };

/** Work that is under way until it is told to end, and in which order it began. */
class Works {
  readonly began: string[] = [];
  readonly #turns = new FairTurns(LIMITS);
  readonly #ends: (() => void)[] = [];

  start(place: string): Promise<string> {
    return this.#turns.run(place, () => {
      this.began.push(place);
      return new Promise((resolve) => this.#ends.push(() => resolve(place)));
    });
  }

  /** Ends works until none is under way. */
  async endAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (let end = this.#ends.shift(); end !== undefined; end = this.#ends.shift()) {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe("FairTurns", () => {
  it("gives turns to places one after the other, whoever asked first for many", async () => {
    const works = new Works();
    const all = ["a", "a", "a", "a", "a", "a", "b", "b", "c"].map((place) => works.start(place));
    await works.endAll();
    expect(works.began.join("")).to.equal("aaabcabaa");
    expect(await Promise.all(all)).to.have.length(9);
  });

  it("lets 4 of a place wait, and refuses the fifth", async () => {
    const works = new Works();
    const all = Array.from({ length: 6 }, () => works.start("a"));
    const refusal = await refusalOf(works.start("a"));
    expect(refusal).to.include({ code: "RESOURCE_EXHAUSTED", reason: "RATE_LIMITED", retryAfterMs: 1_000 });
    const other = works.start("b");
    await works.endAll();
    expect(await Promise.all([...all, other])).to.have.length(7);
  });

  it("lets 32 wait in all", async () => {
    const works = new Works();
    const all = Array.from({ length: 34 }, (_none, at) => works.start(`place ${at}`));
    expect((await refusalOf(works.start("one more"))).reason).to.equal("RATE_LIMITED");
    await works.endAll();
    expect(await Promise.all(all)).to.have.length(34);
  });

  it("hands the turn on when a work fails, and is free again at the end", async () => {
    const turns = new FairTurns({ ...LIMITS, atOnce: 1 });
    const fail = () => Promise.reject(new Error("on purpose"));
    const results = await Promise.allSettled([turns.run("a", fail), turns.run("a", fail), turns.run("a", fail)]);
    expect(results.map(({ status }) => status)).to.deep.equal(["rejected", "rejected", "rejected"]);
    expect(await turns.run("b", () => Promise.resolve("done"))).to.equal("done");
  });
});
