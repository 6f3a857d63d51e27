import type { Alert, AlertState, AlreadyTrue, Repeat } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { sentenceOf } from "../../domain/condition-sentence.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { isPrice } from "../../domain/price.ts";
import { currencyOf } from "../../domain/symbol.ts";
import type { TimeMs } from "../../domain/time.ts";
import * as messages from "../gen/tickerbell/v1/alert.ts";
import {
  CrossDirection,
  type Condition as ConditionMessage,
  type CrossesCondition,
} from "../gen/tickerbell/v1/condition.ts";

const directions = { up: CrossDirection.UP, down: CrossDirection.DOWN, either: CrossDirection.EITHER } as const;

/** An alert for the wire, with the sentence that every client shows. */
export function alertToProto(alert: Alert, state: AlertState, lastFireTimeMs: TimeMs | null): messages.Alert {
  return {
    id: alert.id,
    symbol: alert.symbol,
    condition: conditionToProto(alert.condition),
    repeat: alert.repeat === "once" ? messages.Repeat.ONCE : messages.Repeat.EVERY,
    alreadyTrue: alreadyTrueToProto(alert.alreadyTrue),
    bandPercent: alert.bandPercent,
    note: alert.note,
    state: messages.AlertState[state.name],
    awaitsBaseline: state.awaitsBaseline,
    sentence: sentenceOf(alert.symbol, alert.condition, alert.repeat, currencyOf(alert.symbol)),
    createTime: new Date(alert.createTimeMs),
    updateTime: new Date(alert.updateTimeMs),
    lastFireTime: lastFireTimeMs === null ? undefined : new Date(lastFireTimeMs),
    etag: etagOf(alert),
  };
}

/** Covers what the owner wrote: it changes with every edit and never with the state. */
export function etagOf(alert: Alert): string {
  return `"${alert.revision}"`;
}

/** A condition from the wire. `field` is its path, for the error: INVALID_ARGUMENT naming the field. */
export function conditionFromProto(message: ConditionMessage | undefined, field: string): Condition {
  const kind = message?.kind;
  switch (kind?.$case) {
    case "above":
    case "below":
      return { kind: kind.$case, level: levelFromProto(kind.value.level, `${field}.${kind.$case}.level`) };
    case "crosses":
      return crossesFromProto(kind.value, `${field}.crosses`);
    case undefined:
      throw AppError.invalidField(field, "FIELD_REQUIRED", "must be one of above, below, crosses");
  }
}

/** Absent is `once`. */
export function repeatFromProto(repeat: messages.Repeat, field: string): Repeat {
  if (repeat === messages.Repeat.UNSPECIFIED || repeat === messages.Repeat.ONCE) return "once";
  if (repeat === messages.Repeat.EVERY) return "every";
  throw AppError.invalidField(field, "FIELD_INVALID", "must be ONCE or EVERY");
}

/** Absent is `wait`. */
export function alreadyTrueFromProto(alreadyTrue: messages.AlreadyTrue, field: string): AlreadyTrue {
  if (alreadyTrue === messages.AlreadyTrue.UNSPECIFIED || alreadyTrue === messages.AlreadyTrue.WAIT) return "wait";
  if (alreadyTrue === messages.AlreadyTrue.FIRE) return "fire";
  if (alreadyTrue === messages.AlreadyTrue.REJECT) return "reject";
  throw AppError.invalidField(field, "FIELD_INVALID", "must be WAIT, FIRE or REJECT");
}

function alreadyTrueToProto(alreadyTrue: AlreadyTrue): messages.AlreadyTrue {
  return { wait: messages.AlreadyTrue.WAIT, fire: messages.AlreadyTrue.FIRE, reject: messages.AlreadyTrue.REJECT }[
    alreadyTrue
  ];
}

function conditionToProto(condition: Condition): ConditionMessage {
  const { level } = condition;
  switch (condition.kind) {
    case "above":
    case "below":
      return { kind: { $case: condition.kind, value: { level } } };
    case "crosses":
      return { kind: { $case: "crosses", value: { level, direction: directions[condition.direction] } } };
  }
}

function crossesFromProto({ level, direction }: CrossesCondition, field: string): Condition {
  const problems = new FieldProblems();
  const [levelField, directionField] = [`${field}.level`, `${field}.direction`];
  const condition = {
    kind: "crosses",
    direction: problems.read(directionField, "either", () => directionFromProto(direction, directionField)),
    level: problems.read(levelField, 1, () => levelFromProto(level, levelField)),
  } as const;
  problems.check();
  return condition;
}

function levelFromProto(level: number, field: string): number {
  if (isPrice(level)) return level;
  throw AppError.invalidField(field, "PRICE_RANGE", "must be a price from 1e-12 to below 1e12");
}

function directionFromProto(direction: CrossDirection, field: string): "up" | "down" | "either" {
  for (const [name, message] of Object.entries(directions)) {
    if (message === direction) return name as keyof typeof directions;
  }
  throw AppError.invalidField(field, "FIELD_INVALID", "must be UP, DOWN or EITHER");
}
