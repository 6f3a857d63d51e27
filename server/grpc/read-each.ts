import { FieldProblems } from "../../domain/field-problems.ts";

/** Every value of a repeated field, read by `read`; throws AppError INVALID_ARGUMENT that names each bad one by its place: `ids[3]`. */
export function readEach<Value>(
  field: string,
  texts: readonly string[],
  read: (text: string, field: string) => Value,
): Value[] {
  const problems = new FieldProblems();
  const values: Value[] = [];
  texts.forEach((text, index) => {
    const path = `${field}[${index}]`;
    problems.read(path, undefined, () => void values.push(read(text, path)));
  });
  problems.check();
  return values;
}
