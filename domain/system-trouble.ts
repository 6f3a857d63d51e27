// What operators are told of the system without asking: found by looking at it now and then, and told when it begins.
import { isOldPrice, tradingMsSince, type AgingPrice } from "./calendar/price-age.ts";
import { formatDuration } from "./duration.ts";
import { formatMoment } from "./moment-text.ts";
import type { OperatorNoticeKind } from "./operator-notice.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "./time.ts";

/** Something that an operator should know. */
export interface SystemTrouble {
  readonly kind: OperatorNoticeKind;
  /** The same as long as it is the same trouble. */
  readonly key: string;
  /** A sentence. */
  readonly detail: string;
}

/** How a fetcher's source stands, as the fetcher tells it. */
export interface SourceSight {
  readonly name: string;
  readonly source: string;
  /** Since when it is asked in vain; null while it answers. */
  readonly silentSinceMs: TimeMs | null;
  /** In its own words; may be empty. */
  readonly detail: string;
  /** The service says that the day's requests are used up. */
  readonly isQuotaSpent: boolean;
}

/** A price that should be young. */
export interface PriceSight extends AgingPrice {
  /** From one price to the next while its market trades, in milliseconds. */
  readonly cadenceMs: number;
}

/** The system at one moment. */
export interface SystemSight {
  readonly now: TimeMs;
  readonly startTimeMs: TimeMs;
  readonly sources: readonly SourceSight[];
  /** The newest price of each symbol that a fetcher asks for. */
  readonly prices: readonly PriceSight[];
  /** Since when the mail server has taken no mail, and its words; null while it does. */
  readonly mailTrouble: { readonly sinceMs: TimeMs; readonly detail: string } | null;
  readonly certificates: readonly { readonly name: string; readonly expireTimeMs: TimeMs }[];
  /** How far the wall clock has moved against the monotonic one since the last look, in milliseconds. */
  readonly clockDriftMs: number;
  /** Free on the database's disk; null: not known. */
  readonly freeBytes: number | null;
}

/** A fetcher that is started anew, or a source that hiccups, is no trouble yet. */
const SILENT_FOR_MS = 15 * MINUTE_MS;
const NO_FETCHER_FOR_MS = 5 * MINUTE_MS;
const MAIL_FAILING_FOR_MS = 5 * MINUTE_MS;
/** Of a price that comes every so often some may be missed. */
const MISSED_PRICES = 3;
/** A trading day of New York's regular session; of prices that come once a day one may be missed. */
const TRADING_DAY_MS = 6.5 * HOUR_MS;
/** A clock that is slewed moves less between two looks. */
const STEP_MS = 5 * SECOND_MS;
const CERTIFICATE_DAYS = [1, 7, 30] as const;
/** Below it a disk counts as nearly full: a day of ten symbols takes a few MB, and the log up to as much again. */
export const LITTLE_SPACE_BYTES = 500_000_000;
const MEGABYTE = 1_000_000;
/** So many symbols are named. */
const NAMES_MAX = 5;

/** Every trouble there is at the moment. */
export function systemTroubles(sight: SystemSight): readonly SystemTrouble[] {
  return [
    ...feedTroubles(sight),
    ...quotaTroubles(sight),
    ...mailTroubles(sight),
    ...certificateTroubles(sight),
    ...clockTroubles(sight),
    ...diskTroubles(sight),
  ];
}

function feedTroubles({ now, startTimeMs, sources, prices }: SystemSight): SystemTrouble[] {
  const kind = "FEED_STALE";
  if (sources.length === 0 && now - startTimeMs >= NO_FETCHER_FOR_MS)
    return [{ kind, key: "fetcher", detail: "no fetcher is connected: no prices come" }];
  const silent = sources.flatMap(({ name, source, silentSinceMs, detail }) =>
    silentSinceMs === null || now - silentSinceMs < SILENT_FOR_MS
      ? []
      : [
          {
            kind,
            key: `silent ${name}`,
            detail: `${source} has brought no price to ${name} since ${formatMoment(silentSinceMs)}${detail === "" ? "" : `: ${detail}`}`,
          } as const,
        ],
  );
  const old = prices.filter((price) => isOverdue(price, now)).map(({ symbol }) => symbol);
  if (old.length === 0 || silent.length > 0) return silent;
  const detail = `the market trades, and the prices of ${namesOf(old)} do not move on`;
  return [{ kind, key: "old", detail }];
}

function isOverdue(price: PriceSight, now: TimeMs): boolean {
  if (!isOldPrice(price, now)) return false;
  const allowedMs = price.cadenceMs >= DAY_MS ? 2 * TRADING_DAY_MS : MISSED_PRICES * price.cadenceMs;
  return tradingMsSince(price, now) > allowedMs;
}

function quotaTroubles({ sources }: SystemSight): SystemTrouble[] {
  return sources
    .filter(({ isQuotaSpent }) => isQuotaSpent)
    .map(({ name, source, detail }) => ({
      kind: "QUOTA_SPENT",
      key: name,
      detail: `the requests of ${name} to ${source} are used up${detail === "" ? "" : `: ${detail}`}`,
    }));
}

function mailTroubles({ now, mailTrouble }: SystemSight): SystemTrouble[] {
  if (mailTrouble === null || now - mailTrouble.sinceMs < MAIL_FAILING_FOR_MS) return [];
  const words = mailTrouble.detail === "" ? "" : `: ${mailTrouble.detail}`;
  const detail = `from ${formatMoment(mailTrouble.sinceMs)} on the mail server took no mail${words}`;
  return [{ kind: "MAIL_FAILING", key: "mail", detail }];
}

function certificateTroubles({ now, certificates }: SystemSight): SystemTrouble[] {
  return certificates.flatMap(({ name, expireTimeMs }) => {
    const days = CERTIFICATE_DAYS.find((threshold) => expireTimeMs - now <= threshold * DAY_MS);
    if (days === undefined) return [];
    const ends = expireTimeMs <= now ? "has expired on" : "ends on";
    const detail = `the certificate of ${name} ${ends} ${formatMoment(expireTimeMs)}`;
    return [{ kind: "CERTIFICATE_ENDING", key: `${name} ${days}`, detail }];
  });
}

/** Each step is a trouble of its own. */
function clockTroubles({ now, clockDriftMs }: SystemSight): SystemTrouble[] {
  if (Math.abs(clockDriftMs) < STEP_MS) return [];
  const far = formatDuration(Math.round(Math.abs(clockDriftMs) / SECOND_MS) * SECOND_MS);
  const way = clockDriftMs > 0 ? "forward, or the machine slept" : "back";
  return [{ kind: "CLOCK_STEPPED", key: `${now}`, detail: `the server's clock was set ${far} ${way}` }];
}

function diskTroubles({ freeBytes }: SystemSight): SystemTrouble[] {
  if (freeBytes === null || freeBytes >= LITTLE_SPACE_BYTES) return [];
  const left = `${Math.floor(freeBytes / MEGABYTE)} MB`;
  return [{ kind: "DISK_NEARLY_FULL", key: "disk", detail: `${left} are left on the disk of the database` }];
}

function namesOf(symbols: readonly string[]): string {
  const left = symbols.length - NAMES_MAX;
  return `${symbols.slice(0, NAMES_MAX).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}
