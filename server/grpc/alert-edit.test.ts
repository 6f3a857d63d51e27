import { expect } from "chai";
import type { Alert } from "../../domain/alert.ts";
import { AppError } from "../../domain/error.ts";
import { AlertSession, AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { UpdateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { above, crosses, exampleAlert } from "../../test/examples.ts";
import { HOUR_MS } from "../../domain/time.ts";
import { editFromRequest } from "./alert-edit.ts";
import type { AlertEdit } from "../store.ts";

const NOW_MS = Date.UTC(2026, 10, 22);
const ALERT = exampleAlert(above(200), { repeat: "every", maxFires: 5, confirm: 2, note: "old", tags: ["a"] });

type Change = Parameters<typeof UpdateAlertRequest.fromPartial>[0];
const editOf = (change: Change, alert: Alert = ALERT): AlertEdit =>
  editFromRequest(alert, UpdateAlertRequest.fromPartial(change), NOW_MS);

describe("editFromRequest()", () => {
  const rearms = (change: Change) => editOf(change).rearm;
  const problems = (change: Change, alert = ALERT): string[] => {
    try {
      editOf(change, alert);
    } catch (error) {
      if (error instanceof AppError) return error.fields.map(({ field, reason }) => `${field} ${reason}`);
      throw error;
    }
    return [];
  };

  for (const [path, alert] of [
    ["band_percent", { bandPercent: "1" }],
    ["max_fires", { maxFires: 6 }],
    ["rearm_for", { rearmFor: { seconds: 60 } }],
    ["confirm", { confirm: 3 }],
    ["session", { session: AlertSession.ANY }],
  ] as const) {
    it(`arms anew for another ${path}, and not for the same again`, () => {
      expect(rearms({ alert, updateMask: [path] })).to.be.true;
      const { alert: changed } = editOf({ alert, updateMask: [path] });
      expect(editOf({ alert, updateMask: [path] }, changed).rearm).to.be.false;
    });
  }

  it("arms anew for another condition or repeat, and not for the same again", () => {
    expect(rearms({ alert: {}, text: "above 210" })).to.be.true;
    expect(rearms({ alert: {}, text: "above 200 for 10m" })).to.be.true;
    expect(rearms({ alert: { repeat: Repeat.ONCE, maxFires: 0 }, updateMask: ["repeat", "max_fires"] })).to.be.true;
    expect(rearms({ alert: {}, text: "above 200" })).to.be.false;
  });

  it("does not arm anew for note, tags, expiry, what is told after a fire and what to do when it is true already", () => {
    const telling = { isUrgent: true, remindEvery: { seconds: 14_400, nanos: 0 }, tellsWhenBack: true };
    const alert = {
      ...telling,
      note: "new",
      tags: ["b"],
      expireTime: new Date(NOW_MS + 1),
      alreadyTrue: AlreadyTrue.REJECT,
    };
    const updateMask = ["note", "tags", "expire_time", "already_true", "is_urgent", "remind_every", "tells_when_back"];
    const { alert: edited, rearm } = editOf({ alert, updateMask });
    expect(rearm).to.be.false;
    expect(edited).to.deep.include({ isUrgent: true, remindEveryMs: 4 * HOUR_MS, tellsWhenBack: true });
    expect(edited).to.deep.include({ note: "new", tags: ["b"], expireTimeMs: NOW_MS + 1, alreadyTrue: "reject" });
    expect(edited).to.deep.include({ maxFires: 5, confirm: 2, condition: above(200) });
  });

  it("takes what is named and absent as none", () => {
    const masked = ["expire_time", "max_fires", "confirm", "tags", "rearm_for", "session"];
    const before = { ...ALERT, expireTimeMs: NOW_MS, rearmForMs: 60_000, session: "any" } as const;
    const { alert } = editOf({ alert: {}, updateMask: masked }, before);
    expect(alert).to.deep.include({ expireTimeMs: null, maxFires: 0, confirm: 1, tags: [], rearmForMs: 0 });
    expect(alert.session).to.equal("regular");
  });

  it("refuses what does not go with what stays, by the field that must change too", () => {
    expect(problems({ alert: {}, text: "crosses 200" })).to.deep.equal(["alert.confirm FIELD_INVALID"]);
    expect(problems({ alert: { repeat: Repeat.ONCE }, updateMask: ["repeat"] })).to.deep.equal([
      "alert.max_fires FIELD_INVALID",
    ]);
    const again = { ...ALERT, maxFires: 0, rearmForMs: 60_000 };
    expect(problems({ alert: { repeat: Repeat.ONCE }, updateMask: ["repeat"] }, again)).to.deep.equal([
      "alert.rearm_for FIELD_INVALID",
    ]);
    expect(problems({ alert: {}, text: "outside 200..200.5" })).to.deep.equal(["alert.band_percent FIELD_INVALID"]);
  });

  it("refuses reminders of a crossing, whichever of the two is new", () => {
    const reminding = { ...ALERT, confirm: 1, remindEveryMs: HOUR_MS };
    expect(problems({ alert: {}, text: "crosses 200" }, reminding)).to.deep.equal(["alert.remind_every FIELD_INVALID"]);
    const crossing = { ...reminding, remindEveryMs: 0, condition: crosses(200) };
    const wish = { alert: { remindEvery: { seconds: 3_600, nanos: 0 } }, updateMask: ["remind_every"] };
    expect(problems(wish, crossing)).to.deep.equal(["alert.remind_every FIELD_INVALID"]);
    expect(problems({ alert: {}, updateMask: ["remind_every"] }, crossing)).to.deep.equal([]);
  });

  it("lets an alert that fires once wait with telling that it is back", () => {
    const wish = { alert: { rearmFor: { seconds: 600, nanos: 0 } }, updateMask: ["rearm_for"] };
    const once = { ...ALERT, repeat: "once", maxFires: 0 } as const;
    expect(problems(wish, once)).to.deep.equal(["alert.rearm_for FIELD_INVALID"]);
    expect(problems(wish, { ...once, tellsWhenBack: true })).to.deep.equal([]);
  });

  it("lets a note of an alert change that could not be made any more", () => {
    const old = {
      ...ALERT,
      bandPercent: "50",
      condition: { kind: "outside", lower: 1, upper: 1.1, forMs: 0 },
    } as const;
    expect(problems({ alert: { note: "new" }, updateMask: ["note"] }, old)).to.deep.equal([]);
    expect(problems({ alert: { confirm: 1 }, updateMask: ["confirm"] }, old)).to.deep.equal([
      "alert.band_percent FIELD_INVALID",
    ]);
  });

  it("takes a rule for several symbols with or without them, never with others", () => {
    const pair = { ...ALERT, symbols: ["AAPL", "MSFT"] };
    for (const text of ["below 150", "any of aapl, msft below 150"]) {
      const { condition, symbols } = editOf({ alert: {}, text }, pair).alert;
      expect([condition, symbols]).to.deep.equal([{ kind: "below", level: 150, forMs: 0 }, ["AAPL", "MSFT"]]);
    }
    for (const text of ["AAPL below 150", "any of AAPL, IBM below 150"]) {
      expect(problems({ alert: {}, text }, pair), text).to.deep.equal(["text CONDITION_SYNTAX"]);
    }
  });
});
