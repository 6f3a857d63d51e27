import type { FieldProblem } from "../../domain/error.ts";
import { collectProblems } from "./collect-problems.ts";
import { readSettings, type Environment } from "./read-settings.ts";
import type { SettingName, SettingValue } from "./settings.ts";

/** The values of some settings, by their names. */
export type SettingValues<Name extends SettingName> = { readonly [Key in Name]: SettingValue<Key> };

/**
 * What `make` makes of these settings alone, so that a mistake elsewhere does not hide one here; undefined if one of them cannot be
 * read, which is told where all of them are read, or if `make` threw an AppError, whose problems are added.
 */
export function deriveSetting<const Name extends SettingName, Value>(
  problems: FieldProblem[],
  environment: Environment,
  names: readonly Name[],
  make: (values: SettingValues<Name>) => Value,
): Value | undefined {
  const alone = Object.fromEntries(names.map((name) => [name, environment[name]]));
  const values = collectProblems([], () => readSettings(alone, names));
  return values === undefined ? undefined : collectProblems(problems, () => make(values));
}
