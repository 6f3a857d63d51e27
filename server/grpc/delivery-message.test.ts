import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import { HoldEnd, TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import { exampleTick } from "../../test/examples.ts";
import { AccountNotice } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { AccountNoticeKind, MailContent } from "../mail-content.ts";
import type { SealedDelivery } from "../notification-store.ts";
import type { TriggerRecord } from "../trigger-record.ts";
import { deliveryToProto, triggerToProto } from "./delivery-message.ts";

const TRIGGER: TriggerRecord = {
  id: "t",
  alertId: "a",
  kind: "FIRED",
  sentence: "AAPL at or above 200.00 USD, once",
  note: "",
  level: 200,
  price: 201,
  quote: exampleTick(0, 201),
  seq: 7,
  fireTimeMs: 1,
  judgeTimeMs: 2,
  hold: null,
};

const SEALED: Omit<SealedDelivery, "content"> = {
  notificationId: "n",
  token: 1,
  messageId: "<n.1@bell.example.com>",
  dateMs: 0,
  boundary: "0123456789abcdef",
  toAddress: "ann@example.com",
};

describe("triggerToProto()", () => {
  it("tells each kind by a number of its own, never by none", () => {
    const kinds = (["FIRED", "EXPIRED", "STOPPED", "HELD", "HOLD_ENDED"] as const).map(
      (kind) => triggerToProto({ ...TRIGGER, kind }).kind,
    );
    const { FIRED, EXPIRED, STOPPED, HELD, HOLD_ENDED } = TriggerKind;
    expect(kinds).to.deep.equal([FIRED, EXPIRED, STOPPED, HELD, HOLD_ENDED]);
  });

  it("tells a HOLD with its prices and its end, and nothing of one for all else", () => {
    expect(triggerToProto(TRIGGER).hold).to.equal(undefined);
    const prices = { ratio: "7 for 1", acceptedPrice: 1_400, heldPrice: 200 };
    const told = ([null, "ACCEPTED", "REJECTED", "PRICE_BACK"] as const).map(
      (end) => triggerToProto({ ...TRIGGER, hold: { ...prices, end } }).hold,
    );
    const { UNSPECIFIED, ACCEPTED, REJECTED, PRICE_BACK } = HoldEnd;
    expect(told).to.deep.equal([UNSPECIFIED, ACCEPTED, REJECTED, PRICE_BACK].map((end) => ({ ...prices, end })));
  });

  it("tells a price that was not judged without a place in the order of judging", () => {
    expect(triggerToProto({ ...TRIGGER, seq: null }).quote?.seq).to.equal(0);
    expect(triggerToProto(TRIGGER).quote?.seq).to.equal(7);
  });
});

describe("deliveryToProto()", () => {
  it("tells for how long the market traded until the mail was sealed", () => {
    const quote = { ...exampleTick(0, 201), sessionClass: "regular" as const };
    const fireTimeMs = Date.parse("2026-05-15T15:50-04:00"); // a Friday
    const tradedBy = (sealTime: string): number => {
      const trigger = { ...TRIGGER, quote, fireTimeMs, hasReverted: false };
      const facts = { latestQuote: null, previousClose: null, points: [] };
      const parts = [{ symbol: "AAPL", triggers: [trigger], ...facts }];
      const content = { kind: "triggers" as const, parts, waitReason: null, timeZone: "UTC", nextMailTimeMs: 0 };
      const delivery = { ...SEALED, dateMs: Date.parse(sealTime), content };
      const mail = deliveryToProto(delivery, false).content;
      if (mail?.$case !== "triggerMail") expect.fail("it is a mail of triggers");
      return durationFromProto(mail.value.triggers[0]?.tradingDelay);
    };
    expect(tradedBy("2026-05-17T12:00-04:00")).to.equal(10 * MINUTE_MS);
    expect(tradedBy("2026-05-18T09:35-04:00")).to.equal(15 * MINUTE_MS);
  });

  it("tells each account mail as what it is, and each notice by a number of its own", () => {
    const told = (content: MailContent) => deliveryToProto({ ...SEALED, content }, false).content;
    const code = { code: "W3K9", expireTimeMs: 7 };
    const value = { code: "W3K9", expireTime: new Date(7) };
    expect(told({ kind: "verification", ...code })).to.deep.equal({ $case: "verificationMail", value });
    expect(told({ kind: "passwordReset", ...code })).to.deep.equal({ $case: "passwordResetMail", value });
    const { ALREADY_REGISTERED, PASSWORD_CHANGED, SESSION_STOLEN, DELETED } = AccountNotice;
    const notices = { ALREADY_REGISTERED, PASSWORD_CHANGED, SESSION_STOLEN, DELETED };
    for (const [name, notice] of Object.entries(notices)) {
      const content = {
        kind: "accountNotice",
        notice: name as AccountNoticeKind,
        timeMs: 7,
        timeZone: "Asia/Tokyo",
      } as const;
      const mail = { notice, time: new Date(7), timeZone: "Asia/Tokyo" };
      expect(told(content)).to.deep.equal({ $case: "accountNoticeMail", value: mail });
    }
  });
});
