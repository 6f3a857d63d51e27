import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../random-history.ts";
import type { DiskRequest } from "./disk-trace.ts";

/** What a disk writes at once: of a longer write any part may be missing. */
const SECTOR = 512;

type Change = Extract<DiskRequest, { kind: "write" | "truncate" }>;

/** A file as it is for certain, and what was asked since and may be there or not. */
interface LossyFile {
  bytes: Buffer;
  pending: Change[];
}

/**
 * A disk whose power may go at any moment. What was synced is there; of every other write each sector is there or not, by
 * chance, and so is each change of a file's length.
 */
export class LossyDisk {
  readonly #files = new Map<string, LossyFile>();

  /** Begins with the files of a folder, which are all synced. */
  constructor(folder: string) {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      this.#files.set(file, { bytes: ownCopy(readFileSync(file)), pending: [] });
    }
  }

  /** Takes the next request. */
  take(request: DiskRequest): void {
    if (request.kind === "said") return;
    if (request.kind === "unlink") {
      this.#files.delete(request.file);
      return;
    }
    if (request.kind === "sync" && !this.#files.has(request.file)) return; // a folder
    const file = this.#file(request.file);
    if (request.kind === "sync") {
      for (const change of file.pending) file.bytes = applied(file.bytes, change);
      file.pending = [];
    } else {
      file.pending.push(request);
    }
  }

  /** How many changes wait for their sync. */
  get pendingCount(): number {
    return [...this.#files].reduce((sum, [path, { pending }]) => sum + (isScratch(path) ? 0 : pending.length), 0);
  }

  /** Writes what is left when the power goes now into a folder. */
  leave(folder: string, random: Random): void {
    for (const [path, { bytes, pending }] of this.#files) {
      let left = ownCopy(bytes); // what is synced stays as it is
      for (const change of pending) left = survived(left, change, random);
      writeFileSync(join(folder, path.slice(path.lastIndexOf("/") + 1)), left);
    }
  }

  #file(path: string): LossyFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file = { bytes: Buffer.alloc(0), pending: [] };
    this.#files.set(path, file);
    return file;
  }
}

/** The index of the log, which is made anew after a power loss, and the lock: neither is ever synced. */
function isScratch(path: string): boolean {
  return path.endsWith("-shm") || path.includes(".lock");
}

/** In place, where the length allows. */
function applied(bytes: Buffer, change: Change): Buffer {
  if (change.kind === "truncate") return resized(bytes, change.size);
  const end = change.at + change.bytes.length;
  const grown = end > bytes.length ? resized(bytes, end) : bytes;
  change.bytes.copy(grown, change.at);
  return grown;
}

/** What of an unsynced change is on the disk: the sectors that chance kept. */
function survived(bytes: Buffer, change: Change, random: Random): Buffer {
  if (change.kind === "truncate") return random(2) === 0 ? resized(bytes, change.size) : bytes;
  let kept = bytes;
  for (let from = 0; from < change.bytes.length;) {
    const to = Math.min(change.bytes.length, from + SECTOR - ((change.at + from) % SECTOR));
    const part = { ...change, at: change.at + from, bytes: change.bytes.subarray(from, to) };
    if (random(2) === 0) kept = applied(kept, part);
    from = to;
  }
  return kept;
}

/** Not of the pool that small buffers share, for it may grow in place. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.alloc(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Grows in place while there is room behind it: a log grows by small writes. */
function resized(bytes: Buffer, size: number): Buffer {
  if (size <= bytes.length) return bytes.subarray(0, size);
  const room = bytes.buffer.byteLength - bytes.byteOffset;
  if (size > room) {
    const result = Buffer.alloc(size * 2);
    bytes.copy(result);
    return result.subarray(0, size);
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, size).fill(0, bytes.length);
}
