import { expect } from "chai";
import type { Alert as DomainAlert, AlertStateName } from "../../domain/alert.ts";
import { AppError } from "../../domain/error.ts";
import { INITIAL_STATE } from "../../domain/judging/state-change.ts";
import { NOTIFICATION_STATES } from "../../domain/notification.ts";
import { above, exampleAlert, EXAMPLE_START_MS, inside } from "../../test/examples.ts";
import { Alert, AlertSession, AlertState, AlreadyTrue, Repeat } from "../gen/tickerbell/v1/alert.ts";
import { NotificationState } from "../gen/tickerbell/v1/notification.ts";
import { OutcomeKind } from "../gen/tickerbell/v1/notification_service.ts";
import {
  alertToProto,
  alreadyTrueFromProto,
  etagOf,
  repeatFromProto,
  sessionFromProto,
  type StandingAlert,
  type SymbolState,
} from "./alert.ts";
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

const nameOf = (state: AlertState) => Object.entries(AlertState).find(([, value]) => value === state)?.[0];
const NOW_MS = EXAMPLE_START_MS + 1_000;

/** A state, with more to it or without. */
type Standing = AlertStateName | Partial<SymbolState["state"]>;

/** An alert as it stands for each of its symbols. */
const standing = (alert: DomainAlert, ...states: Standing[]): StandingAlert => ({
  alert,
  states: states.map((state, at) => ({
    symbol: alert.symbols[at] ?? "",
    state: { ...INITIAL_STATE, ...(typeof state === "string" ? { name: state } : state) },
    lastFireTimeMs: null,
  })),
});
const PAIR = exampleAlert(above(200), { symbols: ["AAPL", "MSFT"] });
const stateOf = (...states: Standing[]) => nameOf(alertToProto(standing(PAIR, ...states), NOW_MS).state);

describe("an alert on the wire", () => {
  it("keeps everything that its owner wrote", () => {
    const message = alertToProto(
      standing(
        exampleAlert(inside(1, 2, 60_000), {
          maxFires: 3,
          rearmForMs: 600_000,
          confirm: 2,
          bandPercent: "1.5",
          expireTimeMs: NOW_MS + 5,
          note: "{price}",
          tags: ["swing", "tech"],
        }),
        "ARMED",
      ),
      NOW_MS,
    );
    expect(Alert.decode(Alert.encode(message).finish())).to.deep.include({
      symbol: "AAPL",
      symbols: [],
      condition: { kind: { $case: "inside", value: { lower: 1, upper: 2, forDuration: { seconds: 60, nanos: 0 } } } },
      maxFires: 3,
      rearmFor: { seconds: 600, nanos: 0 },
      confirm: 2,
      bandPercent: "1.5",
      expireTime: new Date(NOW_MS + 5),
      note: "{price}",
      tags: ["swing", "tech"],
    });
  });

  it("keeps its choices, its state and its times", () => {
    for (const repeat of ["once", "every"] as const) {
      for (const alreadyTrue of ["wait", "fire", "reject"] as const) {
        for (const session of ["regular", "extended", "any"] as const) {
          const alert = exampleAlert(above(1), { repeat, alreadyTrue, session });
          const state = { ...INITIAL_STATE, name: "DISARMED", fireCount: 2 } as const;
          const message = alertToProto({ alert, states: [{ symbol: "AAPL", state, lastFireTimeMs: 5 }] }, NOW_MS);
          expect(repeatFromProto(message.repeat, "r")).to.equal(repeat);
          expect(alreadyTrueFromProto(message.alreadyTrue, "a")).to.equal(alreadyTrue);
          expect(sessionFromProto(message.session, "s")).to.equal(session);
          expect([message.state, message.lastFireTime]).to.deep.equal([AlertState.DISARMED, new Date(5)]);
          expect(message.symbolStates).to.deep.equal([
            {
              symbol: "AAPL",
              state: AlertState.DISARMED,
              awaitsBaseline: false,
              lastFireTime: new Date(5),
              fireCount: 2,
              doubt: undefined,
            },
          ]);
        }
      }
    }
  });

  it("tells a rule for several symbols by its first, and where it stands by the liveliest", () => {
    const { symbol, symbols, symbolStates } = alertToProto(standing(PAIR, "ARMED", "TRIGGERED"), NOW_MS);
    expect([symbol, symbols]).to.deep.equal(["AAPL", ["AAPL", "MSFT"]]);
    expect(symbolStates.map((one) => [one.symbol, nameOf(one.state)])).to.deep.equal([
      ["AAPL", "ARMED"],
      ["MSFT", "TRIGGERED"],
    ]);
    expect(stateOf("TRIGGERED", "ARMED")).to.equal("ARMED");
    expect(stateOf("ARMED", "PENDING")).to.equal("PENDING");
    expect(stateOf("TRIGGERED", "PAUSED")).to.equal("PAUSED");
    expect(stateOf("TRIGGERED", "STOPPED")).to.equal("STOPPED");
  });

  it("awaits a first price only if each symbol that is armed does, and fired last when the last of them did", () => {
    const awaiting = { name: "ARMED", awaitsBaseline: true } as const;
    expect(alertToProto(standing(PAIR, awaiting, "ARMED"), NOW_MS).awaitsBaseline).to.be.false;
    expect(alertToProto(standing(PAIR, awaiting, "TRIGGERED"), NOW_MS).awaitsBaseline).to.be.true;
    const { states } = standing(PAIR, "ARMED", "ARMED");
    const fired = states.map((one, at) => ({ ...one, lastFireTimeMs: 10 - at }));
    expect(alertToProto({ alert: PAIR, states: fired }, NOW_MS).lastFireTime).to.deep.equal(new Date(10));
  });

  it("is EXPIRED from that moment on, if it could still have fired", () => {
    const alert = exampleAlert(above(1), { expireTimeMs: NOW_MS });
    const shown = (name: AlertStateName, nowMs: number) => {
      const { state, symbolStates } = alertToProto(standing(alert, name), nowMs);
      expect(symbolStates[0]?.state).to.equal(state);
      return nameOf(state);
    };
    for (const name of ["ARMED", "PENDING", "DISARMED", "PAUSED"] as const) {
      expect([shown(name, NOW_MS - 1), shown(name, NOW_MS)]).to.deep.equal([name, "EXPIRED"]);
    }
    for (const name of ["TRIGGERED", "STOPPED", "ERROR", "DELETED"] as const) {
      expect(shown(name, NOW_MS)).to.equal(name);
    }
  });

  it("says until when it is paused, while it is", () => {
    const until = (...states: Standing[]) => alertToProto(standing(PAIR, ...states), NOW_MS).pauseUntilTime;
    expect(until("TRIGGERED", { name: "PAUSED", pausedUntilMs: 7 })).to.deep.equal(new Date(7));
    expect(until("PAUSED")).to.equal(undefined);
  });

  it("changes its etag with what its owner wrote, never with its state", () => {
    const [first, second] = [exampleAlert(above(1)), exampleAlert(above(1), { revision: 2 })];
    expect(etagOf(first)).not.to.equal(etagOf(second));
    const etags = (["ARMED", "TRIGGERED"] as const).map((name) => alertToProto(standing(first, name), NOW_MS).etag);
    expect(new Set([...etags, etagOf(first)]).size).to.equal(1);
  });

  it("takes absent choices as once, wait and regular, and refuses unknown ones with all that there are", () => {
    expect(repeatFromProto(Repeat.UNSPECIFIED, "r")).to.equal("once");
    expect(alreadyTrueFromProto(AlreadyTrue.UNSPECIFIED, "a")).to.equal("wait");
    expect(sessionFromProto(AlertSession.UNSPECIFIED, "s")).to.equal("regular");
    expect(refusal(() => repeatFromProto(99 as Repeat, "r"))).to.deep.equal(["r", "FIELD_INVALID"]);
    expect(refusal(() => alreadyTrueFromProto(99 as AlreadyTrue, "a"))).to.deep.equal(["a", "FIELD_INVALID"]);
    expect(() => sessionFromProto(99 as AlertSession, "s")).to.throw("s: must be REGULAR, EXTENDED or ANY");
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
