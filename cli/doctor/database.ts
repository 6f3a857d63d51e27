import { StoreState, type StoreStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { openMode } from "../../runtime/config/open-mode.ts";
import { LITTLE_SPACE_BYTES } from "../../domain/system-trouble.ts";
import { renderSize } from "../render/size.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";
import type { DataFolderLook } from "./look-at-data-folder.ts";
import type { DatabaseLook } from "../../server/main.ts";

const NAME = "database";
const FOLDER = "data folder";
const RESTORE = "end the server, put a backup in its place: ./bell restore FILE, and start it again";
/** Four times the length at which the server cuts its log: something reads in it for long. */
const LONG_LOG_BYTES = 256_000_000;
/** Less is no room for anything. */
const NO_SPACE_BYTES = 1_000_000;

/** The database as its server sees it. */
export function judgeStore(store: StoreStatus | undefined): Finding[] {
  if (store === undefined) return [];
  const { state, detail, sizeBytes, logBytes, freeBytes, isFreeUnknown } = store;
  const why = detail === "" ? "" : `: ${detail}`;
  if (state === StoreState.DAMAGED) return [fail(NAME, `it is damaged${why}`, RESTORE)];
  if (state === StoreState.READ_ONLY) {
    const mend = "free some space on its disk, or end whatever holds its file; it goes on by itself";
    return [fail(NAME, `it takes no writes${why}`, mend)];
  }
  if (!isFreeUnknown && freeBytes < LITTLE_SPACE_BYTES) return [littleSpace(NAME, freeBytes)];
  const sizes = `${renderSize(sizeBytes)} and ${renderSize(logBytes)} log`;
  if (logBytes > LONG_LOG_BYTES) {
    return [
      warn(NAME, `its log has grown long: ${sizes}`, "end whatever reads it for long, such as a sqlite3 or a backup"),
    ];
  }
  return [ok(NAME, `ready, ${sizes}, ${isFreeUnknown ? "free space not known" : `${renderSize(freeBytes)} free`}`)];
}

/** The folder of a server that does not answer. */
export function judgeDataFolder({ folder, state, freeBytes, trouble }: DataFolderLook): Finding {
  const mend = "give it to the user that the server runs as, or name another: BELL_DATA_DIR";
  if (state === "unwritable") return fail(FOLDER, `${folder} cannot be written to (${trouble})`, mend);
  if (state === "unmakeable") return fail(FOLDER, `${folder} is not there and cannot be made (${trouble})`, mend);
  if (freeBytes !== null && freeBytes < LITTLE_SPACE_BYTES) return littleSpace(FOLDER, freeBytes);
  const free = freeBytes === null ? "free space not known" : `${renderSize(freeBytes)} free`;
  return ok(FOLDER, state === "absent" ? `${folder} is made by the first start, ${free}` : `${folder}, ${free}`);
}

/** The database's files, when its server does not answer; `uid` is ours, null where the system knows none. */
export function judgeDatabase(file: string, look: DatabaseLook, uid: number | null): Finding {
  const { bytes, logBytes, trouble, mode } = look;
  if (trouble !== null) return fail(NAME, `${file} cannot be read (${trouble})`, mendOfOwner(look, uid));
  if (bytes === null || bytes === 0) return judgeAbsence(file, logBytes ?? 0);
  const fault = judgeFacts(file, bytes, look);
  if (fault !== null) return fault;
  const open = openMode(mode);
  if (open !== null) return warn(NAME, `${file} is open to other users (mode ${open})`, `chmod 600 ${file}`);
  if (isAnothers(look, uid)) return warn(NAME, `${file} is user ${look.uid}'s, not yours`, mendOfOwner(look, uid));
  return ok(NAME, `${file}, ${renderSize(bytes)} and ${renderSize(logBytes ?? 0)} log`);
}

/** Whether it is a whole database of ours, as far as its first page tells; null when it is. */
function judgeFacts(file: string, bytes: number, { facts, logBytes, knownSchema }: DatabaseLook): Finding | null {
  if (facts?.isDatabase !== true) return fail(NAME, `${file} is no database`, RESTORE);
  const { schema, wholeBytes } = facts;
  if (schema === 0) return fail(NAME, `${file} is no database of Tickerbell's`, "move it away, or set BELL_DATA_DIR");
  if (schema > knownSchema) {
    const message = `${file} has schema ${schema}; this version of Tickerbell knows ${knownSchema}`;
    const mend = "run the newer version that wrote it, or ./bell restore a backup from before the upgrade";
    return fail(NAME, message, mend);
  }
  const mayBeInLog = logBytes !== null && logBytes > 0;
  if (mayBeInLog || bytes >= (wholeBytes ?? 0)) return null;
  return fail(NAME, `${file} is cut off: ${bytes} of ${wholeBytes ?? 0} bytes are there`, RESTORE);
}

/** A log without its database is what is left of one. */
function judgeAbsence(file: string, logBytes: number): Finding {
  if (logBytes === 0) return ok(NAME, `none yet; the server makes it: ${file}`);
  const mend = `put it back, or a backup: ./bell restore FILE. To begin an empty one, remove ${file}-wal`;
  return fail(NAME, `${file} is gone; only its log is there`, mend);
}

function littleSpace(name: string, freeBytes: number): Finding {
  const isFull = freeBytes < NO_SPACE_BYTES;
  const message = `its disk is ${isFull ? "full" : "nearly full"}: ${renderSize(freeBytes)} left`;
  return isFull ? fail(name, message, "free some space there") : warn(name, message, "free some space there");
}

function mendOfOwner(look: DatabaseLook, uid: number | null): string {
  return isAnothers(look, uid)
    ? `run as its owner: sudo -u '#${look.uid}' ./bell doctor`
    : "look at its owner and mode: ls -l";
}

/** Everything is the root's. */
function isAnothers(look: DatabaseLook, uid: number | null): boolean {
  return look.bytes !== null && uid !== null && uid !== 0 && look.uid !== uid;
}
