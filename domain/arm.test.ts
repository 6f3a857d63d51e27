import { expect } from "chai";
import { above, below, crosses, EXAMPLE_START_MS, exampleAlert, exampleTick } from "../test/examples.ts";
import type { AlertStateName } from "./alert.ts";
import { armAlert, endAlert, pauseAlert } from "./arm.ts";
import { AppError } from "./error.ts";
import { previousOf } from "./previous.ts";
import { changedState, INITIAL_STATE } from "./state-change.ts";
import { DAY_MS } from "./time.ts";

const NOW = EXAMPLE_START_MS + 1_000;
const lastPrice = (price: number) => previousOf(exampleTick(0, price), null);
const inState = (name: AlertStateName) => changedState(INITIAL_STATE, { name });

describe("armAlert()", () => {
  it("arms on the last judged quote, and wakes at the level", () => {
    const { state, reason, wakes } = armAlert(exampleAlert(above(200)), INITIAL_STATE, lastPrice(199), NOW);
    expect(state).to.include({ name: "ARMED", version: 1, armedAsOfMs: NOW, awaitsBaseline: false });
    expect(reason).to.equal("ARMED");
    expect(wakes).to.deep.equal([{ gauge: "price", side: "up", level: 200 }]);
  });

  it("awaits a baseline where nothing was judged yet", () => {
    const { state, reason, wakes } = armAlert(exampleAlert(above(200)), INITIAL_STATE, null, NOW);
    expect(state).to.include({ name: "ARMED", awaitsBaseline: true, armedAsOfMs: NOW });
    expect([reason, wakes]).to.deep.equal(["ARMED_AWAITING_BASELINE", [{ gauge: "every" }]]);
  });

  it("awaits a baseline where the last judged quote is stale, and does not call it already true", () => {
    const alert = exampleAlert(above(200), { alreadyTrue: "reject" });
    const { state } = armAlert(alert, INITIAL_STATE, lastPrice(201), NOW + 5 * DAY_MS);
    expect(state.awaitsBaseline).to.equal(true);
  });

  it("waits below the band when already true", () => {
    const { state, reason, wakes } = armAlert(exampleAlert(above(200)), INITIAL_STATE, lastPrice(200), NOW);
    expect(state).to.include({ name: "DISARMED", version: 1, armedAsOfMs: 0 });
    expect([reason, wakes]).to.deep.equal(["ARMED_ALREADY_TRUE", [{ gauge: "price", side: "down", level: 199 }]]);
  });

  it("asks for the next quote when it is to fire if already true", () => {
    const alert = exampleAlert(below(200), { alreadyTrue: "fire" });
    const { state, reason, wakes } = armAlert(alert, INITIAL_STATE, lastPrice(200), NOW);
    expect(state).to.include({ name: "ARMED", firesIfTrue: true, armedAsOfMs: NOW });
    expect([reason, wakes]).to.deep.equal(["ARMED_TO_FIRE_IF_TRUE", [{ gauge: "every" }]]);
  });

  it("rejects what is already true if asked to, and says what can be done", () => {
    const alert = exampleAlert(above(200), { alreadyTrue: "reject" });
    const act = () => armAlert(alert, INITIAL_STATE, lastPrice(201.5), NOW);
    expect(act).to.throw(AppError, '"AAPL at or above 200.00 USD, once" is already true: the last price is 201.50 USD');
    expect(act).to.throw().with.property("reason", "ALREADY_TRUE");
    expect(act).to.throw().with.property("code", "FAILED_PRECONDITION");
    expect(act).to.throw().with.property("hint").that.includes("wait");
  });

  it("never calls a crossing already true", () => {
    const alert = exampleAlert(crosses(200), { alreadyTrue: "reject" });
    for (const price of [199, 200, 201]) {
      expect(armAlert(alert, INITIAL_STATE, lastPrice(price), NOW).state.name, String(price)).to.equal("ARMED");
    }
  });

  it("has a crossing wake on the side where the price is not", () => {
    const sides = (["up", "down", "either"] as const).map((direction) =>
      [199, 201].map((price) => {
        const [wake] = armAlert(exampleAlert(crosses(200, direction)), INITIAL_STATE, lastPrice(price), NOW).wakes;
        return wake?.gauge === "price" ? wake.side : "every";
      }),
    );
    expect(sides).to.deep.equal([
      ["up", "down"],
      ["up", "down"],
      ["up", "down"],
    ]);
  });

  it("forgets what an earlier arming left behind", () => {
    const before = changedState(INITIAL_STATE, { name: "ARMED", firesIfTrue: true, armedAsOfMs: 5, edge: "upper" });
    expect(armAlert(exampleAlert(above(200)), before, lastPrice(199), NOW).state).to.deep.equal({
      name: "ARMED",
      version: 2,
      awaitsBaseline: false,
      firesIfTrue: false,
      armedAsOfMs: NOW,
      edge: null,
    });
  });
});

describe("pauseAlert()", () => {
  it("stops watching", () => {
    const { state, reason, wakes } = pauseAlert(inState("ARMED"));
    expect([state.name, reason, wakes]).to.deep.equal(["PAUSED", "PAUSED", []]);
  });

  it("leaves a paused alert as it is", () => expect(pauseAlert(INITIAL_STATE).state).to.equal(INITIAL_STATE));

  it("refuses what does not watch", () => {
    for (const name of ["TRIGGERED", "ERROR", "DELETED"] as const) {
      expect(() => pauseAlert(inState(name)), name)
        .to.throw(AppError)
        .with.property("reason", "STATE_CONFLICT");
    }
  });
});

describe("endAlert()", () => {
  it("says why it ended and asks for nothing more", () => {
    const armed = inState("ARMED");
    expect(endAlert(armed, "DELETED")).to.deep.include({ reason: "DELETED", wakes: [] });
    expect(endAlert(armed, "ERROR")).to.deep.include({ reason: "JUDGING_FAILED", wakes: [] });
    expect(endAlert(armed, "ERROR").state).to.include({ name: "ERROR", version: armed.version + 1 });
  });
});
