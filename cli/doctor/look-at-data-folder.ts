import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** What one look at the data folder found. */
export interface DataFolderLook {
  readonly folder: string;
  /** `absent`: it is not there and can be made. */
  readonly state: "ready" | "absent" | "unwritable" | "unmakeable";
  /** Null when the system does not say. */
  readonly freeBytes: number | null;
  /** The system's word for why it cannot be written to; empty when it can. */
  readonly trouble: string;
}

/** Looks whether a folder can be written to, and changes nothing. Never throws. */
export function lookAtDataFolder(folder: string): DataFolderLook {
  const isThere = existsSync(folder);
  const nearest = isThere ? folder : nearestAbove(folder);
  const freeBytes = freeBytesOf(nearest);
  const trouble = writeTrouble(nearest);
  if (trouble === "") return { folder, state: isThere ? "ready" : "absent", freeBytes, trouble };
  return { folder, state: isThere ? "unwritable" : "unmakeable", freeBytes, trouble };
}

/** Why nothing can be written into a folder: the system's word; empty when it can. */
export function writeTrouble(folder: string): string {
  try {
    if (!statSync(folder).isDirectory()) return "ENOTDIR";
    accessSync(folder, constants.W_OK | constants.X_OK);
    return "";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** The folder that is there and in which this one would be made. */
export function nearestAbove(path: string): string {
  const above = dirname(path);
  return above === path || existsSync(above) ? above : nearestAbove(above);
}

function freeBytesOf(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
