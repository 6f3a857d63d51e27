import { expect } from "chai";
import { TriggerKind, type Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import { chartOf } from "./mail-chart.ts";
import { samplePoints, sampleTrigger, sampleTriggerMail } from "./testing/sample-delivery.ts";

const alt = (...triggers: readonly Trigger[]): string =>
  chartOf(sampleTriggerMail({ points: samplePoints() }), triggers, "chart1")?.alt ?? "";

describe("chartOf()", () => {
  it("draws the levels of what is about the price", () => {
    const expired = sampleTrigger({
      kind: TriggerKind.EXPIRED,
      level: 0,
      sentence: "AAPL at or below 150.00 USD, once",
    });
    expect(alt(sampleTrigger(), sampleTrigger({ level: 198 }), expired)).to.match(/; levels 200\.00, 198\.00$/);
    expect(alt(expired), "where there is nothing else").to.match(/; level 150\.00$/);
  });

  it("marks where the alert fired, if the picture reaches back to that", () => {
    const at = (time: string): string => alt(sampleTrigger({ price: 203, fireTime: new Date(time) }));
    expect(at("2026-11-05T13:30:30Z")).to.match(/; fired at 203\.00$/);
    expect(at("2026-11-05T09:00:00Z")).not.to.include("203.00");
  });

  it("has a name that can stand in a header", () => {
    const mail = sampleTriggerMail({ points: samplePoints() });
    expect(chartOf(mail, mail.triggers, 'a">\r\nb1-x')?.cid).to.equal("ab1-x@tickerbell");
  });

  it("is null where too little is known", () => {
    const mail = sampleTriggerMail();
    expect([
      chartOf(mail, mail.triggers, "a"),
      chartOf(sampleTriggerMail({ points: samplePoints() }), [], "a"),
    ]).to.deep.equal([null, null]);
  });
});
