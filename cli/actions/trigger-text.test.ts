import { expect } from "chai";
import { Trigger, TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import { isFire, kindText, triggerText } from "./trigger-text.ts";

const trigger = (kind: TriggerKind) =>
  Trigger.fromPartial({ kind, symbol: "AAPL", sentence: "AAPL at or above 200.00", price: 201.25, note: "sell" });

describe("kindText(), isFire()", () => {
  const cases: [TriggerKind, string, boolean][] = [
    [TriggerKind.UNSPECIFIED, "FIRED", true],
    [TriggerKind.FIRED, "FIRED", true],
    [TriggerKind.EXPIRED, "EXPIRED", false],
    [TriggerKind.STOPPED, "STOPPED", false],
    [TriggerKind.HELD, "HELD", false],
    [TriggerKind.HOLD_ENDED, "HOLD OVER", false],
    [TriggerKind.STILL_TRUE, "STILL TRUE", false],
    [TriggerKind.BACK_TO_NORMAL, "BACK", false],
    [99 as TriggerKind, "CHANGED", false],
  ];
  for (const [kind, text, isFired] of cases) {
    it(`calls kind ${kind} ${text}`, () => {
      expect([kindText(trigger(kind)), isFire(trigger(kind))]).to.deep.equal([text, isFired]);
    });
  }
});

describe("triggerText()", () => {
  it("says the price and the note of a fire", () => {
    expect(triggerText(trigger(TriggerKind.FIRED))).to.equal("AAPL at or above 200.00: 201.25 (sell)");
  });

  it("says at which price it still holds, or is back", () => {
    const texts = [TriggerKind.STILL_TRUE, TriggerKind.BACK_TO_NORMAL].map((kind) => triggerText(trigger(kind)));
    const expected = ["AAPL at or above 200.00: still true at 201.25", "AAPL at or above 200.00: back at 201.25"];
    expect(texts).to.deep.equal(expected);
  });

  it("calls nothing a fire that a newer server has other words for", () => {
    const text = triggerText(trigger(99 as TriggerKind));
    expect(text).to.equal("AAPL at or above 200.00: something became of it that this version has no words for");
  });
});
