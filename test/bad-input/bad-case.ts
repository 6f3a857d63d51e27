import type { ErrorCode, ErrorReason } from "../../domain/error.ts";

/** One bad input, and what must come of it: nothing is stored, nothing crashes, and whoever sent it hears this. */
export interface BadCase<Given> {
  /** Completes the sentence "refuses …". */
  readonly name: string;
  readonly given: Given;
  readonly code: ErrorCode;
  readonly reason: ErrorReason;
  /** The path of every bad field, in any order; checked where it is given. */
  readonly fields?: readonly string[];
  /** Words that the message or the hint must have. */
  readonly says?: readonly string[];
  /** Words that must not be told, to anybody: a secret, or what the person never typed. */
  readonly hides?: readonly string[];
}

/** Many inputs that are wrong in the same way; the names are those of `inputs`. */
export function badCases<Input, Given>(
  inputs: Readonly<Record<string, Input>>,
  give: (input: Input) => Given,
  expected: Omit<BadCase<Given>, "name" | "given">,
): BadCase<Given>[] {
  return Object.entries(inputs).map(([name, input]) => ({ name, given: give(input), ...expected }));
}

/** What an INVALID_ARGUMENT for these fields must be; `reason` is the first problem's. */
export function invalid(
  reason: ErrorReason,
  ...fields: string[]
): { readonly code: "INVALID_ARGUMENT"; readonly reason: ErrorReason; readonly fields: readonly string[] } {
  return { code: "INVALID_ARGUMENT", reason, fields };
}
