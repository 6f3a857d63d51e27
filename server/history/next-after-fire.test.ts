import { expect } from "chai";
import { above, EXAMPLE_START_MS, exampleAlert, outside } from "../../test/examples.ts";
import type { Alert, AlertState } from "../../domain/alert.ts";
import { INITIAL_STATE } from "../../domain/judging/state-change.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { nextChangesOf } from "./next-changes.ts";

const FIRED: AlertState = {
  ...INITIAL_STATE,
  name: "TRIGGERED",
  fireCount: 1,
  owesBack: true,
  remindSinceSeenMs: MINUTE_MS,
};
const DISARMED: AlertState = { ...FIRED, name: "DISARMED" };
const BACK: Partial<Alert> = { tellsWhenBack: true };
const REMINDING: Partial<Alert> = { remindEveryMs: 4 * HOUR_MS };

describe("nextChangesOf() of an alert that fired", () => {
  const cases: readonly (readonly [string, Alert, AlertState, number, readonly string[]])[] = [
    ["has nothing to tell unless asked to", exampleAlert(above(100)), FIRED, 101, []],
    [
      "tells that it is back",
      exampleAlert(above(100), BACK),
      FIRED,
      101,
      ["tell 99.5: tells that it is back at a close at or below 99.50"],
    ],
    [
      "tells it after a while",
      exampleAlert(above(100), { ...BACK, rearmForMs: 10 * MINUTE_MS }),
      { ...FIRED, sinceSeenMs: MINUTE_MS },
      99,
      [
        "tell: tells that it is back after 8m more of market time, if it stays so",
        "reset 99.5: begins anew beyond 99.50",
      ],
    ],
    [
      "tells where it begins to count, and that any price may show it",
      exampleAlert(above(100), { ...BACK, rearmForMs: 10 * MINUTE_MS }),
      FIRED,
      101,
      ["count 99.5: must be back at or below 99.50 for 10m to be told"],
    ],
    [
      "is back already",
      exampleAlert(above(100), BACK),
      FIRED,
      99,
      ["tell: tells that it is back at the next price that is still back"],
    ],
    [
      "reminds, while it holds",
      exampleAlert(above(100), REMINDING),
      FIRED,
      101,
      ["remind: reminds after 3h58m more of market time, if it stays so", "reset 100: no more reminders beyond 100.00"],
    ],
    [
      "is no longer true already",
      exampleAlert(above(100), REMINDING),
      FIRED,
      99.9,
      ["reset: the next price shows whether it still holds; if not, no reminder comes"],
    ],
    [
      "arms and tells so, and reminds until then",
      exampleAlert(outside(90, 100), { ...BACK, ...REMINDING, repeat: "every" }),
      { ...DISARMED, edge: "upper" },
      101,
      [
        "arm 99.5: arms and tells so at a close at or below 99.50",
        "remind: reminds after 3h58m more of market time, if it stays so",
        "reset 100: no more reminders beyond 100.00",
      ],
    ],
    [
      "has nothing more to tell from its end on",
      exampleAlert(above(100), { ...BACK, expireTimeMs: EXAMPLE_START_MS }),
      FIRED,
      101,
      [
        "tell 99.5: tells that it is back at a close at or below 99.50",
        `expire ${EXAMPLE_START_MS}: has nothing more to tell at the first price from 2026-01-05 14:30 UTC on`,
      ],
    ],
  ];
  for (const [sentence, alert, state, close, told] of cases) {
    it(sentence, () => {
      const changes = nextChangesOf(alert, state, { close, seenMs: 3 * MINUTE_MS });
      const texts = changes.map(({ effect, level, timeMs, detail }) => {
        const at = level ?? timeMs;
        return `${effect}${at === null ? "" : ` ${at}`}: ${detail}`;
      });
      expect(texts).to.deep.equal(told);
    });
  }
});
