import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of recorded market data: `RECORDINGS_DIR`, else `../shared/data` beside the checkout; null if there is none. */
export function recordingsDir(): string | null {
  const folder = process.env["RECORDINGS_DIR"] ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
  return existsSync(folder) ? folder : null;
}
