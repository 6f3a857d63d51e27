import { AppError } from "../../domain/error.ts";

/** What a failure of SQLite means to whoever called. */
export function storeError(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") {
    return new AppError("DATA_LOSS", "STORE_CORRUPT", `the database ${file} is damaged: ${text}`, {
      hint: "Put a backup in its place.",
      cause: error,
    });
  }
  return new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", `the database ${file} cannot be used: ${text}`, {
    hint: "Check that its folder exists, can be written and has free space.",
    cause: error,
  });
}

/** SQLite's own name for what went wrong; empty for anything else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
