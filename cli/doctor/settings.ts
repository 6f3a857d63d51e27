import { statSync } from "node:fs";
import type { FieldProblem } from "../../domain/error.ts";
import { deriveSetting } from "../../runtime/config/derive-setting.ts";
import { openMode } from "../../runtime/config/open-mode.ts";
import { readSecretFile } from "../../runtime/config/read-secret-file.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { settings } from "../../runtime/config/settings.ts";
import { renderCount } from "../render/count.ts";
import { settingProblems } from "../up/setting-problems.ts";
import { fail, ok, type Finding } from "./finding.ts";

const NAME = "settings";

/** Every mistake in the settings of every process, with the files of secrets that they name. What stands in a secret's file is told nobody. */
export function checkSettings(environment: Environment): Finding[] {
  const problems = [...settingProblems(environment), ...tokenProblems(environment)];
  if (problems.length > 0) return problems.map((problem) => settingFailure(problem, environment));
  const set = Object.keys(environment).filter((name) => name in settings && (environment[name] ?? "") !== "");
  return [ok(NAME, `${set.length === 0 ? "none" : renderCount(set.length, "BELL_ setting")} set, no mistake in them`)];
}

/** What a script would be told of its access token's file; no process reads it. */
function tokenProblems(environment: Environment): FieldProblem[] {
  const problems: FieldProblem[] = [];
  deriveSetting(problems, environment, ["BELL_ACCESS_TOKEN_FILE"], ({ BELL_ACCESS_TOKEN_FILE: file }) =>
    file === null ? null : readSecretFile("BELL_ACCESS_TOKEN_FILE", file, "the access token"),
  );
  return problems;
}

function settingFailure({ field, message }: FieldProblem, environment: Environment): Finding {
  return fail(NAME, `${field}: ${message}`, mendOf(field, environment[field] ?? ""));
}

function mendOf(field: string, value: string): string {
  if (!(field in settings)) return `unset ${field}`;
  if (field.endsWith("_FILE") && isOpenToOthers(value)) return `chmod 600 ${value}`;
  return `set ${field} as docs/configuration.md says, or unset it`;
}

function isOpenToOthers(file: string): boolean {
  try {
    return openMode(statSync(file).mode) !== null;
  } catch {
    return false;
  }
}
