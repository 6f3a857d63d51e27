import { heldSymbolToProto } from "../../proto/convert/held-symbol.ts";
import { storeStateToProto } from "../../proto/convert/status.ts";
import type { FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type * as messages from "../../proto/gen/tickerbell/v1/status_service.ts";
import type { StatusServiceServer } from "../../proto/gen/tickerbell/v1/status_service.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Ingest } from "../ingest.ts";
import type { Connection, FetcherConnection, NotifierConnection, StatusConnections } from "../status-connections.ts";
import type { MailServerState } from "../mail-server-state.ts";
import type { Store } from "../store.ts";
import { answer } from "./answer.ts";

/** So many fetchers and so many notifiers are told of; the answer must fit into a message. */
const MOST_CONNECTIONS = 100;
/** All fetchers' symbols together. */
const MOST_SYMBOLS = 5_000;
const MOST_OPEN_SYMBOLS = 1_000;
const MOST_HELD_SYMBOLS = 1_000;

/** What the server is, from its start to its end. */
export interface ServerFacts {
  readonly version: string;
  readonly startTimeMs: TimeMs;
  /** Its own certificate. */
  readonly certificate: { readonly uri: string; readonly expireTimeMs: TimeMs };
  /** How many certificates are revoked, and what is wrong with the list's file; null while nothing is. */
  readonly revocations: { readonly count: number; readonly fault: string | null };
}

export interface StatusServiceDeps {
  readonly facts: ServerFacts;
  readonly store: Pick<Store, "health" | "quotes" | "holds" | "notifications">;
  readonly ingest: Pick<Ingest, "status">;
  readonly connections: StatusConnections<FetcherReport>;
  readonly mailServer: MailServerState;
  readonly clock: Clock;
  readonly log: Log;
}

/** StatusService: how the server and all that is connected to it stand. */
export function statusService(deps: StatusServiceDeps): StatusServiceServer {
  return { getStatus: answer(() => systemStatus(deps), deps.log) };
}

async function systemStatus(deps: StatusServiceDeps): Promise<messages.SystemStatus> {
  const { facts, connections, clock } = deps;
  const [store, ingest, mail] = await Promise.all([storeStatus(deps), ingestStatus(deps), mailStatus(deps)]);
  return {
    serverTime: new Date(clock.now()),
    serverVersion: facts.version,
    serverStartTime: new Date(facts.startTimeMs),
    serverCertificate: certificateToProto(facts.certificate),
    store,
    ingest,
    mail,
    fetchers: fetchersToProto(connections.fetchers(MOST_CONNECTIONS)),
    notifiers: connections.notifiers(MOST_CONNECTIONS).map(notifierToProto),
    revocations: { certificateCount: facts.revocations.count, detail: facts.revocations.fault ?? "" },
  };
}

async function storeStatus({ store }: StatusServiceDeps): Promise<messages.StoreStatus> {
  const { state, freeBytes, checkTimeMs, ...rest } = await store.health();
  return {
    ...rest,
    state: storeStateToProto(state),
    freeBytes: freeBytes ?? 0,
    isFreeUnknown: freeBytes === null,
    checkTime: dateFrom(checkTimeMs),
  };
}

async function ingestStatus({ store, ingest }: StatusServiceDeps): Promise<messages.IngestStatus> {
  const { waitingQuotes, deferredQuotes, capacity, openSymbols } = ingest.status();
  return {
    waitingQuoteCount: waitingQuotes,
    waitingQuoteCapacity: capacity,
    deferredQuoteCount: deferredQuotes,
    openSymbols: openSymbols.slice(0, MOST_OPEN_SYMBOLS),
    newestAsOfTime: dateFrom(await store.quotes.newestAsOf()),
    heldSymbols: (await store.holds.listHeld()).slice(0, MOST_HELD_SYMBOLS).map(heldSymbolToProto),
  };
}

async function mailStatus({ store, mailServer }: StatusServiceDeps): Promise<messages.MailStatus> {
  const { lastSentTimeMs, ...counts } = await store.notifications.countMail();
  const { isTaking, detail } = mailServer;
  return { isTaking, detail, ...counts, lastSentTime: dateFrom(lastSentTimeMs) };
}

function fetchersToProto(fetchers: readonly FetcherConnection<FetcherReport>[]): messages.FetcherStatus[] {
  let room = MOST_SYMBOLS;
  return fetchers.map(({ connection, report, lastAckTimeMs }) => {
    const symbols = report?.symbols.slice(0, room) ?? [];
    room -= symbols.length;
    return {
      ...connectionToProto(connection),
      report: report === null ? undefined : { ...report, symbols, plans: report.plans.slice(0, symbols.length) },
      lastAckTime: dateFrom(lastAckTimeMs),
    };
  });
}

function notifierToProto({ connection, load }: NotifierConnection): messages.NotifierStatus {
  const { freePlaces, deliveries } = load();
  return { ...connectionToProto(connection), freePlaceCount: freePlaces, deliveryCount: deliveries };
}

function connectionToProto(connection: Connection) {
  const { address, connectTimeMs } = connection;
  return { certificate: certificateToProto(connection), address, connectTime: new Date(connectTimeMs) };
}

function certificateToProto({ uri, expireTimeMs }: ServerFacts["certificate"]): messages.CertificateStatus {
  return { uri, expireTime: new Date(expireTimeMs) };
}

function dateFrom(timeMs: TimeMs | null): Date | undefined {
  return timeMs === null ? undefined : new Date(timeMs);
}
