import { open, type FileHandle } from "node:fs/promises";
import { UsageError } from "../usage-error.ts";

/** Opens a file that is not there yet and is its owner's alone. Throws UsageError with the hint, saying why it cannot be written. */
export async function openNewFile(path: string, hint: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "EEXIST" ? "exists already; name another file" : `cannot be written (${code ?? message})`;
    throw new UsageError(`${path} ${why}`, hint);
  }
}
