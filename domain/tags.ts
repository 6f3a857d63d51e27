import { AppError, type FieldProblem } from "./error.ts";

const MAX_TAGS = 10;
const TAG = /^[a-z0-9_-]{1,32}$/;
const MAX_SHOWN_LENGTH = 40;
const HINT = "A tag is one word of a-z, 0-9, - and _, such as swing or tech-2026.";

/** The tags of an alert, in their order. Throws INVALID_ARGUMENT FIELD_INVALID naming each that is none, as `field[2]`. */
export function parseTags(tags: readonly string[], field: string): readonly string[] {
  if (tags.length > MAX_TAGS) {
    throw AppError.invalidField(field, "FIELD_INVALID", `${tags.length} tags are too many: ${MAX_TAGS} are the most`);
  }
  const problems = tags.flatMap((tag, index): FieldProblem[] => {
    const message = complaint(tag, tags.indexOf(tag) < index);
    return message === "" ? [] : [{ field: `${field}[${index}]`, reason: "FIELD_INVALID", message }];
  });
  if (problems.length > 0) throw AppError.invalid(problems, HINT);
  return [...tags];
}

function complaint(tag: string, isRepeated: boolean): string {
  if (isRepeated) return `"${tag.slice(0, MAX_SHOWN_LENGTH)}" is there twice`;
  if (TAG.test(tag)) return "";
  if (tag === "") return "must not be empty";
  const lower = tag
    .trim()
    .toLowerCase()
    .replace(/[\s.]+/g, "-");
  const offer = TAG.test(lower) ? `; did you mean "${lower}"?` : "";
  return `"${tag.slice(0, MAX_SHOWN_LENGTH)}" is not a tag of 1 to 32 letters a-z, digits, - and _${offer}`;
}
