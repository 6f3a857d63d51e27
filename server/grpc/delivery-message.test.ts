import { expect } from "chai";
import { TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import { exampleTick } from "../../test/examples.ts";
import type { TriggerRecord } from "../store.ts";
import { triggerToProto } from "./delivery-message.ts";

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
};

describe("triggerToProto()", () => {
  it("tells each kind by a number of its own, never by none", () => {
    const kinds = (["FIRED", "EXPIRED", "STOPPED", "HELD"] as const).map(
      (kind) => triggerToProto({ ...TRIGGER, kind }).kind,
    );
    expect(kinds).to.deep.equal([TriggerKind.FIRED, TriggerKind.EXPIRED, TriggerKind.STOPPED, TriggerKind.HELD]);
  });

  it("tells a price that was not judged without a place in the order of judging", () => {
    expect(triggerToProto({ ...TRIGGER, seq: null }).quote?.seq).to.equal(0);
    expect(triggerToProto(TRIGGER).quote?.seq).to.equal(7);
  });
});
