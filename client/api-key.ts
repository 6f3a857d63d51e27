import { readFileSync, statSync } from "node:fs";
import { configError } from "../runtime/config/read-settings.ts";

const FIELD = "BELL_ALPHA_VANTAGE_API_KEY_FILE";
const OPEN_TO_OTHERS = 0o077;

/**
 * The key in a file: one line, readable by its owner alone. Throws AppError CONFIG_INVALID that names the file and never what
 * stands in it.
 */
export function readApiKey(file: string): string {
  const { text, mode } = readWithMode(file);
  if ((mode & OPEN_TO_OTHERS) !== 0) {
    throw fault(`${file} is open to other users (mode 0${(mode & 0o777).toString(8)}): chmod 600 ${file}`);
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const [key, ...others] = lines.filter((line) => line !== "");
  if (key === undefined) throw fault(`${file} is empty; it must hold the key in one line`);
  if (others.length > 0) throw fault(`${file} has more than one line; it must hold the key alone`);
  if (!/^[\x21-\x7e]+$/.test(key)) throw fault(`${file} holds blanks or other characters that no key has`);
  return key;
}

function readWithMode(file: string): { text: string; mode: number } {
  try {
    return { text: readFileSync(file, "utf8"), mode: statSync(file).mode };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw fault(code === "ENOENT" ? `${file} does not exist` : `${file} cannot be read (${code})`);
  }
}

function fault(message: string) {
  return configError([{ field: FIELD, reason: "CONFIG_INVALID", message }]);
}
