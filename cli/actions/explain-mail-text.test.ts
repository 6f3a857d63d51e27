import { expect } from "chai";
import { TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import { SymbolExplanation } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { HoldReason, NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { ALERT_ID, OTHER_ALERT_ID, sampleNotification } from "../testing/samples.ts";
import { mailText } from "./explain-mail-text.ts";

const NOW = Date.parse("2026-11-22T15:10:00Z");
const at = (time: string): Date => new Date(`2026-11-22T${time}:00Z`);
const [SAMPLE] = sampleNotification().triggers;

function told(changes: Parameters<typeof SymbolExplanation.fromPartial>[0], alertId = ALERT_ID): SymbolExplanation {
  const triggers = [{ ...SAMPLE!, alertId, fireTime: at("15:02") }];
  const waitingNotification = sampleNotification({ state: NotificationState.WAITING, triggers, messageId: "" });
  const { waitingNotification: held = {}, ...rest } = changes;
  return SymbolExplanation.fromPartial({
    symbol: "AAPL",
    ...rest,
    waitingNotification: { ...waitingNotification, ...held },
  });
}

const cooldown = { holdReason: HoldReason.COOLDOWN, heldUntilTime: at("16:00") };

describe("mailText()", () => {
  it("says since when it waits, until when, and for which mail", () => {
    const one = told({ waitingNotification: cooldown, lastMailTime: at("15:00") });
    expect(mailText(one, ALERT_ID, NOW)).to.equal(
      "fired 15:02 UTC; its mail is HELD until 16:00 UTC (cooldown): you had one about AAPL at 15:00 UTC",
    );
  });

  it("names no mail that did not begin the hour, as after a restore", () => {
    for (const lastMailTime of [undefined, at("10:00")]) {
      const text = mailText(told({ waitingNotification: cooldown, lastMailTime }), ALERT_ID, NOW);
      expect(text).to.include("HELD until 16:00 UTC (cooldown): a mail about AAPL went").and.not.include("you had");
    }
  });

  it("tells a wish that holds it", () => {
    const held = { holdReason: HoldReason.QUIET_HOURS, heldUntilTime: new Date("2026-11-23T06:00:00Z") };
    const text = mailText(told({ waitingNotification: held }), ALERT_ID, NOW);
    expect(text).to.include("fired 15:02 UTC; its mail is HELD until 23 Nov 06:00 UTC (quiet hours): your quiet hours");
  });

  it("says what becomes of the next fire where another alert waits, or only a notice of this one", () => {
    const next = "what fires now joins a mail that is HELD until 16:00 UTC";
    expect(mailText(told({ waitingNotification: cooldown }, OTHER_ALERT_ID), ALERT_ID, NOW)).to.include(next);
    const triggers = [{ ...SAMPLE!, kind: TriggerKind.EXPIRED }];
    expect(mailText(told({ waitingNotification: { ...cooldown, triggers } }), ALERT_ID, NOW)).to.include(next);
  });

  it("says that it goes at once where nothing holds it, or nothing waits", () => {
    expect(mailText(told({}), ALERT_ID, NOW)).to.equal("fired 15:02 UTC; its mail goes at once");
    expect(mailText(SymbolExplanation.fromPartial({}), ALERT_ID, NOW)).to.equal("goes at once");
  });

  it("tells what the server says where nothing waits, as of an older one", () => {
    const one = SymbolExplanation.fromPartial({ mailDetail: "at most one mail an hour about AAPL" });
    expect(mailText(one, ALERT_ID, NOW)).to.equal("at most one mail an hour about AAPL");
  });
});
