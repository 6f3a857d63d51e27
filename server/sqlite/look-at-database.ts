// What `bell doctor` may know of a database whose server does not answer. It is read without SQLite, which would write beside it, as the
// user who asks: the server could then not write there itself.
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { readDatabaseHead } from "./database-head.ts";
import { MIGRATIONS } from "./server-schema.ts";

/** What the first page of a database says. */
interface DatabaseFacts {
  /** Whether it is a database at all. */
  readonly isDatabase: boolean;
  /** How many migrations made it; 0: none of ours. Where a log waits beside it, it may be more by now. */
  readonly schema: number;
  /** The bytes that the file should have; null when its head does not say. */
  readonly wholeBytes: number | null;
}

/** What one look at the database's files found. */
export interface DatabaseLook {
  /** Bytes; null: there is no such file. */
  readonly bytes: number | null;
  /** Bytes of the write-ahead log; null: there is none. */
  readonly logBytes: number | null;
  readonly mode: number;
  readonly uid: number;
  /** Null where there is nothing to read. */
  readonly facts: DatabaseFacts | null;
  /** The system's word for why it cannot be read; null when it can, or is not there. */
  readonly trouble: string | null;
  /** So many migrations this version knows. */
  readonly knownSchema: number;
}

/** The places of numbers in the head (https://sqlite.org/fileformat.html). */
const HEAD_BYTES = 100;
const PAGE_BYTES_AT = 16;
const CHANGES_AT = 24;
const PAGES_AT = 28;
const SCHEMA_AT = 60;
const PAGES_VALID_FOR_AT = 92;
/** How the head spells a page of 65,536 bytes, which its two bytes cannot. */
const LARGEST_PAGE = 1;

/** Looks at the files of a server's database, whether or not it runs; changes nothing. Never throws. */
export function lookAtDatabase(file: string): DatabaseLook {
  const knownSchema = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql")).length;
  const nothing = { bytes: null, logBytes: null, mode: 0, uid: 0, facts: null, trouble: null, knownSchema };
  try {
    const logBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? null;
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return { ...nothing, logBytes };
    const known = { ...nothing, logBytes, bytes: found.size, mode: found.mode & 0o777, uid: found.uid };
    if (!found.isFile()) return { ...known, trouble: "it is no file" };
    return found.size === 0 ? known : { ...known, ...readFacts(file) };
  } catch (error) {
    return { ...nothing, trouble: codeOf(error) };
  }
}

function readFacts(file: string): Pick<DatabaseLook, "facts" | "trouble"> {
  try {
    const { isDatabase } = readDatabaseHead(file);
    return {
      facts: { isDatabase, ...(isDatabase ? numbersIn(file) : { schema: 0, wholeBytes: null }) },
      trouble: null,
    };
  } catch (error) {
    return { facts: null, trouble: codeOf(error) };
  }
}

function numbersIn(file: string): Pick<DatabaseFacts, "schema" | "wholeBytes"> {
  const descriptor = openSync(file, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    readSync(descriptor, head);
    const pageBytes = head.readUInt16BE(PAGE_BYTES_AT);
    const isCounted = head.readUInt32BE(CHANGES_AT) === head.readUInt32BE(PAGES_VALID_FOR_AT);
    const wholeBytes = head.readUInt32BE(PAGES_AT) * (pageBytes === LARGEST_PAGE ? 65_536 : pageBytes);
    return { schema: head.readUInt32BE(SCHEMA_AT), wholeBytes: isCounted ? wholeBytes : null };
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
