import { AppError } from "../../domain/error.ts";

/** The wire's number of each name of a closed list; 0 is the contract's UNSPECIFIED and stands for none of them. */
export type Choices<Name extends string, Value extends number> = Readonly<Record<Name, Value>>;

export function choiceToProto<Name extends string, Value extends number>(
  choices: Choices<Name, Value>,
  name: Name,
): Value {
  return choices[name];
}

/** The name of a choice; 0 is `usual`, or refused where there is none. Throws INVALID_ARGUMENT FIELD_INVALID that names them all. */
export function choiceFromProto<Name extends string>(
  choices: Choices<Name, number>,
  usual: Name | null,
  value: number,
  field: string,
): Name {
  if (value === 0 && usual !== null) return usual;
  const names = Object.keys(choices) as Name[];
  const found = names.find((name) => choices[name] === value);
  if (found !== undefined) return found;
  const [last = "", ...others] = names.map((name) => name.toUpperCase()).reverse();
  throw AppError.invalidField(field, "FIELD_INVALID", `must be ${others.reverse().join(", ")} or ${last}`);
}
