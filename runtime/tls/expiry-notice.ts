import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../clock/clock.ts";
import type { Log } from "../log/log.ts";
import { renderDate } from "./render-date.ts";

/** A certificate's end is told so many days before, and once it has come. */
const NOTICE_DAYS = [30, 7, 1, 0] as const;
/** From then on it is an error. */
const URGENT_DAYS = 1;
/** So many certificates are remembered; a server that sees more tells of some twice. */
const REMEMBERED_MAX = 1_000;

/** A certificate whose end is looked out for. */
export interface EndingCertificate {
  /** Whose it is, for the log: a file or a URI. */
  readonly name: string;
  readonly serial: string;
  readonly notAfter: TimeMs;
}

/** Tells in the log that a certificate ends: once 30, 7 and 1 days before, and once when it has ended. */
export class ExpiryNotice {
  readonly #clock: Pick<Clock, "now">;
  readonly #log: Log;
  /** The last threshold that was told, by serial number. */
  readonly #told = new Map<string, number>();

  constructor(clock: Pick<Clock, "now">, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  look({ name, serial, notAfter }: EndingCertificate): void {
    const left = notAfter - this.#clock.now();
    if (left > NOTICE_DAYS[0] * DAY_MS) return;
    const days = NOTICE_DAYS.findLast((threshold) => left <= threshold * DAY_MS) ?? NOTICE_DAYS[0];
    if ((this.#told.get(serial) ?? Infinity) <= days) return;
    this.#remember(serial, days);
    const fields = { certificate: name, serial, expire_time: new Date(notAfter).toISOString() };
    const text = days === 0 ? "has expired" : `ends on ${renderDate(notAfter)}, in ${daysText(left)}`;
    const level = days <= URGENT_DAYS ? "error" : "warn";
    this.#log[level](fields, `the certificate ${name} ${text}: make certs`);
  }

  #remember(serial: string, days: number): void {
    this.#told.set(serial, days);
    const [oldest] = this.#told.keys();
    if (this.#told.size > REMEMBERED_MAX && oldest !== undefined) this.#told.delete(oldest);
  }
}

function daysText(leftMs: number): string {
  const days = Math.floor(leftMs / DAY_MS);
  if (days === 0) return "less than a day";
  return days === 1 ? "a day" : `${days} days`;
}
