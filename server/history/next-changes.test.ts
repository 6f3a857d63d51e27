import { expect } from "chai";
import type { Alert, AlertState } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { INITIAL_STATE } from "../../domain/judging/state-change.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { above, below, crosses, EXAMPLE_START_MS, exampleAlert, inside, outside } from "../../test/examples.ts";
import { nextChangesOf } from "./next-changes.ts";

const FOR_MS = 10 * MINUTE_MS;

/** What is told of an alert whose last price was `close`. */
interface Case {
  readonly condition: Condition;
  readonly alert?: Partial<Alert>;
  readonly state?: Partial<AlertState>;
  readonly close: number | null;
  readonly told: readonly string[];
}

describe("nextChangesOf()", () => {
  const armed: readonly Case[] = [
    { condition: above(100), close: 99, told: ["fire 100: fires at or above 100.00"] },
    { condition: below(100), close: 101, told: ["fire 100: fires at or below 100.00"] },
    { condition: crosses(100), close: 101, told: ["fire 100: fires at or below 100.00"] },
    {
      condition: crosses(100, "up"),
      close: 101,
      told: ["count 100: fires at 100.00 once the price has been on its other side"],
    },
    { condition: inside(90, 100), close: 101, told: ["fire 100: fires at a close at or below 100.00"] },
    {
      condition: outside(90, 100),
      close: 95,
      told: ["fire 90: fires at a close at or below 90.00", "fire 100: fires at a close at or above 100.00"],
    },
    {
      condition: above(100, FOR_MS),
      alert: { confirm: 2 },
      close: 99,
      told: ["count 100: must hold for 10m and at 2 prices in a row from a close at or above 100.00 on"],
    },
    {
      condition: above(100),
      state: { awaitsBaseline: true },
      close: null,
      told: ["count: the next price is where it starts from; it does not fire it"],
    },
    {
      condition: above(100),
      state: { firesIfTrue: true },
      close: 101,
      told: ["fire: fires at the next price if it still holds"],
    },
    {
      condition: above(100),
      alert: { expireTimeMs: EXAMPLE_START_MS },
      close: 99,
      told: [
        "fire 100: fires at or above 100.00",
        `expire ${EXAMPLE_START_MS}: expires at the first price from 2026-01-05 14:30 UTC on`,
      ],
    },
  ];
  const others: readonly Case[] = [
    {
      condition: above(100, FOR_MS),
      state: { name: "PENDING", sinceSeenMs: 0, confirmCount: 1 },
      close: 101,
      told: ["fire: fires after 7m more of market time, if it stays so", "reset 100: stops counting beyond 100.00"],
    },
    {
      condition: above(100, FOR_MS),
      alert: { confirm: 3 },
      state: { name: "PENDING", sinceSeenMs: 0, confirmCount: 2 },
      close: 101,
      told: ["fire: fires when it holds at 1 more price in a row and for 10m"],
    },
    {
      condition: above(100),
      state: { name: "DISARMED" },
      close: 101,
      told: ["arm 99.5: arms at a close at or below 99.50"],
    },
    {
      condition: above(100),
      alert: { rearmForMs: FOR_MS },
      state: { name: "DISARMED" },
      close: 101,
      told: ["count 99.5: must be back at or below 99.50 for 10m to arm"],
    },
    {
      condition: above(100),
      alert: { rearmForMs: FOR_MS },
      state: { name: "DISARMED", sinceSeenMs: 0 },
      close: 99,
      told: ["arm: arms after 7m more of market time, if it stays so", "reset 99.5: begins anew beyond 99.50"],
    },
    {
      condition: above(100),
      state: { name: "PAUSED", pausedUntilMs: EXAMPLE_START_MS },
      close: 99,
      told: [`resume ${EXAMPLE_START_MS}: is armed anew at the first price from 2026-01-05 14:30 UTC on`],
    },
    { condition: above(100), state: { name: "TRIGGERED" }, close: 101, told: [] },
  ];
  for (const { condition, alert = {}, state = {}, close, told } of [...armed, ...others]) {
    const stateNow: AlertState = { ...INITIAL_STATE, name: "ARMED", ...state };
    it(`${stateNow.name} at ${close ?? "no price"}: ${told.join("; ") || "nothing"}`, () => {
      const last = close === null ? null : { close, seenMs: 3 * MINUTE_MS };
      const changes = nextChangesOf(exampleAlert(condition, alert), stateNow, last);
      const texts = changes.map(({ effect, level, timeMs, detail }) => {
        const at = level ?? timeMs;
        return `${effect}${at === null ? "" : ` ${at}`}: ${detail}`;
      });
      expect(texts).to.deep.equal(told);
    });
  }
});
