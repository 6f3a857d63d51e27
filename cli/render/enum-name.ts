/** The name of a generated enum's value, for people and filters; `?` for one that a newer server made up. */
export function enumName(values: Readonly<Record<string, number>>, value: number): string {
  const found = Object.entries(values).find(([name, number]) => number === value && name !== "UNRECOGNIZED");
  return found?.[0] ?? "?";
}
