import { readFileSync, statSync } from "node:fs";
import type { AppError } from "../domain/error.ts";
import { configError } from "../runtime/config/read-settings.ts";

const FIELD = "BELL_SMTP_PASSWORD_FILE";
const OPEN_TO_OTHERS = 0o077;

/** The password in a file: its one line, readable by its owner alone. Throws AppError CONFIG_INVALID that never shows what stands in it. */
export function readSmtpPassword(file: string): string {
  const { text, mode } = readWithMode(file);
  if ((mode & OPEN_TO_OTHERS) !== 0) {
    throw fault(`${file} is open to other users (mode 0${(mode & 0o777).toString(8)}): chmod 600 ${file}`);
  }
  const password = text.replace(/\r?\n$/, "");
  if (password === "") throw fault(`${file} is empty; it must hold the password in one line`);
  if (/[\r\n]/.test(password)) throw fault(`${file} has more than one line; it must hold the password alone`);
  return password;
}

function readWithMode(file: string): { text: string; mode: number } {
  try {
    return { text: readFileSync(file, "utf8"), mode: statSync(file).mode };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw fault(code === "ENOENT" ? `${file} does not exist` : `${file} cannot be read (${code})`);
  }
}

function fault(message: string): AppError {
  return configError([{ field: FIELD, reason: "CONFIG_INVALID", message }]);
}
