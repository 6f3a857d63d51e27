import type { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";

/** A certificate in this machine's folder; `expireTimeMs` null: it cannot be read. */
export interface LocalCertificate {
  readonly file: string;
  readonly name: string;
  readonly expireTimeMs: TimeMs | null;
}

/** What the server said of itself, or why it said nothing. */
export type ServerAnswer =
  | { readonly status: SystemStatus; readonly tookMs: number }
  | { readonly failure: AppError; readonly portAnswers: boolean };

/** Everything that `bell status` shows. */
export interface StatusView {
  /** host:port */
  readonly server: string;
  /** This machine's clock. */
  readonly now: TimeMs;
  readonly answer: ServerAnswer;
  /** The folder of the certificates. */
  readonly folder: string;
  readonly certificates: readonly LocalCertificate[];
}

/** Milliseconds from a moment of the server's clock until `to`, which is the server's too. */
export function sinceMs(from: Date | undefined, to: Date | undefined): number {
  return from === undefined || to === undefined ? 0 : to.getTime() - from.getTime();
}

/** `main` of `spiffe://tickerbell/fetcher/main`. */
export function nameOf(uri: string | undefined): string {
  return uri?.split("/").at(-1) ?? "?";
}

/** `fetcher` of `spiffe://tickerbell/fetcher/main`. */
export function roleOf(uri: string | undefined): string {
  return uri?.split("/").at(-2) ?? "?";
}
