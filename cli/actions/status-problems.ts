import { LITTLE_SPACE_BYTES } from "../../domain/system-trouble.ts";
import { likenessOf } from "../../domain/judging/hold-notice.ts";
import { SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import {
  StoreState,
  type CertificateStatus,
  type FetcherStatus,
  type SystemStatus,
} from "../../proto/gen/tickerbell/v1/status_service.ts";
import { endsSoon } from "../../runtime/tls/ends-soon.ts";
import { renderAge } from "../render/age.ts";
import { renderCount } from "../render/count.ts";
import { renderSize } from "../render/size.ts";
import { refusedTexts } from "./mail-settings-text.ts";
import { oldPriceProblems } from "./old-price-problem.ts";
import { sourceMend } from "./source-state-text.ts";
import { isStarting, nameOf, roleOf, sinceMs, type StatusProblem, type StatusView } from "./status-view.ts";

/** A spool or a queue that is fuller than that is filling up. */
const FULL_SHARE = 0.5;
const LIST_MEND =
  "each line of it is SERIAL DATE REASON; until then nobody starts, and who runs keeps the last good list";
/** So many symbols are named in a sentence. */
const NAMES_MAX = 3;

/** What is wrong, the most important first; empty: all well. */
export function problemsOf(view: StatusView): StatusProblem[] {
  const { answer } = view;
  if ("failure" in answer) {
    const { code, message, hint } = answer.failure;
    const usual =
      code === "INTERNAL" ? "look into the server's log, and start the server again" : "./bell up (or ./bell server)";
    return [{ message, mend: hint === "" ? usual : hint }, ...localCertificateProblems(view)];
  }
  const { status } = answer;
  return [
    ...storeProblems(status),
    ...fetcherProblems(status),
    ...oldPriceProblems(view, status),
    ...notifierProblems(status),
    ...refusedAddressProblems(view),
    ...spoolProblems(status),
    ...holdProblems(status),
    ...queueProblems(status),
    ...certificateProblems(status),
    ...revocationProblems(status),
    ...localCertificateProblems(view),
  ];
}

function storeProblems({ store }: SystemStatus): StatusProblem[] {
  if (store === undefined) return [];
  const { state, detail, freeBytes, isFreeUnknown } = store;
  if (state === StoreState.DAMAGED) {
    const mend = "end the server, put a backup in its place: ./bell restore FILE, and start it again";
    return [{ message: `the database is damaged: ${detail}`, mend }];
  }
  if (state === StoreState.READ_ONLY) {
    const mend = "free some space on its disk, or end whatever holds its file; it goes on by itself";
    return [{ message: `the database takes no writes: ${detail}`, mend }];
  }
  if (isFreeUnknown || freeBytes >= LITTLE_SPACE_BYTES) return [];
  const full = freeBytes === 0 ? "full" : "nearly full";
  return [{ message: `the database's disk is ${full}: ${renderSize(freeBytes)} left`, mend: "free some space there" }];
}

function fetcherProblems(status: SystemStatus): StatusProblem[] {
  const { fetchers, serverTime } = status;
  if (fetchers.length === 0) {
    const settings = "BELL_ALPHA_VANTAGE_API_KEY_FILE or BELL_ALPHA_VANTAGE_URL";
    return [missing(status, "fetcher", "no prices come", settings)];
  }
  return fetchers.flatMap(({ certificate, report }) => {
    if (report?.sourceState !== SourceState.SILENT) return [];
    const since = renderAge(sinceMs(report.sourceStateTime, serverTime));
    const why = report.sourceDetail === "" ? "" : `: ${report.sourceDetail}`;
    const message = `${report.source} has brought no price to fetcher ${nameOf(certificate?.uri)} for ${since}${why}`;
    return [{ message, mend: sourceMend(report) }];
  });
}

function notifierProblems(status: SystemStatus): StatusProblem[] {
  const { notifiers, mail } = status;
  if (notifiers.length === 0) return [missing(status, "notifier", "no mail goes out", "BELL_SMTP")];
  if (mail === undefined || mail.isTaking) return [];
  const message = `the mail server takes no mail${mail.detail === "" ? "" : `: ${mail.detail}`}`;
  return [
    { message, mend: "./bell mail check, with the notifier's BELL_SMTP settings; what waits is tried again by itself" },
  ];
}

function refusedAddressProblems({ refusedAddress = null }: StatusView): StatusProblem[] {
  if (refusedAddress === null) return [];
  const [message = "", mend = ""] = refusedTexts({ email: refusedAddress, isAddressRefused: true });
  return [{ message, mend }];
}

/** A process that should be connected. Whatever keeps processes alive brings it back; by hand it needs its settings. */
function missing(status: SystemStatus, role: string, effect: string, settings: string): StatusProblem {
  if (isStarting(status)) {
    const up = renderAge(sinceMs(status.serverStartTime, status.serverTime));
    const message = `no ${role} is connected yet: the server started ${up} ago`;
    return { message, mend: "look again in a few seconds" };
  }
  const message = `no ${role} is connected: ${effect}`;
  const alone = `else start one: ./bell ${role}, with ${settings} set`;
  return {
    message,
    mend: `under ./bell up, systemd or Docker it comes back by itself, or its log says why not; ${alone}`,
  };
}

function spoolProblems({ fetchers }: SystemStatus): StatusProblem[] {
  return fetchers.filter(isSpoolFilling).map(({ certificate, report }) => ({
    message: `the spool of fetcher ${nameOf(certificate?.uri)} fills up: ${report?.spooledCount} of ${renderCount(report?.spoolCapacity ?? 0, "quote")}`,
    mend: "the server was away or is slow; it empties by itself while the server takes quotes",
  }));
}

function isSpoolFilling({ report }: FetcherStatus): boolean {
  return report !== undefined && report.spoolCapacity > 0 && report.spooledCount >= report.spoolCapacity * FULL_SHARE;
}

function holdProblems({ ingest, serverTime }: SystemStatus): StatusProblem[] {
  return (ingest?.heldSymbols ?? []).map(({ symbol, ratio, holdTime }) => ({
    message: `${symbol} is on HOLD for ${renderAge(sinceMs(holdTime, serverTime))}: its price looks ${likenessOf(ratio)}, and nothing of it is judged`,
    mend: `./bell symbols held shows both prices; then ./bell symbols release ${symbol} --accept (or --reject)`,
  }));
}

function queueProblems({ ingest }: SystemStatus): StatusProblem[] {
  if (ingest === undefined || ingest.waitingQuoteCapacity === 0) return [];
  const { waitingQuoteCount: waiting, waitingQuoteCapacity: capacity, deferredQuoteCount: deferred } = ingest;
  if (waiting < capacity * FULL_SHARE) return [];
  const message = `${waiting} of ${renderCount(capacity, "quote")} wait to be stored`;
  if (deferred < waiting / 2) return [{ message, mend: "the server's disk or processor is slow" }];
  return [
    {
      message: `${message}, ${deferred} of them until a price of ${namesOf(ingest.openSymbols)} is judged`,
      mend: "that price touches very many alerts; it goes on by itself, and what waits is stored after it",
    },
  ];
}

/** The first of them, for a sentence. */
function namesOf(symbols: readonly string[]): string {
  const left = symbols.length - NAMES_MAX;
  return `${symbols.slice(0, NAMES_MAX).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
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
    .filter(({ expireTime }) => endsSoon(sinceMs(serverTime, expireTime)))
    .map(({ uri, expireTime }) => ({
      message: `the certificate that ${roleOf(uri)} ${nameOf(uri)} shows ${endText(sinceMs(serverTime, expireTime))}`,
      mend: `make certs; the ${roleOf(uri)} takes new files by itself and shows them within an hour`,
    }));
}

function revocationProblems({ revocations }: SystemStatus): StatusProblem[] {
  if (revocations === undefined || revocations.detail === "") return [];
  const message = `the server's list of revoked certificates ${revocations.detail}`;
  return [{ message, mend: LIST_MEND }];
}

function localCertificateProblems({ certificates, revocationFault = null, now }: StatusView): StatusProblem[] {
  const list = revocationFault === null ? [] : [{ message: revocationFault, mend: LIST_MEND }];
  const files = certificates.flatMap(({ file, expireTimeMs }) => {
    if (expireTimeMs === null) return [{ message: `${file} cannot be read`, mend: "make certs" }];
    if (!endsSoon(expireTimeMs - now)) return [];
    return [{ message: `${file} ${endText(expireTimeMs - now)}`, mend: "make certs" }];
  });
  return [...list, ...files];
}

function endText(leftMs: number): string {
  return leftMs <= 0 ? "has expired" : `ends in ${renderAge(leftMs)}`;
}
