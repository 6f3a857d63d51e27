import { expect } from "chai";
import type { Alert } from "../../domain/alert.ts";
import { UpdateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { editFromRequest } from "./alert-request.ts";

const ALERT: Alert = {
  id: "a",
  userId: "u",
  symbol: "AAPL",
  condition: { kind: "above", level: 200 },
  repeat: "every",
  alreadyTrue: "wait",
  bandPercent: "0.5",
  note: "",
  createTimeMs: 0,
  updateTimeMs: 0,
  revision: 1,
};

describe("editFromRequest()", () => {
  const rearms = (change: Parameters<typeof UpdateAlertRequest.fromPartial>[0]) =>
    editFromRequest(ALERT, UpdateAlertRequest.fromPartial(change)).rearm;

  it("arms anew when the alert is to watch for something else", () => {
    expect(rearms({ alert: {}, text: "above 210" })).to.be.true;
    expect(rearms({ alert: { bandPercent: "1" }, updateMask: ["band_percent"] })).to.be.true;
  });

  it("does not for a value that is sent again as it was, nor for a note", () => {
    expect(rearms({ alert: {}, text: "above 200" })).to.be.false;
    expect(rearms({ alert: { bandPercent: "0.5" }, updateMask: ["band_percent"] })).to.be.false;
    expect(rearms({ alert: { note: "new" }, updateMask: ["note"] })).to.be.false;
  });
});
