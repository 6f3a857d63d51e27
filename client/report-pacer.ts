import { SECOND_MS } from "../domain/time.ts";
import type { FetcherReport } from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";

/** Reports do not follow each other faster. */
export const REPORT_EVERY_MS = SECOND_MS;

/** For one stream: the report at its beginning, then when it has changed, at most once a second. */
export class ReportPacer {
  readonly #report: () => FetcherReport;
  readonly #clock: Clock;
  #lookedAt = -Infinity;
  #last = "";

  constructor(report: () => FetcherReport, clock: Clock) {
    this.#report = report;
    this.#clock = clock;
  }

  /** The report to send now; null when none is due. */
  next(): FetcherReport | null {
    const now = this.#clock.monotonic();
    if (now - this.#lookedAt < REPORT_EVERY_MS) return null;
    this.#lookedAt = now;
    const report = this.#report();
    const text = JSON.stringify(report);
    if (text === this.#last) return null;
    this.#last = text;
    return report;
  }
}
