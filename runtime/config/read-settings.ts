import { AppError, type FieldProblem } from "../../domain/error.ts";
import { settings, type Setting, type SettingName, type SettingValue } from "./settings.ts";

const TRUST_ALL = "NODE_TLS_REJECT_UNAUTHORIZED";

/** The variables a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The values of the named settings. Every mistake is told at once: a value that cannot be read, and any `BELL_…` variable
 * that nobody knows, which is a typing mistake more often than not. So is Node's switch that turns checking certificates off. Throws AppError CONFIG_INVALID.
 */
export function readSettings<const Name extends SettingName>(
  environment: Environment,
  names: readonly Name[],
): { readonly [Key in Name]: SettingValue<Key> } {
  const problems = [...unknownVariables(environment), ...dangerousVariables(environment)];
  const values: Partial<Record<Name, unknown>> = {};
  for (const name of names) {
    const { fallback, schema }: Setting<unknown> = settings[name];
    const text = environment[name] === undefined || environment[name] === "" ? fallback : environment[name];
    const result = text === null ? { success: true as const, data: null } : schema.safeParse(text);
    if (result.success) values[name] = result.data;
    else problems.push(problem(name, result.error.issues.map((issue) => issue.message).join("; ")));
  }
  if (problems.length > 0) throw configError(problems);
  return Object.freeze(values) as { readonly [Key in Name]: SettingValue<Key> };
}

/** The error for settings that are well written each but do not fit together. */
export function configError(problems: readonly FieldProblem[]): AppError {
  const lines = problems.map(({ field, message }) => `${field}: ${message}`);
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", lines.join("\n"), {
    fields: problems,
    hint: "docs/configuration.md describes every setting",
  });
}

function unknownVariables(environment: Environment): FieldProblem[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("BELL_") && !(name in settings))
    .map((name) => problem(name, `is not a setting${nearest(name)}`));
}

/** Node's own switch that makes every TLS connection believe every certificate: Alpha Vantage's, the mail server's. */
function dangerousVariables(environment: Environment): FieldProblem[] {
  const message =
    "makes Node believe every certificate; unset it, and name a missing authority with NODE_EXTRA_CA_CERTS";
  return environment[TRUST_ALL] === "0" ? [problem(TRUST_ALL, message)] : [];
}

function problem(field: string, message: string): FieldProblem {
  return { field, reason: "CONFIG_INVALID", message };
}

/** Every setting begins with BELL_, so that all are somewhat alike. */
const LIKE_ENOUGH = 0.7;

/** A question that names the setting that is most like this one; nothing where none is. */
function nearest(name: string): string {
  const known = Object.keys(settings).map((setting) => ({ setting, likeness: sharedPairs(setting, name) }));
  const best = known.reduce((nearer, other) => (other.likeness > nearer.likeness ? other : nearer));
  return best.likeness < LIKE_ENOUGH ? "" : `; did you mean ${best.setting}?`;
}

/** How much alike two names are: the share of letter pairs they have in common (Dice). */
function sharedPairs(a: string, b: string): number {
  const pairs = (text: string) => Array.from({ length: text.length - 1 }, (_, at) => text.slice(at, at + 2));
  const others = pairs(b);
  const common = pairs(a).filter((pair) => others.includes(pair)).length;
  return (2 * common) / (a.length + b.length - 2);
}
