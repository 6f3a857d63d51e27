import type { BandCondition, Condition, CrossesCondition, LevelCondition } from "../../domain/condition.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { isPrice, parsePrice } from "../../domain/price.ts";
import {
  CrossDirection,
  type AboveCondition,
  type Condition as ConditionMessage,
  type CrossesCondition as CrossesMessage,
  type InsideCondition,
} from "../gen/tickerbell/v1/condition.ts";
import { choiceFromProto, choiceToProto, type Choices } from "./choice.ts";
import { minutesFromProto, minutesToProto } from "./duration.ts";

const DIRECTIONS: Choices<CrossesCondition["direction"], CrossDirection> = {
  up: CrossDirection.UP,
  down: CrossDirection.DOWN,
  either: CrossDirection.EITHER,
};

/** A condition for the wire. */
export function conditionToProto(condition: Condition): ConditionMessage {
  switch (condition.kind) {
    case "above":
    case "below": {
      const { kind, level, forMs } = condition;
      return { kind: { $case: kind, value: { level, forDuration: minutesToProto(forMs) } } };
    }
    case "inside":
    case "outside": {
      const { kind, lower, upper, forMs } = condition;
      return { kind: { $case: kind, value: { lower, upper, forDuration: minutesToProto(forMs) } } };
    }
    case "crosses": {
      const { level, direction } = condition;
      return { kind: { $case: "crosses", value: { level, direction: choiceToProto(DIRECTIONS, direction) } } };
    }
  }
}

/** A condition from the wire. `field` is its path, for the error: INVALID_ARGUMENT naming every bad field. */
export function conditionFromProto(message: ConditionMessage | undefined, field: string): Condition {
  const kind = message?.kind;
  switch (kind?.$case) {
    case "above":
    case "below":
      return levelConditionFrom(kind.$case, kind.value, `${field}.${kind.$case}`);
    case "inside":
    case "outside":
      return bandConditionFrom(kind.$case, kind.value, `${field}.${kind.$case}`);
    case "crosses":
      return crossesFrom(kind.value, `${field}.crosses`);
    case undefined:
      throw AppError.invalidField(
        field,
        "FIELD_REQUIRED",
        "must be one of above, below, crosses, inside, outside",
        "A newer client may know kinds that this server does not.",
      );
  }
}

function levelConditionFrom(
  kind: LevelCondition["kind"],
  { level, forDuration }: AboveCondition,
  field: string,
): LevelCondition {
  const problems = new FieldProblems();
  const condition = {
    kind,
    level: readLevel(problems, level, `${field}.level`),
    forMs: readFor(problems, forDuration, field),
  };
  problems.check();
  return condition;
}

function bandConditionFrom(
  kind: BandCondition["kind"],
  { lower, upper, forDuration }: InsideCondition,
  field: string,
): BandCondition {
  const problems = new FieldProblems();
  const condition = {
    kind,
    lower: readLevel(problems, lower, `${field}.lower`),
    upper: readLevel(problems, upper, `${field}.upper`),
    forMs: readFor(problems, forDuration, field),
  };
  if (isPrice(lower) && isPrice(upper) && condition.lower >= condition.upper) {
    problems.refuse({ field: `${field}.upper`, reason: "FIELD_INVALID", message: "must be greater than lower" });
  }
  problems.check();
  return condition;
}

function crossesFrom({ level, direction }: CrossesMessage, field: string): CrossesCondition {
  const problems = new FieldProblems();
  const condition = {
    kind: "crosses",
    direction: problems.read(`${field}.direction`, "either", () =>
      choiceFromProto(DIRECTIONS, null, direction, `${field}.direction`),
    ),
    level: readLevel(problems, level, `${field}.level`),
  } as const;
  problems.check();
  return condition;
}

/** As its shortest text is read: a level of more than 15 significant digits is a float that somebody calculated, and is rounded. */
function readLevel(problems: FieldProblems, level: number, field: string): number {
  return problems.read(field, level, () => {
    if (isPrice(level)) return parsePrice(String(level)).price;
    throw AppError.invalidField(field, "PRICE_RANGE", "must be a price from 1e-12 to below 1e12");
  });
}

function readFor(problems: FieldProblems, duration: AboveCondition["forDuration"], condition: string): number {
  const field = `${condition}.for_duration`;
  return problems.read(field, 0, () => minutesFromProto(duration, field));
}
