import { randomBytes } from "node:crypto";
import { link, open, rename, unlink } from "node:fs/promises";

export const KEY_MODE = 0o600;
export const CERTIFICATE_MODE = 0o644;

/** Puts `text` in force at `path` in one step: readers see the old file or the new one, never a part. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  await rename(await writeBeside(path, text, mode), path);
}

/** The same, but only if nothing is at `path` yet; false if something was. Of two runs at once, one is first. */
export async function createFile(path: string, text: string, mode: number): Promise<boolean> {
  const draft = await writeBeside(path, text, mode);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function writeBeside(path: string, text: string, mode: number): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(draft, "wx", mode);
  try {
    await file.writeFile(text);
    await file.chmod(mode);
    await file.sync();
    return draft;
  } catch (error) {
    await unlink(draft);
    throw error;
  } finally {
    await file.close();
  }
}
