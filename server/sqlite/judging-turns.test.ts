import { expect } from "chai";
import { pick, randomFrom } from "../../test/random-history.ts";
import { JudgingTurns } from "./judging-turns.ts";

const BUDGET = 25;

describe("JudgingTurns", () => {
  /** Commits one after the other, each with or without other symbols' quotes, while judgings are open; what they may judge. */
  const sharesOf = (turns: JudgingTurns, othersCome: readonly boolean[]): number[] =>
    othersCome.map((come) => {
      const share = turns.share(BUDGET, come);
      turns.note(share, come);
      return share;
    });

  it("gives open judgings the whole of every commit while nobody else comes", () => {
    expect(sharesOf(new JudgingTurns(), [false, false, false])).to.deep.equal([25, 25, 25]);
  });

  it("gives them two thirds of every second commit while others come, and of the next one after them", () => {
    expect(sharesOf(new JudgingTurns(), [true, true, true, true, false, false])).to.deep.equal([17, 0, 17, 0, 17, 25]);
  });

  it("takes a judging that a commit opens for one that it goes on with", () => {
    const turns = new JudgingTurns();
    turns.share(BUDGET, true);
    turns.note(BUDGET, true);
    expect(turns.share(BUDGET, true)).to.equal(0);
  });

  it("never leaves them out twice in a row, whoever comes and whatever a commit opens", () => {
    const random = randomFrom(1);
    const turns = new JudgingTurns();
    let last = BUDGET;
    for (let at = 0; at < 1_000; at += 1) {
      const come = pick(random, [true, true, true, false]);
      const share = turns.share(pick(random, [1, 2, BUDGET]), come);
      expect(share + last).to.be.greaterThan(0);
      turns.note(share + pick(random, [0, 0, BUDGET]), come);
      last = share;
    }
  });

  describe("takeMove()", () => {
    it("says so after sixty alerts, once", () => {
      const turns = new JudgingTurns();
      turns.note(59, false);
      expect(turns.takeMove()).to.equal(false);
      turns.note(1, false);
      expect([turns.takeMove(), turns.takeMove()]).to.deep.equal([true, false]);
    });

    it("waits while others come until they had a commit of their own", () => {
      const turns = new JudgingTurns();
      turns.note(60, true);
      expect(turns.takeMove()).to.equal(false);
      turns.note(1, false);
      expect(turns.takeMove(), "they came with the last commit").to.equal(false);
      turns.note(0, true);
      expect(turns.takeMove()).to.equal(true);
    });
  });
});
