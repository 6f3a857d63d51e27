import { createHash } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { AppError } from "../../domain/error.ts";
import {
  OperatorServiceService,
  type BackUpEnd,
  type BackUpResponse,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import type { Call } from "../call.ts";
import { UsageError } from "../usage-error.ts";
import { assertMayWrite } from "./assert-may-write.ts";

/** What `bell backup` takes besides the file. */
export interface BackupOptions {
  /** Whether an older backup of that name may be replaced. */
  readonly force?: boolean;
  /** Where the server of this environment has its database, which no backup replaces. */
  readonly dataFolder: string;
}

/** A backup as it was received. */
interface Received {
  readonly sizeBytes: number;
  readonly sha256: Buffer;
}

const HELP = "./bell backup --help";
/** What is being written is called so until all of it is there: a name that nobody else gives to a file. */
const PARTIAL = ".tickerbell-partial";

/**
 * `bell backup FILE`: the file is there when all of it is, or not at all. Throws UsageError for a file that may not be written,
 * AppError STORE_FULL without room for it, and what the server refuses with.
 */
export async function backUp({ api, output }: Call, name: string, options: BackupOptions): Promise<void> {
  const file = resolve(name);
  const target = { file, force: options.force ?? false, dataFolder: options.dataFolder };
  await assertMayWrite(target);
  const partial = file + PARTIAL;
  const parts: AsyncGenerator<BackUpResponse> = api.serverStream(OperatorServiceService.backUp, {}, "anybody");
  let received: Received;
  try {
    const first = await parts.next(); // the server lets one in at a time, so nobody else is writing this file
    received = await writeParts(partial, first, parts);
    await assertMayWrite(target);
    await rename(partial, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    throw told(error, file);
  } finally {
    await parts.return(undefined);
  }
  const sha256 = received.sha256.toString("hex");
  output.show({ file, sizeBytes: received.sizeBytes, sha256 }, () => summary(file, received.sizeBytes));
}

function summary(file: string, sizeBytes: number): string {
  return [
    `${file}: ${sizeBytes} bytes, checked.`,
    "It holds addresses and password hashes, and only you may read it.",
    "To go back to it, with the server stopped:",
    `  ./bell restore ${shellWord(file)}`,
  ].join("\n");
}

/** A path as a shell takes it. */
function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

async function writeParts(
  file: string,
  first: IteratorResult<BackUpResponse>,
  rest: AsyncGenerator<BackUpResponse>,
): Promise<Received> {
  await rm(file, { force: true }); // left by one that was cut off
  const handle = await open(file, "wx", 0o600);
  try {
    const received = await writeAll(handle, first, rest);
    await handle.sync();
    return received;
  } finally {
    await handle.close();
  }
}

async function writeAll(
  handle: FileHandle,
  first: IteratorResult<BackUpResponse>,
  rest: AsyncGenerator<BackUpResponse>,
): Promise<Received> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for (let next = first; next.done !== true; next = await rest.next()) {
    const { part } = next.value;
    if (part?.$case === "end") return checked({ sizeBytes, sha256: hash.digest() }, part.value);
    if (part === undefined) continue;
    hash.update(part.value);
    sizeBytes += part.value.length;
    await handle.writeFile(part.value); // goes on where the last one ended
  }
  throw broken("it ended before it was whole");
}

function checked(received: Received, end: BackUpEnd): Received {
  if (received.sizeBytes === end.sizeBytes && received.sha256.equals(end.sha256)) return received;
  throw broken("what came is not what was sent");
}

function broken(what: string): AppError {
  return new AppError("DATA_LOSS", "STORE_CORRUPT", `the backup is no good: ${what}`, {
    hint: "Nothing was kept of it; take it again.",
  });
}

/** The file's new name is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync();
  await handle.close();
}

function told(error: unknown, file: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (error instanceof AppError || typeof code !== "string" || code === "") return error;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") {
    return new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", `there is no room for the backup at ${dirname(file)}`, {
      hint: "Free space there, or name a file on another disk. Nothing was kept.",
      cause: error,
    });
  }
  return new UsageError(`${file} cannot be written: ${(error as Error).message}`, HELP);
}
