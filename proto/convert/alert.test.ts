import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { INITIAL_STATE } from "../../domain/state-change.ts";
import { NOTIFICATION_STATES } from "../../domain/notification.ts";
import { above, below, crosses, exampleAlert } from "../../test/examples.ts";
import { AlertState, AlreadyTrue, Repeat } from "../gen/tickerbell/v1/alert.ts";
import { CrossDirection } from "../gen/tickerbell/v1/condition.ts";
import { NotificationState } from "../gen/tickerbell/v1/notification.ts";
import { OutcomeKind } from "../gen/tickerbell/v1/notification_service.ts";
import { alertToProto, alreadyTrueFromProto, conditionFromProto, etagOf, repeatFromProto } from "./alert.ts";
import { outcomeFromProto, stateToProto } from "./notification.ts";

const refusal = (run: () => unknown): [string | undefined, string] => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return [error.fields[0]?.field, error.reason];
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("an alert on the wire", () => {
  for (const condition of [above(200), below(0.0001), crosses(1.5, "up"), crosses(2, "down"), crosses(3)]) {
    it(`keeps its condition: ${JSON.stringify(condition)}`, () => {
      const message = alertToProto(exampleAlert(condition), INITIAL_STATE, null);
      expect(conditionFromProto(message.condition, "alert.condition")).to.deep.equal(condition);
    });
  }

  it("keeps its choices, its state and its times", () => {
    for (const repeat of ["once", "every"] as const) {
      for (const alreadyTrue of ["wait", "fire", "reject"] as const) {
        const message = alertToProto(
          exampleAlert(above(1), { repeat, alreadyTrue }),
          { ...INITIAL_STATE, name: "DISARMED" },
          5,
        );
        expect(repeatFromProto(message.repeat, "r")).to.equal(repeat);
        expect(alreadyTrueFromProto(message.alreadyTrue, "a")).to.equal(alreadyTrue);
        expect([message.state, message.lastFireTime]).to.deep.equal([AlertState.DISARMED, new Date(5)]);
      }
    }
  });

  it("changes its etag with what its owner wrote, never with its state", () => {
    const [first, second] = [exampleAlert(above(1)), exampleAlert(above(1), { revision: 2 })];
    expect(etagOf(first)).not.to.equal(etagOf(second));
    const etags = (["ARMED", "TRIGGERED"] as const).map(
      (name) => alertToProto(first, { ...INITIAL_STATE, name }, 7).etag,
    );
    expect(new Set([...etags, etagOf(first)]).size).to.equal(1);
  });

  it("takes absent choices as once and wait, and refuses unknown ones", () => {
    expect(repeatFromProto(Repeat.UNSPECIFIED, "r")).to.equal("once");
    expect(alreadyTrueFromProto(AlreadyTrue.UNSPECIFIED, "a")).to.equal("wait");
    expect(refusal(() => repeatFromProto(99 as Repeat, "r"))).to.deep.equal(["r", "FIELD_INVALID"]);
    expect(refusal(() => alreadyTrueFromProto(99 as AlreadyTrue, "a"))).to.deep.equal(["a", "FIELD_INVALID"]);
    expect(refusal(() => conditionFromProto(undefined, "c"))).to.deep.equal(["c", "FIELD_REQUIRED"]);
    const direction = {
      kind: { $case: "crosses" as const, value: { level: 1, direction: CrossDirection.UNSPECIFIED } },
    };
    expect(refusal(() => conditionFromProto(direction, "c"))).to.deep.equal(["c.crosses.direction", "FIELD_INVALID"]);
  });
});

describe("a notification on the wire", () => {
  it("has a number for each state, and no two the same", () => {
    const numbers = NOTIFICATION_STATES.map(stateToProto);
    expect(numbers).to.deep.equal(NOTIFICATION_STATES.map((name) => NotificationState[name]));
    expect(new Set(numbers).size).to.equal(NOTIFICATION_STATES.length);
    expect(numbers).not.to.include.members([NotificationState.UNSPECIFIED]);
  });

  it("reads each outcome, cuts the mail server's words, and refuses none", () => {
    const outcome = (kind: OutcomeKind, reply = "x".repeat(600)) =>
      outcomeFromProto({ notificationId: "n", leaseToken: 1, kind, reply });
    expect([1, 2, 3, 4, 5, 6].map((kind) => outcome(kind as OutcomeKind).kind)).to.deep.equal([
      "taken",
      "notTaken",
      "unsure",
      "refused",
      "refused",
      "serverTrouble",
    ]);
    expect(outcome(OutcomeKind.ADDRESS_REFUSED)).to.include({ addressFault: true });
    expect(outcome(OutcomeKind.CONTENT_REFUSED)).to.include({ addressFault: false });
    expect(outcome(OutcomeKind.TAKEN).reply).to.have.length(500);
    for (const kind of [OutcomeKind.UNSPECIFIED, 99 as OutcomeKind]) {
      expect(refusal(() => outcome(kind))).to.deep.equal(["outcome.kind", "FIELD_INVALID"]);
    }
  });
});
