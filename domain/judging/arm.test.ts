import { expect } from "chai";
import {
  above,
  below,
  crosses,
  EXAMPLE_START_MS,
  exampleAlert,
  exampleTick,
  inside,
  outside,
} from "../../test/examples.ts";
import type { AlertStateName } from "../alert.ts";
import { armAlert, endAlert, pauseAlert } from "./arm.ts";
import { AppError } from "../error.ts";
import { previousOf } from "./previous.ts";
import { changedState, INITIAL_STATE } from "./state-change.ts";
import { DAY_MS } from "../time.ts";

const NOW = EXAMPLE_START_MS + 1_000;
const lastPrice = (price: number) => previousOf(exampleTick(0, price), null, "regular");
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
    expect(act).to.throw(
      AppError,
      '"AAPL at or above 200.00 USD, once" is already true: the last price of AAPL is 201.50 USD',
    );
    expect(act).to.throw().with.property("reason", "ALREADY_TRUE");
    expect(act).to.throw().with.property("code", "FAILED_PRECONDITION");
    expect(act)
      .to.throw()
      .with.property("hint")
      .that.includes("--already-true wait")
      .and.includes("--already-true fire");
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

  it("forgets what an earlier arming left behind, and counts fires anew", () => {
    const before = changedState(INITIAL_STATE, {
      name: "PENDING",
      firesIfTrue: true,
      armedAsOfMs: 5,
      edge: "upper",
      sinceSeenMs: 7,
      confirmCount: 2,
      fireCount: 3,
      recentFiresMs: [1, 2, 3],
    });
    expect(armAlert(exampleAlert(above(200)), before, lastPrice(199), NOW).state).to.deep.include({
      name: "ARMED",
      awaitsBaseline: false,
      firesIfTrue: false,
      armedAsOfMs: NOW,
      edge: null,
      sinceSeenMs: null,
      confirmCount: 0,
      pausedUntilMs: null,
      fireCount: 0,
      recentFiresMs: [],
    });
  });

  it("goes on counting fires where a pause ends", () => {
    const paused = changedState(INITIAL_STATE, { name: "PAUSED", fireCount: 3, recentFiresMs: [1, 2, 3] });
    const { state } = armAlert(exampleAlert(above(200)), paused, lastPrice(199), NOW);
    expect(state).to.deep.include({ name: "ARMED", fireCount: 3, recentFiresMs: [1, 2, 3] });
  });

  it("is armed no earlier than its stretch of prices began", () => {
    const accepted = { ...lastPrice(199), stretchAsOfMs: NOW + 1 };
    expect(armAlert(exampleAlert(above(200)), INITIAL_STATE, accepted, NOW).state.armedAsOfMs).to.equal(NOW + 1);
  });

  describe("what fires by the close", () => {
    const closed = { alreadyTrue: "fire", confirm: 2 } as const;

    it("fires at the next close that holds anyway, and asks for it", () => {
      const { state, reason, wakes } = armAlert(exampleAlert(above(200), closed), INITIAL_STATE, lastPrice(201), NOW);
      expect(state).to.include({ name: "ARMED", firesIfTrue: false });
      expect([reason, wakes]).to.deep.equal(["ARMED_TO_FIRE_IF_TRUE", [{ gauge: "every" }]]);
    });

    it("remembers the edge that it is beyond when already true", () => {
      const edges = [170, 180, 200, 210].map(
        (price) => armAlert(exampleAlert(outside(180, 200)), INITIAL_STATE, lastPrice(price), NOW).state.edge,
      );
      expect(edges).to.deep.equal(["lower", "lower", "upper", "upper"]);
    });

    it("wakes where it would come to hold", () => {
      const wakesAt = (price: number) =>
        armAlert(exampleAlert(inside(180, 200)), INITIAL_STATE, lastPrice(price), NOW).wakes;
      expect(wakesAt(170)).to.deep.equal([{ gauge: "price", side: "up", level: 180 }]);
      expect(wakesAt(210)).to.deep.equal([{ gauge: "price", side: "down", level: 200 }]);
    });
  });

  it("wakes at its expiry too, whatever it is", () => {
    const expireTimeMs = NOW + 5;
    const expiry = { gauge: "time", level: expireTimeMs };
    const alert = exampleAlert(above(200), { expireTimeMs });
    for (const baseline of [null, lastPrice(199), lastPrice(201)]) {
      expect(armAlert(alert, INITIAL_STATE, baseline, NOW).wakes.at(-1)).to.deep.equal(expiry);
    }
    expect(pauseAlert(alert, inState("ARMED"), null).wakes).to.deep.equal([expiry]);
    expect(endAlert(inState("ARMED"), "DELETED").wakes).to.deep.equal([]);
  });
});

describe("pauseAlert()", () => {
  const alert = exampleAlert(above(200));

  it("stops watching", () => {
    const { state, reason, wakes } = pauseAlert(alert, inState("PENDING"), null);
    expect([state.name, reason, wakes]).to.deep.equal(["PAUSED", "PAUSED", []]);
  });

  it("wakes when the pause is to end", () => {
    const { state, wakes } = pauseAlert(alert, inState("ARMED"), NOW);
    expect(state.pausedUntilMs).to.equal(NOW);
    expect(wakes).to.deep.equal([{ gauge: "time", level: NOW }]);
  });

  it("leaves a paused alert as it is, or moves the end of its pause", () => {
    expect(pauseAlert(alert, INITIAL_STATE, null).state).to.equal(INITIAL_STATE);
    expect(pauseAlert(alert, INITIAL_STATE, NOW).state).to.include({ name: "PAUSED", pausedUntilMs: NOW, version: 1 });
  });

  it("refuses what does not watch", () => {
    for (const name of ["TRIGGERED", "EXPIRED", "STOPPED", "ERROR", "DELETED"] as const) {
      expect(() => pauseAlert(alert, inState(name), null), name)
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
