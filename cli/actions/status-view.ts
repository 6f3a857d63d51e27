import type { AppError } from "../../domain/error.ts";
import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import type { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";

/** A certificate in this machine's folder; `expireTimeMs` null: it cannot be read. */
export interface LocalCertificate {
  readonly file: string;
  readonly name: string;
  readonly expireTimeMs: TimeMs | null;
}

/** The spool in this machine's data folder. */
export type LocalSpool =
  | { readonly file: string; readonly count: number; readonly oldestFetchTimeMs: TimeMs | null }
  | { readonly trouble: string }
  /** There is none. */
  | null;

/** What the server said of itself, or why it said nothing. */
type StatusAnswer =
  | { readonly status: SystemStatus; readonly tookMs: number }
  | { readonly failure: AppError; readonly portAnswers: boolean; readonly spool: LocalSpool };

/** Everything that `bell status` shows. */
export interface StatusView {
  /** host:port */
  readonly server: string;
  /** This machine's clock. */
  readonly now: TimeMs;
  readonly answer: StatusAnswer;
  /** The folder of the certificates. */
  readonly folder: string;
  readonly certificates: readonly LocalCertificate[];
  /** What is wrong with the folder's list of revoked certificates, as a sentence; null or absent when nothing is. */
  readonly revocationFault?: string | null;
  /** The address of whoever asks, if nothing is mailed there any more; null or absent when it takes mail, or nobody is logged in. */
  readonly refusedAddress?: string | null;
  /** The newest prices of what is fetched; absent while nobody tells. */
  readonly prices?: readonly Quote[];
}

/** Something that somebody should mend, and how. */
export interface StatusProblem {
  readonly message: string;
  readonly mend: string;
}

/** Milliseconds from a moment of the server's clock until `to`, which is the server's too. */
export function sinceMs(from: Date | undefined, to: Date | undefined): number {
  return from === undefined || to === undefined ? 0 : to.getTime() - from.getTime();
}

/** So long after its start a server may still be without the others: they start after it, or come back to it. */
const STARTING_MS = 15 * SECOND_MS;

/** Whether it is too early to miss anybody. */
export function isStarting({ serverStartTime, serverTime }: SystemStatus): boolean {
  return serverStartTime !== undefined && sinceMs(serverStartTime, serverTime) < STARTING_MS;
}

/** `main` of `spiffe://tickerbell/fetcher/main`. */
export function nameOf(uri: string | undefined): string {
  return uri?.split("/").at(-1) ?? "?";
}

/** `fetcher` of `spiffe://tickerbell/fetcher/main`. */
export function roleOf(uri: string | undefined): string {
  return uri?.split("/").at(-2) ?? "?";
}
