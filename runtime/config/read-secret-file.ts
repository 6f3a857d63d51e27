import { readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { AppError } from "../../domain/error.ts";
import { openMode } from "./open-mode.ts";
import { configError } from "./read-settings.ts";

/**
 * The one line of a file that is its owner's alone, without its line break. `setting` names the file, `secret` what it holds
 * ("the key"). Throws AppError CONFIG_INVALID that names the file and never what stands in it.
 */
export function readSecretFile(setting: string, file: string, secret: string): string {
  const { text, mode } = readWithMode(setting, file, secret);
  const open = openMode(mode);
  if (open !== null) throw secretFault(setting, `${file} is open to other users (mode ${open}): chmod 600 ${file}`);
  if (text.trim() === "") throw secretFault(setting, `${file} is empty; it must hold ${secret} in one line`);
  const line = text.replace(/(\r?\n)+$/, "");
  if (!/[\r\n]/.test(line)) return line;
  throw secretFault(setting, `${file} has more than one line; it must hold ${secret} alone`);
}

/** The error for a secret that cannot be used. */
export function secretFault(setting: string, message: string): AppError {
  return configError([{ field: setting, reason: "CONFIG_INVALID", message }]);
}

function readWithMode(setting: string, file: string, secret: string): { text: string; mode: number } {
  try {
    return { text: readFileSync(file, "utf8"), mode: statSync(file).mode };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code !== "ENOENT") throw secretFault(setting, `${file} cannot be read (${code})`);
    if (!mayBeSecret(file)) throw secretFault(setting, `${file} does not exist`);
    throw secretFault(setting, `names no file; if this is ${secret} itself, write it into a file and name that here`);
  }
}

/** A bare word of some length that is no file here may be the secret, put in its file's place: it is not told on. */
function mayBeSecret(file: string): boolean {
  return dirname(file) === process.cwd() && /^[^.]{8,}$/.test(basename(file));
}
