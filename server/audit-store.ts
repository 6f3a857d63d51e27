// The part of the port to the database that keeps the audit: what people and machines did, and what was refused to them.
import type { AuditAction } from "../domain/audit.ts";
import type { TimeMs } from "../domain/time.ts";
import type { Page } from "./page.ts";
import type { Slice } from "./retention-store.ts";

/** Something that is to be written down; the store adds the moment. Texts may be empty. */
export interface AuditNote {
  readonly action: AuditAction;
  /** Whose certificate it came with, as a URI; empty for what the server did by itself. */
  readonly peer: string;
  readonly actorId: string;
  /** Masked. */
  readonly actorEmail: string;
  /** What it was done to: an id, a symbol, a serial number. */
  readonly object: string;
  /** A network address. */
  readonly address: string;
  readonly detail: string;
  /** How often; more than once only what was refused. */
  readonly count: number;
}

export interface AuditEntry extends AuditNote {
  /** Its place: the later, the larger. */
  readonly number: number;
  readonly timeMs: TimeMs;
}

/** Entries of one user, as actor or object; of one action; from a moment on. Null: of all. */
export interface AuditQuery {
  readonly userId: string | null;
  readonly action: string | null;
  readonly sinceMs: TimeMs | null;
  /** Only those before this number. */
  readonly before: number | null;
  readonly limit: number;
}

export interface AuditStore {
  /** Writes entries, in this order; they are on disk when it resolves. There is no verb that changes one. */
  appendEntries(notes: readonly AuditNote[]): Promise<void>;
  /** Newest first. */
  listEntries(query: AuditQuery): Promise<Page<AuditEntry>>;
  /** One slice of the removal of entries that are over a year older than the newest one that is a day old. */
  removeExpiredEntries(): Promise<Slice>;
}
