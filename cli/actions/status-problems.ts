import { DAY_MS } from "../../domain/time.ts";
import { SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import {
  StoreState,
  type CertificateStatus,
  type FetcherStatus,
  type SystemStatus,
} from "../../proto/gen/tickerbell/v1/status_service.ts";
import { renderAge } from "../render/age.ts";
import { renderSize } from "../render/size.ts";
import { nameOf, roleOf, sinceMs, type StatusView } from "./status-view.ts";

/** Something that somebody should mend, and how. */
export interface StatusProblem {
  readonly message: string;
  readonly mend: string;
}

/**
 * A certificate that ends sooner is told of. They last 90 days and `make certs` renews them from the sixtieth on, so one that is this
 * near its end was missed by every run of a month; a week is left to mend it.
 */
const EXPIRES_SOON_MS = 7 * DAY_MS;
/** Below it the disk counts as nearly full: a day of ten symbols takes a few MB, and the log up to as much again. */
const LITTLE_SPACE_BYTES = 500_000_000;
/** A spool or a queue that is fuller than that is filling up. */
const FULL_SHARE = 0.5;

/** What is wrong, the most important first; empty: all well. */
export function problemsOf(view: StatusView): StatusProblem[] {
  const { answer } = view;
  if ("failure" in answer) {
    const { message, hint } = answer.failure;
    return [{ message, mend: hint === "" ? "./bell up (or ./bell server)" : hint }, ...localCertificateProblems(view)];
  }
  const { status } = answer;
  return [
    ...storeProblems(status),
    ...fetcherProblems(status),
    ...notifierProblems(status),
    ...spoolProblems(status),
    ...queueProblems(status),
    ...certificateProblems(status),
    ...localCertificateProblems(view),
  ];
}

function storeProblems({ store }: SystemStatus): StatusProblem[] {
  if (store === undefined) return [];
  const { state, detail, freeBytes } = store;
  if (state === StoreState.DAMAGED) {
    const mend = "end the server, put a backup in its place: ./bell restore FILE, and start it again";
    return [{ message: `the database is damaged: ${detail}`, mend }];
  }
  if (state === StoreState.READ_ONLY) {
    const mend = "free some space on its disk, or end whatever holds its file; it goes on by itself";
    return [{ message: `the database takes no writes: ${detail}`, mend }];
  }
  if (freeBytes === 0 || freeBytes >= LITTLE_SPACE_BYTES) return [];
  return [
    { message: `the database's disk is nearly full: ${renderSize(freeBytes)} left`, mend: "free some space there" },
  ];
}

function fetcherProblems({ fetchers, serverTime }: SystemStatus): StatusProblem[] {
  if (fetchers.length === 0) return [{ message: "no fetcher is connected: no prices come", mend: "./bell fetcher" }];
  return fetchers.flatMap(({ certificate, report }) => {
    if (report?.sourceState !== SourceState.SILENT) return [];
    const since = renderAge(sinceMs(report.sourceStateTime, serverTime));
    const why = report.sourceDetail === "" ? "" : `: ${report.sourceDetail}`;
    const message = `${report.source} has brought no price to fetcher ${nameOf(certificate?.uri)} for ${since}${why}`;
    return [
      { message, mend: "it is asked again every round; if it stays so, look at the fetcher's log and its API key" },
    ];
  });
}

function notifierProblems({ notifiers, mail }: SystemStatus): StatusProblem[] {
  if (notifiers.length === 0) {
    return [{ message: "no notifier is connected: no mail goes out", mend: "./bell notifier" }];
  }
  if (mail === undefined || mail.isTaking) return [];
  const message = `the mail server takes no mail${mail.detail === "" ? "" : `: ${mail.detail}`}`;
  return [{ message, mend: "check BELL_SMTP and the mail server; what waits is tried again by itself" }];
}

function spoolProblems({ fetchers }: SystemStatus): StatusProblem[] {
  return fetchers.filter(isSpoolFilling).map(({ certificate, report }) => ({
    message: `the spool of fetcher ${nameOf(certificate?.uri)} fills up: ${report?.spooledCount} of ${report?.spoolCapacity} quotes`,
    mend: "the server was away or is slow; it empties by itself while the server takes quotes",
  }));
}

function isSpoolFilling({ report }: FetcherStatus): boolean {
  return report !== undefined && report.spoolCapacity > 0 && report.spooledCount >= report.spoolCapacity * FULL_SHARE;
}

function queueProblems({ ingest }: SystemStatus): StatusProblem[] {
  if (ingest === undefined || ingest.waitingQuoteCapacity === 0) return [];
  const { waitingQuoteCount: waiting, waitingQuoteCapacity: capacity } = ingest;
  if (waiting < capacity * FULL_SHARE) return [];
  return [
    { message: `${waiting} of ${capacity} quotes wait to be stored`, mend: "the server's disk or processor is slow" },
  ];
}

/** What is in use; the files may be newer. */
function certificateProblems(status: SystemStatus): StatusProblem[] {
  const { serverCertificate, fetchers, notifiers, serverTime } = status;
  const used = [
    serverCertificate,
    ...fetchers.map((one) => one.certificate),
    ...notifiers.map((one) => one.certificate),
  ];
  return used
    .filter((one): one is CertificateStatus => one !== undefined)
    .filter(({ expireTime }) => sinceMs(serverTime, expireTime) < EXPIRES_SOON_MS)
    .map(({ uri, expireTime }) => ({
      message: `the certificate that ${roleOf(uri)} ${nameOf(uri)} shows ${endText(sinceMs(serverTime, expireTime))}`,
      mend: `make certs, then start the ${roleOf(uri)} again`,
    }));
}

function localCertificateProblems({ certificates, now }: StatusView): StatusProblem[] {
  return certificates.flatMap(({ file, expireTimeMs }) => {
    if (expireTimeMs === null) return [{ message: `${file} cannot be read`, mend: "make certs" }];
    if (expireTimeMs - now >= EXPIRES_SOON_MS) return [];
    return [{ message: `${file} ${endText(expireTimeMs - now)}`, mend: "make certs" }];
  });
}

function endText(leftMs: number): string {
  return leftMs <= 0 ? "has expired" : `ends in ${renderAge(leftMs)}`;
}
