import { expect } from "chai";
import { above, below, crosses, exampleAlert, inside, outside } from "../../test/examples.ts";
import { backOf, firesByWalk, hasRoomToBeBack, holdsAt, levelMet } from "./firing.ts";
import { contains } from "./region.ts";
import { MINUTE_MS } from "../time.ts";

describe("holdsAt()", () => {
  const prices = [179, 180, 190, 200, 201];
  const cases = [
    ["above holds at the level and over it", above(200), [200, 201]],
    ["below holds at the level and under it", below(180), [179, 180]],
    ["inside holds between the levels and at them", inside(180, 200), [180, 190, 200]],
    ["outside holds beyond the levels and at them", outside(180, 200), [179, 180, 200, 201]],
    ["crosses holds nowhere", crosses(190), []],
  ] as const;
  for (const [sentence, condition, expected] of cases) {
    it(sentence, () => expect(prices.filter((price) => holdsAt(condition, price))).to.deep.equal(expected));
  }
});

describe("firesByWalk()", () => {
  it("is so for a level that is met at once, and for crossing", () => {
    for (const condition of [above(200), below(200), crosses(200)]) {
      expect(firesByWalk(exampleAlert(condition)), condition.kind).to.equal(true);
    }
  });

  it("is not for bands, nor for what must hold for a while or several times", () => {
    for (const condition of [inside(180, 200), outside(180, 200), above(200, MINUTE_MS), below(200, MINUTE_MS)]) {
      expect(firesByWalk(exampleAlert(condition)), condition.kind).to.equal(false);
    }
    expect(firesByWalk(exampleAlert(above(200), { confirm: 2 }))).to.equal(false);
  });
});

describe("backOf()", () => {
  it("meets nowhere what fires by the close, whatever the band", () => {
    const conditions = [inside(180, 200), outside(180, 200), above(200, MINUTE_MS), below(180, MINUTE_MS)];
    for (const condition of conditions) {
      for (const bandPercent of ["0", "0.5", "3"]) {
        for (const edge of ["upper", "lower"] as const) {
          const back = backOf(exampleAlert(condition, { bandPercent }), edge);
          for (const price of [170, 179, 180, 180.9, 181, 190, 199, 199.5, 200, 201, 210]) {
            expect(contains(back, price) && holdsAt(condition, price), `${condition.kind} ${price}`).to.equal(false);
          }
        }
      }
    }
  });

  it("is reached at the level itself without a band by what fires by the walk", () => {
    expect(contains(backOf(exampleAlert(above(200), { bandPercent: "0" }), null), 200)).to.equal(true);
  });

  it("of an outside is up to the other level, which does not belong to it", () => {
    const at = (edge: "upper" | "lower") =>
      [180, 180.01, 180.9, 199, 199.99, 200].filter((price) =>
        contains(backOf(exampleAlert(outside(180, 200)), edge), price),
      );
    expect(at("upper")).to.deep.equal([180.01, 180.9, 199]);
    expect(at("lower")).to.deep.equal([180.9, 199, 199.99]);
  });
});

describe("hasRoomToBeBack()", () => {
  const hasRoom = (condition: ReturnType<typeof above>, bandPercent: string) =>
    hasRoomToBeBack(exampleAlert(condition, { bandPercent }));

  it("is so for a band narrower than the outside's own", () => {
    expect([hasRoom(outside(180, 200), "9.9"), hasRoom(outside(180, 200), "0")]).to.deep.equal([true, true]);
  });

  it("is not where the band reaches from one level of an outside to the other", () => {
    expect([hasRoom(outside(180, 200), "10"), hasRoom(outside(160, 199), "20")]).to.deep.equal([false, false]);
  });

  it("is not where no price is so far away", () => {
    expect([hasRoom(below(9e11), "50"), hasRoom(above(1e-12), "50")]).to.deep.equal([false, false]);
    expect([hasRoom(above(9e11), "50"), hasRoom(below(1e-12), "50")]).to.deep.equal([true, true]);
  });

  it("passes on what is wrong with the band itself", () => {
    expect(() => hasRoom(above(200), "half")).to.throw("is not a decimal number");
  });
});

describe("levelMet()", () => {
  it("of an inside is the lower at the very middle in decimals, where 0.3 - 0.2 < 0.2 - 0.1 would say the upper", () => {
    expect(levelMet(inside(0.1, 0.3), 0.2)).to.equal(0.1);
    expect(levelMet(inside(0.1, 0.3), 0.2000001)).to.equal(0.3);
  });
});
