import { readFileSync } from "node:fs";
import { AppError } from "../../domain/error.ts";
import type { Terminal } from "../terminal.ts";

export interface PasswordOptions {
  readonly passwordFile?: string;
}

/** A new password, asked for twice when a person types it. Throws AppError INVALID_ARGUMENT, CANCELLED. */
export async function readNewPassword(terminal: Terminal, options: PasswordOptions): Promise<string> {
  const password = await readPassword(terminal, options, "Choose a password (8 characters or more): ");
  const typed = options.passwordFile === undefined && terminal.isInteractive;
  if (typed && (await terminal.askHidden("Once more: ")) !== password) {
    throw AppError.invalidField("password", "FIELD_INVALID", "the two are not the same", "type the command again");
  }
  return password;
}

/** A password from the file, the person, or the input; one line break at its end is not part of it. */
export async function readPassword(
  terminal: Terminal,
  { passwordFile }: PasswordOptions,
  question = "Password: ",
): Promise<string> {
  const text = passwordFile === undefined ? await askOrRead(terminal, question) : readPasswordFile(passwordFile);
  const password = text.replace(/\r?\n$/, "");
  if (password !== "") return password;
  throw AppError.invalidField(
    "password",
    "FIELD_REQUIRED",
    "is empty",
    "type it, pipe it in, or name a file with --password-file",
  );
}

function askOrRead(terminal: Terminal, question: string): Promise<string> {
  return terminal.isInteractive ? terminal.askHidden(question) : terminal.readInput();
}

function readPasswordFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const fault = code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? message})`;
    throw AppError.invalidField(
      "--password-file",
      "FIELD_INVALID",
      `${path} ${fault}`,
      "name a file that holds the password alone",
    );
  }
}
