import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { StoreHealth } from "../store.ts";
import type { StoreCondition } from "./store-condition.ts";

/** How the database at `file` does, and its sizes as the file system has them now. Never rejects: of a file that cannot be seen the size is 0. */
export async function storeHealth(condition: StoreCondition, file: string): Promise<StoreHealth> {
  const [sizeBytes, logBytes, freeBytes] = await Promise.all([sizeOf(file), sizeOf(`${file}-wal`), freeAt(file)]);
  const { state, detail, checkTimeMs } = condition;
  return { state, detail, sizeBytes, logBytes, freeBytes, checkTimeMs };
}

/** Bytes that are free to this process on the disk of `file`; null when the system does not say. */
export function freeAt(file: string): Promise<number | null> {
  return statfs(dirname(file)).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
}

/** Bytes of a file; 0 when there is none. */
export function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
