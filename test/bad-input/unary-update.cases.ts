import type { AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { AlertServiceService as alerts } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import type { UnaryCall } from "./unary-world.ts";

const above = (level: number) => ({ kind: { $case: "above", value: { level } } }) as const;

const MASKS: Readonly<Record<string, string[]>> = {
  "a mask of everything": ["*"],
  "a mask with the owner": ["note", "user_id"],
  "a mask with the id": ["id"],
  "a mask with the state": ["state"],
  "a mask with the symbol": ["symbol"],
  "a mask with another spelling": ["bandPercent"],
  "a mask with the symbols": ["symbols"],
  "a mask with the end of a pause": ["pause_until_time"],
  "a mask with the states": ["symbol_states"],
  "a mask with the other spelling of expiry": ["expireTime"],
  "a mask with a field within": ["condition.above.level"],
  "a mask with the prototype": ["__proto__"],
  "an empty mask": [],
  "a mask of an empty name": [""],
};

/** Changes of an alert that cannot be made. */
export const UPDATE_CASES: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    MASKS,
    (mask): UnaryCall =>
      (world) =>
        world.update({ note: "mine" }, mask),
    invalid("UPDATE_MASK", "update_mask"),
  ),
  {
    name: "an update without a mask",
    given: (world) => world.update({ note: "mine" }, undefined),
    ...invalid("UPDATE_MASK", "update_mask"),
  },
  {
    name: "an update of no alert",
    given: (world) => world.ask(alerts.updateAlert, { alert: undefined, updateMask: ["note"], text: "" }),
    ...invalid("FIELD_REQUIRED", "alert.id"),
  },
  {
    name: "an update with every value wrong",
    given: (world) =>
      world.update(
        { condition: above(0), bandPercent: "x", note: "\n", repeat: 7 as Repeat, alreadyTrue: 7 as AlreadyTrue },
        ["condition", "band_percent", "note", "repeat", "already_true"],
      ),
    ...invalid(
      "PRICE_RANGE",
      "alert.condition.above.level",
      "alert.band_percent",
      "alert.note",
      "alert.repeat",
      "alert.already_true",
    ),
  },
  {
    name: "an update of the condition to none",
    given: (world) => world.update({}, ["condition"]),
    ...invalid("FIELD_REQUIRED", "alert.condition"),
  },
  {
    name: "an update by text and by condition",
    given: (world) => world.update({ condition: above(1) }, ["condition"], "above 2"),
    ...invalid("FIELD_INVALID", "text"),
  },
  {
    name: "an update to another symbol's condition",
    given: (world) => world.update({}, [], "MSFT above 2"),
    ...invalid("CONDITION_SYNTAX", "text"),
  },
  {
    name: "an update with a stale etag",
    given: (world) => world.update({ note: "late", etag: '"0"' }, ["note"]),
    code: "ABORTED",
    reason: "ETAG_STALE",
    says: ["Read it again"],
  },
  {
    name: "an update with an etag that never was one",
    given: (world) => world.update({ note: "late", etag: "'; --" }, ["note"]),
    code: "ABORTED",
    reason: "ETAG_STALE",
  },
  {
    name: "an update of another user's alert",
    given: (world) => world.update({ id: world.bobsAlert.id, note: "mine" }, ["note"]),
    code: "NOT_FOUND",
    reason: "ALERT_NOT_FOUND",
  },
  {
    name: "a deletion with a stale etag",
    given: (world) => world.ask(alerts.deleteAlert, { id: world.alert.id, etag: '"99"' }),
    code: "ABORTED",
    reason: "ETAG_STALE",
  },
];
