import { expect } from "chai";
import { HoldEnd, TriggerKind } from "../proto/gen/tickerbell/v1/alert.ts";
import { renderMail, type RenderedMail } from "./render-mail.ts";
import { sampleDelivery, sampleTrigger } from "./testing/sample-delivery.ts";

const { HELD, HOLD_ENDED, EXPIRED, FIRED } = TriggerKind;
const SPLIT = { ratio: "7 for 1", acceptedPrice: 1_400, heldPrice: 200 };

function mailOf(...triggers: Parameters<typeof sampleTrigger>[0][]): RenderedMail {
  const sealTime = new Date("2026-11-05T14:31:02Z");
  const value = { symbol: "AAPL", triggers: triggers.map((one) => sampleTrigger(one)), sealTime };
  return renderMail(sampleDelivery({ content: { $case: "triggerMail", value } }));
}

describe("the mail about a HOLD", () => {
  it("names both prices and what the change looks like, and sends nobody to a command that is not his", () => {
    const { subject, text } = mailOf({ kind: HELD, level: 0, price: 200, hold: SPLIT });
    expect(subject).to.equal("AAPL: on hold");
    expect(text).to.include(`AAPL is on hold
  Notice: its price is 200.00 USD after 1400.00 USD, like a 7:1 split; nothing of AAPL is judged until that is settled
  To do:  nothing; a person who runs the server decides, or a price near 1400.00 USD comes back
  When:   2026-11-05`);
    expect(text).not.to.include("./bell symbols").and.not.include("sell half");
  });

  it("says so of a price that is a hundred times another", () => {
    const hold = { ratio: "1 for 100", acceptedPrice: 3, heldPrice: 300 };
    expect(mailOf({ kind: HELD, price: 300, hold }).text).to.include("300.00 USD after 3.00 USD, 100 times higher;");
  });

  it("says what is known where an older server tells nothing of it", () => {
    const { text } = mailOf({ kind: HELD, level: 0, price: 20 });
    expect(text).to.include("Notice: its price, 20.00 USD, looks like a split or an error; nothing of AAPL is judged");
    expect(text).to.include("To do:  nothing; a person who runs the server decides\n");
  });

  for (const [end, price, notice, mend] of [
    [
      HoldEnd.ACCEPTED,
      200,
      "200.00 USD was found right; alerts that wait are armed anew on it, and the change itself fires nothing",
      "see whether your levels suit the new price: ./bell alerts list --symbol AAPL",
    ],
    [HoldEnd.REJECTED, 1_400, "200.00 USD was found wrong; judging goes on from 1400.00 USD", "nothing"],
    [
      HoldEnd.PRICE_BACK,
      1_390,
      "a price came that is believed, 1390.00 USD; judging goes on as if nothing had been in between",
      "nothing",
    ],
    [99 as HoldEnd, 1_390, "judging goes on from 1390.00 USD", "nothing"],
  ] as const) {
    it(`tells its end: ${notice}`, () => {
      const { subject, text } = mailOf({ kind: HOLD_ENDED, level: 0, price, hold: { ...SPLIT, end } });
      expect(subject).to.equal("AAPL: hold over");
      expect(text).to.include(`AAPL is on hold no more\n  Notice: ${notice}\n  To do:  ${mend}\n  When:`);
      expect(text).not.to.include("sell half").and.not.include("Price:");
    });
  }

  it("says in the subject how it stands last, and counts it beside a fire", () => {
    const [held, over] = [
      { kind: HELD, hold: SPLIT },
      { kind: HOLD_ENDED, hold: SPLIT },
    ];
    expect(mailOf(held, over).subject).to.equal("AAPL: hold over");
    expect(mailOf(over, held, { kind: EXPIRED }).subject).to.equal("AAPL: on hold, 1 alert expired");
    expect(mailOf(over, { kind: FIRED, price: 201 }).subject).to.equal("AAPL 201.00, above 200.00, and 1 more");
  });
});
