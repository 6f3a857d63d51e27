import { readFileSync, statSync } from "node:fs";
import { COMMON_PASSWORDS } from "../../domain/common-passwords.ts";
import { parseEmailAddress } from "../../domain/email-address.ts";
import { AppError } from "../../domain/error.ts";
import { checkPassword } from "../../domain/password.ts";
import { openMode } from "../../runtime/config/open-mode.ts";
import type { Terminal } from "../terminal.ts";

export interface PasswordOptions {
  readonly passwordFile?: string;
}

/** Where a password comes from; `option` is what names its file, `--password-file` unless told. */
export interface PasswordSource extends PasswordOptions {
  readonly option?: string;
}

/**
 * A new password for an address; null when only the server knows which. A person types it twice, and is told what is wrong with the address before the first time, with the
 * password before the second; of a file or the input the server tells everything at once. Throws AppError INVALID_ARGUMENT, CANCELLED.
 */
export async function readNewPassword(
  terminal: Terminal,
  options: PasswordSource,
  email: string | null,
): Promise<string> {
  if (options.passwordFile !== undefined || !terminal.isInteractive) return readPassword(terminal, options);
  const address = email === null ? "" : parseEmailAddress(email);
  const password = await readPassword(terminal, options, "Choose a password (8 characters or more): ");
  checkPassword(password, { email: address, common: COMMON_PASSWORDS });
  if ((await terminal.askHidden("Once more: ")) !== password) {
    throw AppError.invalidField("password", "FIELD_INVALID", "the two are not the same", "type the command again");
  }
  return password;
}

/** A password from the file, the person, or the input; one line break at its end is not part of it. */
export async function readPassword(
  terminal: Terminal,
  { passwordFile, option = "--password-file" }: PasswordSource,
  question = "Password: ",
): Promise<string> {
  const text =
    passwordFile === undefined ? await askOrRead(terminal, question) : readPasswordFile(passwordFile, option);
  const password = text.replace(/\r?\n$/, "");
  if (password !== "") return password;
  throw AppError.invalidField(
    "password",
    "FIELD_REQUIRED",
    "is empty",
    `type it, pipe it in, or name a file with ${option}`,
  );
}

function askOrRead(terminal: Terminal, question: string): Promise<string> {
  return terminal.isInteractive ? terminal.askHidden(question) : terminal.readInput();
}

/** A file is its owner's alone; a pipe in its place is nobody else's anyway. */
function readPasswordFile(path: string, option: string): string {
  const { text, open } = readWithMode(path, option);
  if (open === null) return text;
  const fault = `${path} is open to other users (mode ${open})`;
  throw AppError.invalidField(option, "FIELD_INVALID", fault, `chmod 600 ${path}`);
}

function readWithMode(path: string, option: string): { text: string; open: string | null } {
  try {
    const stat = statSync(path);
    return { text: readFileSync(path, "utf8"), open: stat.isFile() ? openMode(stat.mode) : null };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const fault = code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? message})`;
    throw AppError.invalidField(
      option,
      "FIELD_INVALID",
      `${path} ${fault}`,
      "name a file that holds the password alone",
    );
  }
}
